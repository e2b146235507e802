"""The deterministic critics with an embedder for what words alone leave in doubt."""

from collections.abc import Iterable

from golden_assets.domain.critics.findings import Finding
from golden_assets.domain.critics.panel import RULES_VERSION, criticise
from golden_assets.domain.critics.support import Similarity
from golden_assets.domain.ports import Embedder
from golden_assets.domain.testsets import TestsetRow


class CriticPanel:
    """Judges rows, one at a time.

    Args:
        embedder: compares a claim with the sentence that comes nearest to it, where they share too few words.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def version(self) -> str:
        """The rules' version and the embedder."""
        return f"{RULES_VERSION} with {self._embedder.name}"

    async def judge(self, row: TestsetRow) -> tuple[Finding, ...]:
        """What every critic finds. Raises what the embedder raises."""
        return criticise(row, await similarity_for([row], self._embedder))


async def similarity_for(rows: Iterable[TestsetRow], embedder: Embedder) -> Similarity | None:
    """What the critics need to compare in these rows beyond their words, embedded; None when they need nothing."""
    pairs: set[tuple[str, str]] = set()

    def note(first: str, second: str) -> float:
        pairs.add((first, second))
        return 0.0

    for row in rows:
        criticise(row, note)
    texts = sorted({text for pair in pairs for text in pair})
    if not texts:
        return None
    vectors = dict(zip(texts, await embedder.embed(texts), strict=True))
    return lambda first, second: sum(a * b for a, b in zip(vectors[first], vectors[second], strict=True))
