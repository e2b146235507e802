"""What people say of versions and rows, through a manager: approvals, reviews, feedback."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from golden_assets.domain.core.errors import VersionNotFoundError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.gates.evaluate import judge_regression
from golden_assets.domain.review.dataset_edits import DatasetEdit, edit_doubts, proposals_of
from golden_assets.domain.review.feedback import Feedback, FeedbackVerdict, with_feedback
from golden_assets.domain.review.queue import QueueItem, RowDecision, merge_doubts, review_queue
from golden_assets.domain.review.row_doubts import doubts_of
from golden_assets.domain.similarity.waivers import Waiver, waiver_on
from golden_assets.domain.versions.promotion import Outlook
from golden_assets.domain.versions.release import DocumentsRead, ReleaseFacts, row_reviews
from golden_assets.domain.versions.versions import Approval
from golden_assets.manager.tracing import traced_operations
from golden_assets.settings.settings import settings_for

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

    async def outlook(self, version: str) -> Outlook:
        """What a version that passed its gates still takes to become active, as `promotion_sensor` decides.

        Raises `VersionNotFoundError`, `InvalidVersionError`, `IntegrityError`.
        """
        store = await self._store()
        settings, stored, active = settings_for(store.testset_name), await store.get_version(version), await store.get_active_version()
        (verdict,) = judge_regression(stored, active, settings.thresholds)
        later = [one for one in await store.list_versions() if one.created_at > stored.summary.created_at]
        return Outlook(
            version=version,
            active=active.summary.version if active else None,
            loss="" if verdict.passed else verdict.explanation,
            overtaken_by=next((one.version for one in later if one.status in ("validated", "active")), None),
            lacks_approval=settings.require_approval and version not in await store.approved_versions(),
            is_published=version in await store.published_versions(),
            auto_promote=settings.auto_promote,
        )

    async def release_facts(self, version: str) -> ReleaseFacts:
        """What is on record about a version beside its quality: documents, approval, what people said of its rows, what follows.

        Raises `VersionNotFoundError`, `InvalidVersionError`, `IntegrityError`.
        """
        store = await self._store()
        stored, corpus = await store.get_version(version), await self._corpus_of(version)
        waits = stored.summary.status == "validated"
        return ReleaseFacts(
            reviews=row_reviews(stored.testset, await store.decisions(version)),
            approval=await store.approval(version),
            approval_required=settings_for(store.testset_name).require_approval,
            read=DocumentsRead.of(corpus) if corpus else None,
            outlook=await self.outlook(version) if waits else None,
        )

    @abstractmethod
    async def _corpus_of(self, version: str) -> Corpus | None:
        """The documents that a version was made from, if they are stored."""

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

    async def waive_pair(
        self, row_id: str, other_row_id: str, reason: str, waived_by: str | None = None, version: str | None = None
    ) -> Waiver:
        """Put on record that two rows of a version (default: the newest) ask different things, though they look alike. From then on gates
        do not take them for one question, in any version.

        Raises `VersionNotFoundError` for a version or row that is not there, `TestsetError` for a row and itself or without a reason.
        """
        store = await self._store()
        waiver = waiver_on(row_id, other_row_id, reason, waived_by or self._performed_by)
        newest = [one.version for one in await store.list_versions()][:1]
        if version is None and not newest:
            raise VersionNotFoundError("there is no version whose rows could be waived", "make one: `golden-assets run`")
        await store.waive_pair(version or newest[0], waiver)
        return waiver

    async def withdraw_waiver(self, row_id: str, other_row_id: str, reason: str, withdrawn_by: str | None = None) -> None:
        """Put on record that the waiver on two rows no longer counts: gates may take them for one question again.

        Raises `TestsetError` for a pair that is not waived, or without a reason.
        """
        withdrawal = waiver_on(row_id, other_row_id, reason, withdrawn_by or self._performed_by)
        await (await self._store()).withdraw_waiver(withdrawal)

    async def waivers(self) -> list[Waiver]:
        """What people decided about pairs of rows, the latest word on each pair."""
        return await (await self._store()).waivers()

    async def give_feedback(
        self, version: str, row_id: str, verdict: FeedbackVerdict, note: str | None = None, given_by: str | None = None
    ) -> None:
        """Put a user's word on a row on record. Raises `VersionNotFoundError` for a version or row that is not there."""
        from golden_assets.adapters.postgres.versions.feedback import give_feedback

        store = await self._store()
        given = Feedback(row_id=row_id, verdict=verdict, note=note, given_by=given_by or self._performed_by)
        await give_feedback(store.database, store.testset_name, version, given)

    async def feedback(self, version: str) -> list[Feedback]:
        """What users said of the rows of a version, the oldest first."""
        from golden_assets.adapters.postgres.versions.feedback import feedback_on

        store = await self._store()
        return await feedback_on(store.database, store.testset_name, version)
