"""The deterministic critics with an embedder for what words alone leave in doubt; then those that ask a model."""

from collections.abc import Iterable

from golden_assets.domain.critics.findings import Finding, rejections
from golden_assets.domain.critics.panel import RULES_VERSION, criticise
from golden_assets.domain.critics.support import Similarity
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.testsets import TestsetRow


class CriticPanel:
    """Judges rows, one at a time.

    Args:
        embedder: compares a claim with the sentence that comes nearest to it, where they share too few words.
        judge: is asked about rows that none of the others rejects. It cannot make good what they reject.
    """

    def __init__(self, embedder: Embedder, judge: RowCritic | None = None) -> None:
        self._embedder = embedder
        self._judge = judge

    @property
    def version(self) -> str:
        """The rules' version and the embedder, and the judge's version."""
        judge = self._judge.version if self._judge else ""
        return ", ".join([f"{RULES_VERSION} with {self._embedder.name}", *filter(None, [judge])])

    async def judge(self, row: TestsetRow) -> tuple[Finding, ...]:
        """What every critic finds. Raises what the embedder and the judge raise."""
        found = criticise(row, await similarity_for([row], self._embedder))
        return found if rejections(found) or self._judge is None else (*found, *await self._judge.judge(row))


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
