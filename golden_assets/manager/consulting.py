"""What people say of versions and rows, through a manager: approvals, reviews, feedback."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from golden_assets.domain.dataset_edits import DatasetEdit, edit_doubts, proposals_of
from golden_assets.domain.doubts import doubts_of
from golden_assets.domain.feedback import Feedback, FeedbackVerdict, with_feedback
from golden_assets.domain.review import QueueItem, RowDecision, merge_doubts, review_queue
from golden_assets.domain.versions import Approval
from golden_assets.manager.tracing import traced_operations

if TYPE_CHECKING:
    from golden_assets.adapters.postgres import PostgresVersionStore


@traced_operations
class Consulting(ABC):
    """The part of a manager that asks people, and keeps what they say."""

    _performed_by: str

    @abstractmethod
    async def _store(self) -> "PostgresVersionStore":
        """The registry."""

    async def approve_version(self, version: str, approved_by: str | None = None, note: str | None = None) -> tuple[Approval, bool]:
        """Put somebody's consent (default: the manager's user's) on record, unless there is one: (the consent, whether it is new).

        Raises like `PostgresVersionStore.approve_version`.
        """
        return await (await self._store()).approve_version(version, approved_by=approved_by or self._performed_by, note=note)

    async def review(self, version: str) -> list[QueueItem]:
        """Every row of a version in the order in which to look at it, with the decisions made so far.

        A row that was edited in Phoenix since is to be decided again, and comes with the decision that the edit suggests.

        Raises `VersionNotFoundError`, `InvalidVersionError`, `IntegrityError`.
        """
        store = await self._store()
        stored = await store.get_version(version)
        edits = await store.dataset_edits(version)
        doubts = merge_doubts(with_feedback(doubts_of(stored.report), await self.feedback(version)), edit_doubts(edits))
        edited = {edit.row_id for edit in edits}
        decisions = [decision for decision in await store.decisions(version) if decision.row_id not in edited]
        return review_queue(stored.testset, doubts, decisions, proposals_of(edits))

    async def dataset_edits(self, version: str) -> list[DatasetEdit]:
        """What people edited in Phoenix and nobody decided on: of the rows of a version, and examples added in the last 30 days."""
        return await (await self._store()).dataset_edits(version)

    async def decide_row(self, version: str, decision: RowDecision) -> None:
        """Put a decision on a row on record; the latest one counts. Raises `VersionNotFoundError`, `InvalidVersionError`."""
        await (await self._store()).decide_row(version, decision)

    async def give_feedback(
        self, version: str, row_id: str, verdict: FeedbackVerdict, note: str | None = None, given_by: str | None = None
    ) -> None:
        """Put a user's word on a row on record. Raises `VersionNotFoundError` for a version or row that is not there."""
        from golden_assets.adapters.postgres.feedback import give_feedback

        store = await self._store()
        given = Feedback(row_id=row_id, verdict=verdict, note=note, given_by=given_by or self._performed_by)
        await give_feedback(store.database, store.testset_name, version, given)

    async def feedback(self, version: str) -> list[Feedback]:
        """What users said of the rows of a version, the oldest first."""
        from golden_assets.adapters.postgres.feedback import feedback_on

        store = await self._store()
        return await feedback_on(store.database, store.testset_name, version)
