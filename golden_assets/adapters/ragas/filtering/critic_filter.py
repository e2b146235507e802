"""Whether a written row is accepted at all: what the critics say of it, and the rows they rejected."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from golden_assets.adapters.ragas.filtering.accepted_rows import Draft
from golden_assets.domain.generation.allocation import Slot
from golden_assets.domain.ports.models import RowCritic
from golden_assets.domain.testsets.findings import rejections
from golden_assets.domain.testsets.testset import RejectedRow, TestsetRow


class _Refusal(NamedTuple):
    """A rejected row and when, in its slot, it was."""

    slot: int
    rank: int
    rejected: RejectedRow


class CriticFilter:
    """Puts drafts before the critics. A draft is judged by itself alone, so what is rejected does not depend on which slot was faster.

    Args:
        critic: looks at the rows; None accepts all.
        row_of: the row that a draft would become.
    """

    def __init__(self, critic: RowCritic | None, row_of: Callable[[Slot, Draft], TestsetRow]) -> None:
        self._critic = critic
        self._row_of = row_of
        self._refusals: list[_Refusal] = []
        self._abstentions: Counter[str] = Counter()

    async def passes(self, slot: Slot, draft: Draft) -> bool:
        """Whether no critic rejects the draft; one that is rejected is kept. Raises what a model critic raises when no call can succeed."""
        if self._critic is None:
            return True
        row = self._row_of(slot, draft)
        findings = await self._critic.judge(row)
        self._abstentions.update(finding.critic for finding in findings if finding.verdict == "abstained")
        found = rejections(findings)
        if found:
            rank = sum(refusal.slot == slot.number for refusal in self._refusals)
            self._refusals.append(_Refusal(slot.number, rank, RejectedRow(row=row, findings=found)))
        return not found

    @property
    def rejected(self) -> tuple[RejectedRow, ...]:
        """The rejected rows, by slot and in the order in which each slot tried them."""
        return tuple(refusal.rejected for refusal in sorted(self._refusals, key=lambda refusal: refusal[:2]))

    @property
    def abstentions(self) -> dict[str, int]:
        """Critic to how often it could not judge, of all drafts; by name."""
        return dict(sorted(self._abstentions.items()))
