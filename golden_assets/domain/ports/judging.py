"""Many rows at once before the ports that judge one: what a model says of each, and what is embedded for the rules."""

import asyncio
from collections.abc import Iterable, Sequence

from golden_assets.domain.critics.groundedness import Similarity
from golden_assets.domain.critics.llm_judgements import Testimony
from golden_assets.domain.critics.run import criticise
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.testsets.testset import TestsetRow


async def hear(judge: RowCritic, rows: Sequence[TestsetRow]) -> Testimony:
    """What a critic finds in every row, in row order; all at once, as far as the endpoint allows. Raises what `RowCritic.judge` does."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(judge.judge(row)) for row in rows]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return Testimony(judge.version, [task.result() for task in tasks])


async def similarity_for(rows: Iterable[TestsetRow], embedder: Embedder) -> Similarity | None:
    """What the critics need to compare in these rows beyond their words, embedded; None when they need nothing."""
    pairs: set[tuple[str, str]] = set()

    def _note(first: str, second: str) -> float:
        pairs.add((first, second))
        return 0.0

    for row in rows:
        criticise(row, _note)
    texts = sorted({text for pair in pairs for text in pair})
    if not texts:
        return None
    vectors = dict(zip(texts, await embedder.embed(texts), strict=True))
    return lambda first, second: sum(a * b for a, b in zip(vectors[first], vectors[second], strict=True))
