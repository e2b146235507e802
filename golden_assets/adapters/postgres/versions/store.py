"""The version registry (port `VersionStore`). Every method is one transaction; every change leaves an audit entry, refused ones too."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.row_mapping import version_of
from golden_assets.adapters.postgres.versions import reviews, transitions, version_queries
from golden_assets.adapters.postgres.versions.approvals import ConsentRegistry
from golden_assets.adapters.postgres.versions.auditing import audit_log
from golden_assets.adapters.postgres.versions.create_version import NewVersion, store_version
from golden_assets.adapters.postgres.versions.operations import perform, record_refusal
from golden_assets.adapters.postgres.versions.publications import PublicationRegistry
from golden_assets.domain.core.errors import RegistryError, TestsetError
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.provenance import stands_elsewhere
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.diffs import diff_rows
from golden_assets.domain.versions.version_numbers import parse_version
from golden_assets.domain.versions.versions import AuditEntry, PublishedDataset, RowDiff, StoredVersion, VersionSummary


class PostgresVersionStore(ConsentRegistry, PublicationRegistry):
    """The versions of one testset in PostgreSQL; made as a `PostgresRegistry` is."""

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
        """Store a testset, ``validated`` or ``failed`` by its report, ``draft`` without one; (version, whether it is new).

        The same rows are not stored again: their version is returned as it is, with the report added to its judgements. Rows whose
        version failed and that pass now get a new version. Without a wanted ``version`` the number follows from the rows.

        Raises:
            TestsetError: rows that cannot be stored.
            GateError: the report judges other rows, or holds no verdict.
            InvalidVersionError, VersionConflictError: the wanted number is none, or is taken.
        """
        operation = self._operation("create", created_by, run_id, {} if version is None else {"version": version})
        new = NewVersion(testset, report, metadata or {}, version, self._numbering)
        try:
            new.require_storable()
        except (RegistryError, TestsetError) as error:
            await record_refusal(self.database, operation, error)
            raise

        async def _read(connection: AsyncConnection, details: Mapping[str, Any]) -> tuple[VersionSummary, bool]:
            return await self._summary(connection, details), details["created"]

        return await perform(self.database, operation, lambda connection: store_version(connection, operation, new), _read)

    async def get_version(self, version: str) -> StoredVersion:
        """One version, with rows. Raises `VersionNotFoundError`, `InvalidVersionError`, `IntegrityError`."""
        parse_version(version)
        row = await self.database.read(lambda connection: version_queries.version_row(connection, self.testset_name, version))
        if row is None:
            raise version_queries.not_found(self.testset_name, version)
        return version_of(row)

    async def get_active_version(self) -> StoredVersion | None:
        """The active version with its rows, or None when none is active. Raises `IntegrityError`."""
        row = await self.database.read(lambda connection: version_queries.version_row(connection, self.testset_name, None))
        return None if row is None else version_of(row)

    async def list_versions(self) -> list[VersionSummary]:
        """All versions, newest first, without rows."""
        return await self.database.read(lambda connection: version_queries.summaries(connection, self.testset_name))

    async def find_version(self, version: str) -> VersionSummary | None:
        """One version without its rows, or None when there is none."""
        found = await self.database.read(lambda connection: version_queries.summaries(connection, self.testset_name, version))
        return found[0] if found else None

    async def published_versions(self) -> frozenset[str]:
        """The versions that are recorded as published."""
        return await self.database.read(lambda connection: version_queries.published(connection, self.testset_name))

    async def record_publication(self, published: PublishedDataset) -> None:
        """Remember where a version lives in Phoenix; recording the same again changes nothing.

        Raises:
            VersionNotFoundError: no such version.
            IntegrityError: what was published are not the version's rows.
        """
        operation = self._operation("publish", None, None, published.model_dump(exclude={"testset_name"}))
        await self._change(operation, lambda connection: transitions.publish(connection, operation, published))

    async def record_provenance(self, version: str, testset: Testset, *, performed_by: str, run_id: str | None = None) -> bool:
        """Record the places of a version's rows in the corpus of ``testset``, which holds the same rows; False when that is on record.

        The version stays what it is; later reads find its rows at these places.

        Raises:
            InvalidVersionError, VersionNotFoundError: no such version.
            IntegrityError: the testset holds other rows.
        """
        stored = (await self.get_version(version)).testset
        if stored.testset_hash == testset.testset_hash and not stands_elsewhere(stored, testset):
            return False
        operation = self._operation("record_provenance", performed_by, run_id, {"version": version, "corpus_hash": testset.corpus_hash})
        await self._change(operation, lambda connection: transitions.relocate(connection, operation, version, testset))
        return True

    async def record_quality(self, version: str, report: QualityReport, *, performed_by: str, run_id: str | None = None) -> VersionSummary:
        """Add a judgement; a draft becomes ``validated`` or ``failed`` by it, any other status stays.

        Raises:
            InvalidVersionError, VersionNotFoundError: no such version.
            GateError: the report judges other rows, or holds no verdict.
        """
        details = {"version": version, "status": report.status, "report_hash": report.report_hash}
        operation = self._operation("record_quality", performed_by, run_id, details)
        return await self._change(operation, lambda connection: transitions.judge(connection, operation, version, report))

    async def promote_version(
        self, version: str, *, promoted_by: str, run_id: str | None, force: bool = False, reason: str | None = None
    ) -> VersionSummary:
        """Make a validated version the active one; the former active version is archived.

        Before that the database hashes the rows again and looks at the latest judgement. ``force`` records a judgement ``warning``
        with who and why first, which replaces gates that failed or were not run; it does not lead out of ``failed``.

        Raises:
            InvalidVersionError, VersionNotFoundError: no such version.
            IllegalTransitionError: it is failed, active, archived or a draft.
            GateError: its latest judgement is not ``passed``, or it lacks an approval that is required.
            IntegrityError: its rows do not match its hash.
        """
        forced = {"force": True, "reason": reason or "no reason given"} if force else {}
        operation = self._operation("promote", promoted_by, run_id, {"version": version} | forced)

        async def _change(connection: AsyncConnection) -> None:
            if force:
                await transitions.override_gates(connection, operation, version)
            elif self.require_approval:
                await reviews.require_approval(connection, self.testset_name, version)
            await transitions.activate(connection, operation, version, "validated")

        return await self._change(operation, _change)

    async def rollback_version(self, to_version: str, reason: str, *, performed_by: str, run_id: str | None = None) -> VersionSummary:
        """Return to a version that was active before; the present one is archived.

        Raises:
            RegistryError: no reason is given.
            InvalidVersionError, VersionNotFoundError: no such version.
            IllegalTransitionError: it was never active, or is active now.
            IntegrityError: its rows do not match its hash.
        """
        operation = self._operation("rollback", performed_by, run_id, {"version": to_version, "reason": reason})

        async def _change(connection: AsyncConnection) -> None:
            if not reason.strip():
                raise RegistryError("a rollback needs a reason", "say in a few words why you go back")
            await transitions.activate(connection, operation, to_version, "archived")

        return await self._change(operation, _change)

    async def archive_version(self, version: str, *, performed_by: str, run_id: str | None = None) -> VersionSummary:
        """Retire the active version; none is active afterwards.

        Raises:
            InvalidVersionError, VersionNotFoundError: no such version.
            IllegalTransitionError: it is not active.
        """
        operation = self._operation("archive", performed_by, run_id, {"version": version})
        return await self._change(operation, lambda connection: transitions.archive(connection, operation, version))

    async def audit_log(self) -> list[AuditEntry]:
        """Every operation, the oldest first, refused ones too."""
        return await audit_log(self.database, self.testset_name)

    async def diff_versions(self, old: str, new: str) -> RowDiff:
        """What happened to the rows between two versions. Raises `VersionNotFoundError`, `InvalidVersionError`."""
        for version in (old, new):
            parse_version(version)

        async def _load(connection: AsyncConnection, _: int) -> RowDiff:
            for version in (old, new):
                await version_queries.identity(connection, self.testset_name, version)
            keys = [await version_queries.row_keys(connection, self.testset_name, version) for version in (old, new)]
            return diff_rows(*keys)

        return await self.database.run(_load)
