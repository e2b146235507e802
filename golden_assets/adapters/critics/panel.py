"""The deterministic critics with an embedder for what words alone leave in doubt; then those that ask a model."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from golden_assets.domain.critics.groundedness import answer_is_supported
from golden_assets.domain.critics.llm_judgements import FINDING_NAMES
from golden_assets.domain.critics.run import OVERRULED_BY, RULES_VERSION, criticise, settled
from golden_assets.domain.ports.judging import similarity_for
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.testsets.findings import Finding, rejections
from golden_assets.domain.testsets.testset import TestsetRow


class CriticPanel:
    """Judges rows, one at a time.

    Args:
        embedder: compares a claim with the sentence that comes nearest to it, where they share too few words.
        judge: is asked about rows whatever the rules say of them, and its word wins over theirs; not about a question that does not stand
            alone, which it is not asked about.
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
        if self._judge is None or any(one.critic not in OVERRULED_BY for one in rejections(found)):
            return found
        return tuple(map(_unless_unproven(found), settled(row, (*found, *await self._judge.judge(row)))))


def _unless_unproven(by_rules: Iterable[Finding]) -> Callable[[Finding], Finding]:
    """Rejects what neither the rules nor the model can tie to the passages: a document may have talked both writer and judge into it."""
    is_open = any(one.critic == answer_is_supported.__name__ and one.verdict == "abstained" for one in by_rules)

    def _decide(one: Finding) -> Finding:
        is_unproven = is_open and one.critic == FINDING_NAMES["claims"] and one.verdict == "abstained"
        return replace(one, verdict="rejected", score=0.0, reason=f"{one.reason}, nor do its words") if is_unproven else one

    return _decide
