"""Versions: a testset under a number, with a lifecycle.

draft -> validated | failed;  validated -> active;  active -> archived;  archived -> active (a rollback)
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from golden_assets.domain.core.records import Record
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import Testset

VersionStatus = Literal["draft", "validated", "failed", "active", "archived"]

TRANSITIONS: dict[VersionStatus, tuple[VersionStatus, ...]] = {
    "draft": ("validated", "failed"),
    "validated": ("active",),
    "failed": (),
    "active": ("archived",),
    "archived": ("active",),
}

DOCUMENTS_LOCATION = "documents_location"
"""What `StoredVersion.documents_location` is kept under."""


class VersionSummary(Record):
    """A stored version without its rows; what lists and sensors read. ``answers_judged``: by a model or people, see `QualityReport`."""

    testset_name: str
    version: str
    status: VersionStatus
    testset_hash: str
    corpus_hash: str
    row_count: int
    answers_judged: bool = False
    created_at: datetime
    activated_at: datetime | None = None
    archived_at: datetime | None = None
    created_by: str | None = None


def archived_on(versions: Sequence[VersionSummary], corpus_hash: str) -> str | None:
    """The newest archived version that was made from these very documents: a run on them finds its rows again, and makes no new version."""
    stored = sorted(versions, key=lambda version: version.created_at, reverse=True)
    return next((one.version for one in stored if one.status == "archived" and one.corpus_hash == corpus_hash), None)


class PublishedDataset(Record):
    """Where a version lives in Phoenix."""

    testset_name: str
    version: str
    testset_hash: str
    dataset_id: str
    dataset_version_id: str
    dataset_name: str
    url: str
    example_count: int


class Approval(Record):
    """Somebody's consent to a version's content."""

    version: str
    testset_hash: str
    approved_by: str
    note: str | None = None
    approved_at: datetime


class RowDiff(Record):
    """Row ids by what happened to them between two versions; ``changed`` pairs rows with the same question (old id, new id)."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether both versions have the same rows."""
        return not (self.added or self.removed or self.changed)


class StoredVersion(Record):
    """A version with everything stored about it."""

    summary: VersionSummary
    testset: Testset
    report: QualityReport | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    published: PublishedDataset | None = None

    @property
    def documents_location(self) -> str | None:
        """Where the documents were that it was made from; None when that is not on record."""
        location = self.metadata.get("user_metadata", {}).get(DOCUMENTS_LOCATION)
        return location if isinstance(location, str) else None


class RowKey(Record):
    """What identifies a row when versions are compared: its content, and its question alone."""

    row_id: str
    row_hash: str
    question_hash: str
    question_type: str


class RecordedRow(RowKey):
    """A line of the row table; the lists follow the order of the row's contexts."""

    synthesizer_name: str
    document_ids: tuple[str, ...]
    document_hashes: tuple[str, ...]
    chunk_hashes: tuple[str, ...]


class AuditEntry(Record):
    """One line of the audit log; ``entry_hash`` covers every other field and so the line before."""

    sequence: int
    version: str | None
    version_id: str | None
    operation: str
    operation_id: str
    operation_timestamp: datetime
    performed_by: str | None
    database_user: str
    details: dict[str, Any]
    result: Literal["success", "failure"]
    error_message: str | None
    previous_hash: str
    entry_hash: str


class Verification(Record):
    """What recomputing every hash found; ``faults`` names each row or audit entry that does not match, in a sentence."""

    subject: str
    checked: int
    faults: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether everything matched."""
        return not self.faults
