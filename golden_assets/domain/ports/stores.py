"""Where drafts, reports and versions are kept."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.monitoring.service_levels import Performed
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.review.feedback import Feedback
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.versions import Approval, AuditEntry, PublishedDataset, RowDiff, StoredVersion, VersionSummary


class ArtifactStore(Protocol):
    """Content-addressed memory between assets: what is put under a hash stays the same for ever."""

    async def put_corpus(self, corpus: Corpus) -> str:
        """Store a corpus; returns its `Corpus.snapshot_hash`."""
        ...

    async def get_corpus(self, snapshot_hash: str) -> Corpus:
        """The corpus under this hash. Raises `IntegrityError` when it is missing or does not match."""
        ...

    async def find_corpus(self, corpus_hash: str) -> Corpus | None:
        """The corpus with this `Corpus.corpus_hash` that was stored last, or None."""
        ...

    async def put_testset(self, testset: Testset) -> str:
        """Store a draft; returns its `Testset.draft_hash`."""
        ...

    async def get_testset(self, draft_hash: str) -> Testset:
        """The draft under this hash. Raises `IntegrityError` when it is missing or does not match."""
        ...

    async def remember_draft(self, request_key: str, draft_hash: str) -> None:
        """Note that this request (see `golden_assets.domain.testsets.testset.request_key`) was answered in full by this draft."""
        ...

    async def recall_draft(self, request_key: str) -> str | None:
        """The draft that answered this request, or None."""
        ...

    async def put_report(self, report: QualityReport) -> str:
        """Store a quality report; returns its `QualityReport.report_hash`."""
        ...

    async def get_report(self, report_hash: str) -> QualityReport:
        """The report under this hash. Raises `IntegrityError` when it is missing or does not match."""
        ...


class VersionStore(Protocol):
    """The registry of versions of one testset name. Every method is one transaction."""

    @property
    def testset_name(self) -> str:
        """The testset whose versions these are."""
        ...

    async def create_version(
        self,
        testset: Testset,
        report: QualityReport | None,
        *,
        created_by: str,
        run_id: str | None,
        metadata: Mapping[str, Any] | None = None,
        version: str | None = None,
    ) -> tuple[VersionSummary, bool]:
        """Store a testset under the next number or the one wanted, ``validated`` or ``failed`` by its report, ``draft`` without one;
        (version, whether it is new).

        ``metadata`` is kept with the version, under ``user_metadata``.

        A testset whose hash is stored already is not stored again: its version is returned, as it is.
        """
        ...

    async def get_version(self, version: str) -> StoredVersion:
        """One version, with rows. Raises `VersionNotFoundError`, `InvalidVersionError`."""
        ...

    async def get_active_version(self) -> StoredVersion | None:
        """The active version with its rows, or None when nothing was activated yet."""
        ...

    async def list_versions(self) -> list[VersionSummary]:
        """All versions, newest first, without rows."""
        ...

    async def record_quality(self, version: str, report: QualityReport, *, performed_by: str, run_id: str | None = None) -> VersionSummary:
        """Add a judgement; a draft becomes ``validated`` or ``failed`` by it. Raises `VersionNotFoundError`, `GateError`."""
        ...

    async def record_refusal(self, operation: str, error: GoldenAssetsError, *, performed_by: str, version: str | None = None) -> None:
        """Leave an audit entry of an operation that was refused before it came to the registry."""
        ...

    async def published_versions(self) -> frozenset[str]:
        """The versions that are recorded as published."""
        ...

    async def record_publication(self, published: PublishedDataset) -> None:
        """Remember where a version lives in Phoenix; recording the same again changes nothing."""
        ...

    def publication_turn(self) -> AbstractAsyncContextManager[None]:
        """Be the only process that publishes this testset while the block runs; the others wait. Raises `PublishingError`."""
        ...

    async def last_sent(self, dataset_names: Sequence[str]) -> list[PublishedDataset]:
        """What was sent last to each of these datasets."""
        ...

    async def record_edits(self, version: str, edits: Sequence[DatasetEdit]) -> int:
        """Put edits of what was sent of a version on record; how many were not on record yet. Raises `VersionNotFoundError`."""
        ...

    async def dataset_edits(self, version: str) -> list[DatasetEdit]:
        """Edits in Phoenix that concern a version and wait for a decision."""
        ...

    async def note_operation(self, performed: Performed) -> None:
        """Remember how an operation went; noting the same again changes nothing. The operation itself continues in any case."""
        ...

    async def record_provenance(self, version: str, testset: Testset, *, performed_by: str, run_id: str | None = None) -> bool:
        """Record the places of a version's rows in the corpus of ``testset``, which holds the same rows; False when that is on record.

        Whoever reads the version from now on finds its rows, and its testset's corpus hash, as they were noted last.

        Raises:
            VersionNotFoundError, IntegrityError: no such version, or other rows.
        """
        ...

    async def promote_version(
        self, version: str, *, promoted_by: str, run_id: str | None, force: bool = False, reason: str | None = None
    ) -> VersionSummary:
        """Make a validated version the active one; the former active version is archived. ``force`` passes over gates that failed or were
        not run, and is on record with the reason; it does not lead out of ``failed``.

        Raises:
            VersionNotFoundError, IllegalTransitionError, GateError: see `golden_assets.domain.core.errors`.
        """
        ...

    @property
    def require_approval(self) -> bool:
        """Whether a version is promoted only after an approval."""
        ...

    async def approved_versions(self) -> frozenset[str]:
        """The versions that are approved."""
        ...

    async def decisions(self, version: str) -> list[RowDecision]:
        """The decision in force on each row of a version that people looked at."""
        ...

    async def waivers(self) -> list[Waiver]:
        """What people decided about pairs of rows that look like one question, the latest word on each pair."""
        ...

    async def diff_versions(self, old: str, new: str) -> RowDiff:
        """What happened to the rows between two versions."""
        ...


class VersionRegistry(VersionStore, Protocol):
    """A `VersionStore` with what only people do: go back, retire, approve, review, and read the audit log."""

    async def rollback_version(self, to_version: str, reason: str, *, performed_by: str, run_id: str | None = None) -> VersionSummary:
        """Return to a version that was active before. Raises `RegistryError`, `VersionNotFoundError`, `IllegalTransitionError`."""
        ...

    async def archive_version(self, version: str, *, performed_by: str, run_id: str | None = None) -> VersionSummary:
        """Retire the active version; none is active afterwards. Raises `VersionNotFoundError`, `IllegalTransitionError`."""
        ...

    async def approve_version(self, version: str, *, approved_by: str, note: str | None = None) -> tuple[Approval, bool]:
        """Put an approval on record, unless there is one: (the approval, whether it is new). Raises `VersionNotFoundError`,
        `IllegalTransitionError`.
        """
        ...

    async def approval(self, version: str) -> Approval | None:
        """The approval of a version, if it has one."""
        ...

    async def decide_row(self, version: str, decision: RowDecision) -> VersionSummary:
        """Put a decision on a row on record; the latest one counts. Raises `VersionNotFoundError`."""
        ...

    async def waive_pair(self, version: str, waiver: Waiver) -> VersionSummary:
        """Put on record that two rows are two questions. Raises `VersionNotFoundError`."""
        ...

    async def withdraw_waiver(self, waiver: Waiver) -> list[Waiver]:
        """Put on record that a waiver no longer counts; those that still do. Raises `TestsetError` when the pair is not waived."""
        ...

    async def give_feedback(self, version: str, feedback: Feedback) -> None:
        """Put a user's word on a row on record. Raises `VersionNotFoundError`."""
        ...

    async def feedback(self, version: str) -> list[Feedback]:
        """What users said of the rows of a version, the oldest first."""
        ...

    async def audit_log(self) -> list[AuditEntry]:
        """Every operation, the oldest first, refused ones too."""
        ...
