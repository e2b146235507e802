"""GoldenTestsetManager: the whole life of golden testsets, as one asynchronous object.

>>> async with GoldenTestsetManager() as manager:  # doctest: +SKIP
...     version = await manager.create_version(testset_df, {"source": "handbook"}, auto_promote=True)
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from golden_assets.domain.core.errors import ConfigurationError, GateError, GoldenAssetsError, TestsetError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.gates.imported_rows import judge_admission
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.comparison import VersionComparison, compare
from golden_assets.domain.versions.version_numbers import parse_version
from golden_assets.domain.versions.versions import AuditEntry, PublishedDataset, Verification, VersionSummary
from golden_assets.embedded.server_account import process_user
from golden_assets.manager.consulting import Consulting
from golden_assets.manager.experiments import Experimenting, Laboratory
from golden_assets.manager.integrity import RegistryAudit
from golden_assets.manager.opening import command_on, open_publisher, open_store, phoenix_runs, registry_url
from golden_assets.manager.publication import make_current, publish, unheard
from golden_assets.manager.tracing import begin_tracing, traced_operations
from golden_assets.manager.version import TestsetVersion
from golden_assets.settings.settings import settings_for

if TYPE_CHECKING:
    import pandas as pd

    from golden_assets.adapters.postgres import PostgresVersionStore

logger = logging.getLogger(__name__)


@traced_operations
class GoldenTestsetManager(Consulting, Experimenting):
    """The versions of one testset.

    The schema is set up on first use. Pooled connections belong to the event loop that uses them first; close them with `close`, or
    use the manager as an asynchronous context manager. They and the version numbers are managed as the settings say.

    Args:
        db_url: a PostgreSQL URL; without one that of the settings, and so, by default, the embedded server.
        testset_name: which testset; without one that of the settings.
        performed_by: who is on record for changes; by default the user of this process.
        tell: is told of edits found in Phoenix, and when Phoenix does not show the version that became active; by default the log, as a
                warning.
    """

    def __init__(
        self,
        db_url: str | None = None,
        *,
        testset_name: str | None = None,
        performed_by: str | None = None,
        tell: Callable[[str], object] = logger.warning,
    ) -> None:
        self._db_url = db_url
        self._tell = tell
        self._testset_name = testset_name or settings_for(None).testset_name
        self._performed_by = performed_by or process_user()
        self._opened: PostgresVersionStore | None = None
        self._opening = asyncio.Lock()
        begin_tracing()

    async def create_version(
        self,
        testset_df: "pd.DataFrame",
        metadata: Mapping[str, Any],
        auto_promote: bool = False,
        version: str | None = None,
        *,
        columns: Mapping[str, str] | None = None,
    ) -> TestsetVersion:
        """Store a frame as a draft, under the number that follows from its rows or the one wanted; the same rows are not stored twice.

        ``auto_promote`` judges and promotes it at once, as `promote_version` does, unless it is active already. ``columns`` says where
        ``question``, ``answer``, ``contexts``, ``id`` and ``metadata`` stand (``{"question": "input"}``) if they are not recognised.

        Raises:
            TestsetError: rows that cannot be a testset, with row and column.
            InvalidVersionError, VersionConflictError: the wanted number is none, or is taken.
            GateError: ``auto_promote``, and a gate failed; the version is stored all the same.
        """
        from golden_assets.adapters.exchange.values import json_value
        from golden_assets.adapters.frames import read_frame

        store = await self._store()
        try:
            testset, kept = read_frame(testset_df, metadata, columns), json_value(dict(metadata), "metadata")
        except TestsetError as error:
            await store.record_refusal("create", error, performed_by=self._performed_by)
            raise
        return (await self.store_testset(testset, kept, auto_promote, version))[0]

    async def store_testset(
        self, testset: Testset, metadata: Mapping[str, Any], auto_promote: bool = False, version: str | None = None
    ) -> tuple[TestsetVersion, bool]:
        """Like `create_version`, of a testset that is none of pandas; (version, whether it is new). ``metadata`` is JSON."""
        store, made_by = await self._store(), self._performed_by
        summary, new = await store.create_version(testset, None, created_by=made_by, run_id=None, metadata=metadata, version=version)
        if auto_promote and summary.status != "active":
            await self.promote_version(summary.version)
        return await self.get_version(summary.version), new

    async def get_active_version(self) -> TestsetVersion | None:
        """The version in use, or None. Raises `IntegrityError`."""
        stored = await (await self._store()).get_active_version()
        return None if stored is None else TestsetVersion(stored)

    async def get_version(self, version: str) -> TestsetVersion:
        """One version. Raises `VersionNotFoundError`, `InvalidVersionError`, `IntegrityError`."""
        return TestsetVersion(await (await self._store()).get_version(version))

    async def list_versions(self) -> list[VersionSummary]:
        """All versions, newest first, without rows."""
        return await (await self._store()).list_versions()

    async def get_version_metadata(self, version: str) -> dict[str, Any]:
        """How a version was made: parameters, costs, library versions, and what the caller stored with it (``user_metadata``)."""
        return dict((await (await self._store()).get_version(version)).metadata)

    async def promote_version(self, version: str, force: bool = False, reason: str | None = None) -> bool:
        """Make a version the active one; True when that is done. It is the current one in Phoenix then, too, if that runs.

        A draft is judged first, by the gates of `golden_assets.domain.gates.imported_rows`. ``force`` passes over failed gates and is on
        record with ``reason``; it does not lead out of ``failed``.

        Raises:
            InvalidVersionError, VersionNotFoundError: no such version.
            IllegalTransitionError: it is failed, archived or active.
            GateError: a gate failed.
        """
        store = await self._store()
        if not force:
            await self._judge_draft(store, version)
        await store.promote_version(version, promoted_by=self._performed_by, run_id=None, force=force, reason=reason)
        await self._show_in_phoenix(version)
        await self.keep_head()
        return True

    async def rollback_version(self, to_version: str, reason: str) -> bool:
        """Return to an archived version, in Phoenix too if that runs; True when that is done.

        Raises like `PostgresVersionStore.rollback_version`.
        """
        await (await self._store()).rollback_version(to_version, reason, performed_by=self._performed_by)
        await self._show_in_phoenix(to_version)
        await self.keep_head()
        return True

    async def publish_version(self, version: str, progress: Progress = unheard) -> list[PublishedDataset]:
        """Bring a version to Phoenix, or repair it there, and the active one: where they are, this version first.

        The dataset of the testset holds the active version alone; any other goes into the candidate dataset.

        Raises:
            InvalidVersionError, VersionNotFoundError, GateError: no such version, or none that passed its gates.
            PublishingError, ServerError: Phoenix is down, refuses, or holds something else than was sent.
        """
        store = await self._store()
        publisher = await asyncio.to_thread(open_publisher, self._testset_name)
        published = await publish(store, publisher, version, progress, self._tell)
        await self.keep_head()
        return published

    async def archive(self, version: str) -> VersionSummary:
        """Retire the active version; none is active afterwards. Raises `IllegalTransitionError`, `VersionNotFoundError`."""
        archived = await (await self._store()).archive_version(version, performed_by=self._performed_by)
        await self.keep_head()
        return archived

    async def record_quality(self, version: str, report: QualityReport) -> VersionSummary:
        """Add a judgement; a draft becomes validated or failed by it. Raises `GateError`, `VersionNotFoundError`."""
        return await (await self._store()).record_quality(version, report, performed_by=self._performed_by)

    async def compare_versions(self, version_a: str, version_b: str) -> VersionComparison:
        """What differs between two versions. Raises `VersionNotFoundError`, `InvalidVersionError`."""
        store = await self._store()
        return compare(await store.get_version(version_a), await store.get_version(version_b))

    async def audit_log(self) -> list[AuditEntry]:
        """Every operation, the oldest first, refused ones too."""
        from golden_assets.adapters.postgres.versions.auditing import audit_log

        store = await self._store()
        return await audit_log(store.database, store.testset_name)

    async def history(self, version: str) -> list[AuditEntry]:
        """What happened to one version, the oldest first."""
        parse_version(version)
        return [entry for entry in await self.audit_log() if version in (entry.version, entry.details.get("version"))]

    async def verify(self, version: str | None = None) -> list[Verification]:
        """Check that what is stored is what was stored: a version (default: all), the audit log, every record's seal, the schema, the heads
        that were kept outside; what does not match is named in the result.
        """
        return await (await self._audit()).verify(version)

    async def keep_head(self) -> None:
        """Write down the head of the registry as it is now, outside of the database. What prevents this is only told."""
        try:
            problems = await (await self._audit()).keep_head()
        except ConfigurationError as error:
            problems = (str(error),)
        for problem in problems:
            self._tell(problem)

    async def close(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def _judge_draft(self, store: "PostgresVersionStore", version: str) -> None:
        """Judge a draft so that it can be promoted. Raises `GateError` when it fails."""
        found = await store.find_version(version)
        if found is None or found.status != "draft":
            return
        report = judge_admission((await store.get_version(version)).testset)
        await store.record_quality(version, report, performed_by=self._performed_by)
        failed = [f"{verdict.name} ({verdict.explanation})" for verdict in report.verdicts if not verdict.passed]
        if failed:
            error = GateError(f"version {version} failed {' and '.join(failed)}", "mend the rows and create a new version")
            await store.record_refusal("promote", error, performed_by=self._performed_by)
            raise error

    async def _show_in_phoenix(self, version: str) -> None:
        """Make what became active the current version in Phoenix. It is active in any case, so what prevents this is only told."""
        problem = "it does not run."
        if await asyncio.to_thread(phoenix_runs, self._testset_name):
            publisher = await asyncio.to_thread(open_publisher, self._testset_name)
            shown = await make_current(await self._store(), publisher, version, self._tell)
            problem = str(shown) if isinstance(shown, GoldenAssetsError) else ""
        if problem:
            again = command_on(self._testset_name, f"publish {version}")
            self._tell(f"not current in Phoenix: {problem}\npublish it when Phoenix runs: {again}")

    async def _corpus_of(self, version: str) -> Corpus | None:
        """The documents that a version was made from, if they are stored."""
        from golden_assets.adapters.postgres import PostgresArtifactStore

        store = await self._store()
        return await PostgresArtifactStore(store.database).find_corpus((await store.get_version(version)).testset.corpus_hash)

    async def _laboratory(self) -> Laboratory:
        """Where experiments are run."""
        store = await self._store()
        return Laboratory(store, await asyncio.to_thread(registry_url, self._db_url, self._testset_name), self._performed_by)

    async def _audit(self) -> RegistryAudit:
        """What checks the registry, and keeps its head."""
        return RegistryAudit(await self._store(), settings_for(self._testset_name))

    async def _store(self) -> "PostgresVersionStore":
        """The registry, with the schema of this release in it."""
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(open_store, self._db_url, self._testset_name)
        return self._opened
