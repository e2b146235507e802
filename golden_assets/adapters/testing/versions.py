"""The registry of versions, held in memory under the rules of the real one."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from golden_assets.domain.core.errors import (
    GateError,
    GoldenAssetsError,
    IllegalTransitionError,
    IntegrityError,
    PublishingError,
    RegistryError,
    TestsetError,
    VersionNotFoundError,
)
from golden_assets.domain.monitoring.service_levels import Performed
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.review.feedback import Feedback
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.testsets.provenance import places_of, relocate, stands_elsewhere
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.diffs import diff_rows, row_key
from golden_assets.domain.versions.version_numbers import derive_bump, next_version, parse_version, row_fields
from golden_assets.domain.versions.versions import (
    Approval,
    AuditEntry,
    PublishedDataset,
    RowDiff,
    StoredVersion,
    VersionStatus,
    VersionSummary,
)


class InMemoryVersionStore:
    """A `VersionStore` over a list of versions, oldest first.

    ``promotions`` lists (version, promoted by, run id), ``approvals`` (version, approved by), ``operations`` what was noted of uploads,
    ``publications`` where versions went, ``edits`` what people changed there, ``waived`` the waivers. Time stamps come from ``clock``.
    """

    def __init__(self, testset_name: str = "golden", *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.testset_name = testset_name
        self.versions: list[StoredVersion] = []
        self.promotions: list[tuple[str, str, str | None]] = []
        self.approvals: list[tuple[str, str]] = []
        self.require_approval = False
        self.reviews: dict[str, list[RowDecision]] = {}
        self.operations: list[Performed] = []
        self.publications: list[PublishedDataset] = []
        self.edits: list[DatasetEdit] = []
        self.waived: list[Waiver] = []
        self.forced: dict[str, str] = {}
        self.refusals: list[tuple[str, str, str]] = []
        self.said: dict[str, list[Feedback]] = {}
        self._publishing = False
        self._clock = clock

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
        """Store under the next number or the one wanted, ``validated`` or ``failed`` by the report, ``draft`` without one; (version,
        whether it is new).

        Equal rows keep their version, unless it failed and they pass now. Raises `GateError` when the report is about other rows.
        """
        if report is not None and report.testset_hash != testset.testset_hash:
            raise GateError(f"the report is about testset {report.testset_hash[:12]}", f"measure testset {testset.testset_hash[:12]}")
        for stored in reversed(self.versions):
            passes_now = stored.summary.status == "failed" and report is not None and report.status != "failed"
            if stored.summary.testset_hash == testset.testset_hash and not passes_now:
                return stored.summary, False
        summary = VersionSummary(
            testset_name=self.testset_name,
            version=version or self._next_number(testset),
            status=_status_by(report),
            testset_hash=testset.testset_hash,
            corpus_hash=testset.corpus_hash,
            row_count=len(testset.rows),
            answers_judged=report is not None and report.answers_judged,
            created_at=self._clock(),
            created_by=created_by,
        )
        kept = ({"run_id": run_id} if run_id else {}) | ({"user_metadata": dict(metadata)} if metadata else {})
        self.versions.append(StoredVersion(summary=summary, testset=testset, report=report, metadata=kept))
        return summary, True

    async def record_quality(self, version: str, report: QualityReport, *, performed_by: str, run_id: str | None = None) -> VersionSummary:  # noqa: ARG002
        """Add a judgement; a draft becomes validated or failed by it. Raises `VersionNotFoundError`."""
        index = self._index(version)
        stored = self.versions[index]
        status = _status_by(report) if stored.summary.status == "draft" else stored.summary.status
        summary = stored.summary.model_copy(update={"status": status, "answers_judged": report.answers_judged})
        self.versions[index] = stored.model_copy(update={"summary": summary, "report": report})
        return summary

    async def record_refusal(self, operation: str, error: GoldenAssetsError, *, performed_by: str, version: str | None = None) -> None:  # noqa: ARG002
        """Keep in ``refusals`` what was refused."""
        self.refusals.append((operation, str(error), performed_by))

    async def note_operation(self, performed: Performed) -> None:
        """Remember how an operation went."""
        self.operations.append(performed)

    async def get_version(self, version: str) -> StoredVersion:
        """One version, with rows. Raises `VersionNotFoundError`, `InvalidVersionError`."""
        return self.versions[self._index(version)]

    async def get_active_version(self) -> StoredVersion | None:
        """The active version with its rows, or None when nothing was activated yet."""
        return next((stored for stored in self.versions if stored.summary.status == "active"), None)

    async def list_versions(self) -> list[VersionSummary]:
        """All versions, newest first, without rows."""
        return [stored.summary for stored in reversed(self.versions)]

    async def published_versions(self) -> frozenset[str]:
        """The versions that are recorded as published."""
        return frozenset(stored.summary.version for stored in self.versions if stored.published)

    async def approved_versions(self) -> frozenset[str]:
        """The versions in ``approvals``."""
        return frozenset(version for version, _ in self.approvals)

    async def decisions(self, version: str) -> list[RowDecision]:
        """What is in ``reviews``."""
        return self.reviews.get(version, [])

    async def waivers(self) -> list[Waiver]:
        """What is in ``waived``."""
        return self.waived

    async def record_publication(self, published: PublishedDataset) -> None:
        """Remember where a version lives in Phoenix. Raises `VersionNotFoundError`; `IntegrityError` when other content was published."""
        index = self._index(published.version)
        stored = self.versions[index]
        if published.testset_hash != stored.summary.testset_hash:
            raise IntegrityError(f"version {published.version} was published with other content", "publish it again")
        self.publications.append(published)
        self.versions[index] = stored.model_copy(update={"published": published})

    @asynccontextmanager
    async def publication_turn(self) -> AsyncIterator[None]:
        """Be the only one that publishes. Raises `PublishingError` at once: a fake has no process to wait for."""
        if self._publishing:
            raise PublishingError("this testset is being published", "wait until that has ended")
        self._publishing = True
        try:
            yield
        finally:
            self._publishing = False

    async def last_sent(self, dataset_names: Sequence[str]) -> list[PublishedDataset]:
        """What was sent last to each of these datasets."""
        latest = {one.dataset_name: one for one in self.publications}
        return [latest[name] for name in sorted({*dataset_names}) if name in latest]

    async def record_edits(self, version: str, edits: Sequence[DatasetEdit]) -> int:
        """Keep in ``edits`` what is not there yet; how many these are. Raises `VersionNotFoundError`."""
        self._index(version)
        new = [edit for edit in edits if edit not in self.edits]
        self.edits += new
        return len(new)

    async def dataset_edits(self, version: str) -> list[DatasetEdit]:
        """The undecided edits of rows that the version has, and every example that was added."""
        row_ids = {row.row_id for row in self.versions[self._index(version)].testset.rows}
        decided = {decision.row_id for decisions in self.reviews.values() for decision in decisions}
        return [edit for edit in self.edits if edit.kind == "added" or edit.row_id in row_ids - decided]

    async def record_provenance(self, version: str, testset: Testset, *, performed_by: str, run_id: str | None = None) -> bool:  # noqa: ARG002
        """Note where the rows stand now; False when that is known. Raises `VersionNotFoundError`, `IntegrityError` for other rows."""
        index = self._index(version)
        stored = self.versions[index]
        if testset.testset_hash != stored.summary.testset_hash:
            raise IntegrityError(f"the testset holds other rows than version {version}", "create a version of it")
        if not stands_elsewhere(stored.testset, testset):
            return False
        moved = relocate(stored.testset, testset.corpus_hash, [list(map(dict, places)) for places in places_of(testset.rows)])
        self.versions[index] = stored.model_copy(update={"testset": moved})
        return True

    async def promote_version(
        self, version: str, *, promoted_by: str, run_id: str | None, force: bool = False, reason: str | None = None
    ) -> VersionSummary:
        """Make a validated version the active one; the former active version is archived. ``force`` passes over missing gates; the
        ``reason`` is kept in ``forced``.

        Raises `VersionNotFoundError`, `IllegalTransitionError` (it is not validated), `GateError` (no passed report is on record).
        """
        index = self._index(version)
        if force and self.versions[index].summary.status in ("draft", "validated"):
            self.forced[version] = reason or "no reason given"
        else:
            _refuse_unless_promotable(self.versions[index])
            if self.require_approval and version not in await self.approved_versions():
                raise GateError(f"version {version} is not approved", f"`golden-assets approve {version} --by NAME`")
        self.promotions.append((version, promoted_by, run_id))
        return self.roll_back(version)

    async def rollback_version(self, to_version: str, reason: str, *, performed_by: str, run_id: str | None = None) -> VersionSummary:  # noqa: ARG002
        """Return to an archived version. Raises `RegistryError` without a reason, `IllegalTransitionError`, `VersionNotFoundError`."""
        status = self.versions[self._index(to_version)].summary.status
        if not reason.strip():
            raise RegistryError("a rollback needs a reason", "say in a few words why you go back")
        if status != "archived":
            raise IllegalTransitionError(f"version {to_version} is {status} and was not active before", "choose an archived version")
        return self.roll_back(to_version)

    async def archive_version(self, version: str, *, performed_by: str, run_id: str | None = None) -> VersionSummary:  # noqa: ARG002
        """Retire the active version. Raises `IllegalTransitionError`, `VersionNotFoundError`."""
        index = self._index(version)
        if self.versions[index].summary.status != "active":
            raise IllegalTransitionError(f"version {version} is not active", "archive the active version")
        return self._move(index, "archived", "archived_at")

    def roll_back(self, to_version: str) -> VersionSummary:
        """Make a version active whatever its status, and archive the active one."""
        for index, stored in enumerate(self.versions):
            if stored.summary.status == "active":
                self._move(index, "archived", "archived_at")
        return self._move(self._index(to_version), "active", "activated_at")

    async def approve_version(self, version: str, *, approved_by: str, note: str | None = None) -> tuple[Approval, bool]:
        """Keep in ``approvals`` who approved a version, unless it has an approval: (the approval, whether it is new)."""
        known = await self.approval(version)
        if known is not None:
            return known, False
        self.approvals.append((version, approved_by))
        return self._approval(version, approved_by, note), True

    async def approval(self, version: str) -> Approval | None:
        """The approval of a version, if it has one."""
        approved_by = next((name for number, name in self.approvals if number == version), None)
        return None if approved_by is None else self._approval(version, approved_by, None)

    async def decide_row(self, version: str, decision: RowDecision) -> VersionSummary:
        """Keep in ``reviews`` the latest decision on a row."""
        earlier = [one for one in self.reviews.get(version, []) if one.row_id != decision.row_id]
        self.reviews[version] = [*earlier, decision]
        return self.versions[self._index(version)].summary

    async def waive_pair(self, version: str, waiver: Waiver) -> VersionSummary:
        """Keep a waiver in ``waived``."""
        self.waived.append(waiver)
        return self.versions[self._index(version)].summary

    async def withdraw_waiver(self, waiver: Waiver) -> list[Waiver]:
        """Drop the waivers on a pair from ``waived``. Raises `TestsetError` when there is none."""
        pair = {waiver.row_id, waiver.other_row_id}
        staying = [one for one in self.waived if {one.row_id, one.other_row_id} != pair]
        if len(staying) == len(self.waived):
            raise TestsetError(f"rows {waiver.row_id} and {waiver.other_row_id} are not waived", "name a waived pair")
        self.waived = staying
        return staying

    async def give_feedback(self, version: str, feedback: Feedback) -> None:
        """Keep a user's word in ``said``. Raises `VersionNotFoundError`."""
        self._index(version)
        self.said.setdefault(version, []).append(feedback)

    async def feedback(self, version: str) -> list[Feedback]:
        """What users said of the rows of a version."""
        return self.said.get(version, [])

    async def audit_log(self) -> list[AuditEntry]:
        """Empty: what was refused is in ``refusals``, what was activated in ``promotions``."""
        return []

    async def diff_versions(self, old: str, new: str) -> RowDiff:
        """What happened to the rows between two versions."""
        before, after = ([row_key(row) for row in self.versions[self._index(version)].testset.rows] for version in (old, new))
        return diff_rows(before, after)

    def _next_number(self, testset: Testset) -> str:
        """The bump follows from the rows, as in the registry."""
        if not self.versions:
            return next_version((), "patch")
        last = self.versions[-1].testset
        old, new = [row_key(row) for row in last.rows], [row_key(row) for row in testset.rows]
        bump = derive_bump(old, new, structure_changed=row_fields(last) != row_fields(testset))
        return next_version([stored.summary.version for stored in self.versions], bump)

    def _index(self, version: str) -> int:
        parse_version(version)
        numbers = [stored.summary.version for stored in self.versions]
        if version in numbers:
            return numbers.index(version)
        raise VersionNotFoundError(f"testset {self.testset_name!r} has no version {version}", "list the versions there are")

    def _approval(self, version: str, approved_by: str, note: str | None) -> Approval:
        summary = self.versions[self._index(version)].summary
        testset_hash = summary.testset_hash
        return Approval(version=version, testset_hash=testset_hash, approved_by=approved_by, note=note, approved_at=self._clock())

    def _move(self, index: int, status: VersionStatus, stamp: str) -> VersionSummary:
        stored = self.versions[index]
        summary = stored.summary.model_copy(update={"status": status, stamp: self._clock()})
        self.versions[index] = stored.model_copy(update={"summary": summary})
        return summary


def _status_by(report: QualityReport | None) -> VersionStatus:
    """The status of a new version with this report."""
    if report is None:
        return "draft"
    return "failed" if report.status == "failed" else "validated"


def _refuse_unless_promotable(stored: StoredVersion) -> None:
    """Raise `IllegalTransitionError` or `GateError` unless the version is validated by a report that is on record."""
    version, status = stored.summary.version, stored.summary.status
    if status != "validated":
        raise IllegalTransitionError(f"version {version} is {status} and cannot become active", "promote a validated version")
    if stored.report is None or stored.report.status == "failed":
        raise GateError(f"no report says that version {version} passed its gates", "judge it again")
