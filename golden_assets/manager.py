"""The whole life of golden testsets as one asynchronous object, and the version that it hands out.

>>> async with GoldenTestsetManager() as manager:  # doctest: +SKIP
...     version = await manager.create_version(testset_df, {"source": "handbook"}, auto_promote=True)
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from golden_assets.adapters.testset_version import TestsetVersion
from golden_assets.adapters.tracing.operations import traced_operations
from golden_assets.application import Application, begin_tracing
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.experiments.comparison import ABComparison
from golden_assets.domain.experiments.experiment import BASELINE_TASK, OVERALL, Experiment, ExperimentSummary
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.review.feedback import Feedback, FeedbackVerdict
from golden_assets.domain.review.queue import QueueItem, RowDecision
from golden_assets.domain.similarity.waivers import Waiver, waiver_on
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.comparison import VersionComparison, compare
from golden_assets.domain.versions.promotion import Outlook
from golden_assets.domain.versions.release import ReleaseFacts
from golden_assets.domain.versions.version_numbers import parse_version
from golden_assets.domain.versions.versions import Approval, AuditEntry, PublishedDataset, Verification, VersionSummary
from golden_assets.embedded.server_account import process_user
from golden_assets.services import review
from golden_assets.services.evaluate import trend_of, versions_in_use_until
from golden_assets.services.experiment import ExperimentService, compare_recorded, correlation_in, request_of
from golden_assets.services.import_export import read_or_refuse, store_testset
from golden_assets.services.promote import Activation, Promoter, roll_back
from golden_assets.services.publish import publish, unheard
from golden_assets.settings.settings import command_for, settings_for

if TYPE_CHECKING:
    import pandas as pd

    from golden_assets.domain.ports.stores import VersionRegistry

__all__ = ["GoldenTestsetManager", "TestsetVersion"]

logger = logging.getLogger(__name__)


@traced_operations
class GoldenTestsetManager:
    """The versions of one testset.

    The schema is set up on first use. Pooled connections belong to the event loop that uses them first; close them with `close`, or
    use the manager as an asynchronous context manager. They and the version numbers are managed as the settings say.

    Args:
        db_url: a PostgreSQL URL; without one that of the settings, and so, by default, the embedded server.
        testset_name: which testset; without one that of the settings.
        performed_by: who is on record for changes; by default the user of this process.
        tell: is told of edits found in Phoenix, and when Phoenix does not show the version that became active; by default the log, as a
                warning.
        application: what to work on instead, such as one with the in-memory stores of `golden_assets.adapters.testing`.
    """

    def __init__(
        self,
        db_url: str | None = None,
        *,
        testset_name: str | None = None,
        performed_by: str | None = None,
        tell: Callable[[str], object] = logger.warning,
        application: Application | None = None,
    ) -> None:
        named = testset_name or (application.settings if application else settings_for(None)).testset_name
        self._db_url = db_url
        self._testset_name = named
        self._performed_by = performed_by or process_user()
        self._tell = tell
        self._application = application
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

        def _read() -> tuple[Testset, Any]:
            return read_frame(testset_df, metadata, columns), json_value(dict(metadata), "metadata")

        testset, kept = await read_or_refuse(await self._store(), _read, self._performed_by)
        return (await self.store_testset(testset, kept, auto_promote, version))[0]

    async def store_testset(
        self, testset: Testset, metadata: Mapping[str, Any], auto_promote: bool = False, version: str | None = None
    ) -> tuple[TestsetVersion, bool]:
        """Like `create_version`, of a testset that is not a pandas frame; (version, whether it is new). ``metadata`` is JSON."""
        promoter, by = await self._promoter(), self._performed_by
        stored, new, activation = await store_testset(promoter, testset, metadata, by, auto_promote=auto_promote, number=version)
        if activation:
            self._tell_where_it_is(activation)
        return TestsetVersion(stored), new

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

        A draft is judged first, by the gates of `golden_assets.domain.gates.imported_rows`; then nothing may be worse than in the active
        version, by `does_not_regress`. ``force`` passes over failed gates and is on record with ``reason``; it does not lead out of
        ``failed``.

        Raises:
            InvalidVersionError, VersionNotFoundError: no such version.
            IllegalTransitionError: it is failed, archived or active.
            GateError: a gate failed.
        """
        promoter = await self._promoter()
        self._tell_where_it_is(await promoter.activate(version, by=self._performed_by, force=force, reason=reason))
        return True

    async def rollback_version(self, to_version: str, reason: str) -> bool:
        """Return to an archived version, in Phoenix too if that runs; True when that is done. Raises like the port's method."""
        promoter, registry = await self._promoter(), await self._store()
        self._tell_where_it_is(await roll_back(promoter, registry, to_version, reason, self._performed_by))
        return True

    async def publish_version(self, version: str, progress: Progress = unheard) -> list[PublishedDataset]:
        """Bring a version to Phoenix, or repair it there, and the active one: where they are, this version first.

        The dataset of the testset holds the active version alone; any other goes into the candidate dataset.

        Raises:
            InvalidVersionError, VersionNotFoundError, GateError: no such version, or none that passed its gates.
            PublishingError, ServerError: Phoenix is down, refuses, or holds something else than was sent.
        """
        application = await self._open()
        published = await publish(application.versions, application.publisher, version, progress, self._tell)
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

    async def quality_trend(self, version: str) -> dict[str, QualityReport]:
        """The reports of the versions that were ever active until this one was stored, by number, the oldest first."""
        return trend_of(await versions_in_use_until(await self._store(), version))

    async def compare_versions(self, version_a: str, version_b: str) -> VersionComparison:
        """What differs between two versions. Raises `VersionNotFoundError`, `InvalidVersionError`."""
        store = await self._store()
        return compare(await store.get_version(version_a), await store.get_version(version_b))

    async def audit_log(self) -> list[AuditEntry]:
        """Every operation, the oldest first, refused ones too."""
        return await (await self._store()).audit_log()

    async def history(self, version: str) -> list[AuditEntry]:
        """What happened to one version, the oldest first."""
        parse_version(version)
        return [entry for entry in await self.audit_log() if version in (entry.version, entry.details.get("version"))]

    async def verify(self, version: str | None = None) -> list[Verification]:
        """Check that what is stored is what was stored: a version (default: all), the audit log, every record's seal, the schema, the heads
        that were kept outside; what does not match is named in the result.
        """
        return await (await self._open()).auditor.verify(version)

    async def keep_head(self) -> None:
        """Write down the head of the registry as it is now, outside of the database. What prevents this is only told."""
        for problem in await self._write_head():
            self._tell(problem)

    async def approve_version(self, version: str, approved_by: str | None = None, note: str | None = None) -> tuple[Approval, bool]:
        """Put an approval (default: by the manager's user) on record, unless there is one: (the approval, whether it is new)."""
        return await (await self._store()).approve_version(version, approved_by=approved_by or self._performed_by, note=note)

    async def outlook(self, version: str) -> Outlook:
        """What a version that passed its gates still takes to become active, as `promotion_sensor` decides. Raises like `get_version`."""
        rules = (await self._open()).settings
        return await review.outlook_of(await self._store(), version, rules.thresholds, rules.operating_rules)

    async def release_facts(self, version: str) -> ReleaseFacts:
        """What is on record about a version beside its quality: documents, approval, what people said of its rows, what follows."""
        store, artifacts, rules = await self._store(), (await self._open()).artifacts, (await self._open()).settings
        return await review.release_facts_of(store, artifacts, version, rules.thresholds, rules.operating_rules)

    async def review(self, version: str) -> list[QueueItem]:
        """Every row of a version in the order in which to look at it, with the decisions made so far.

        A row that was edited in Phoenix since is to be decided again, and comes with the decision that the edit suggests.
        """
        return await review.queue_of(await self._store(), version)

    async def dataset_edits(self, version: str) -> list[DatasetEdit]:
        """Undecided edits that people made in Phoenix: of the rows of a version, and examples added in the last 30 days."""
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
        return await review.waive(await self._store(), (row_id, other_row_id), reason, waived_by or self._performed_by, version)

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
        given = Feedback(row_id=row_id, verdict=verdict, note=note, given_by=given_by or self._performed_by)
        await (await self._store()).give_feedback(version, given)

    async def feedback(self, version: str) -> list[Feedback]:
        """What users said of the rows of a version, the oldest first."""
        return await (await self._store()).feedback(version)

    async def run_experiment(
        self, version: str, task: str | Callable[..., Any] = BASELINE_TASK, *, progress: Progress = unheard, **options: Any
    ) -> Experiment:
        """Run a task over every row of a version, and score its answers; the experiment is in Phoenix. An interrupted one is resumed.

        ``task`` is a function of the question, or its name ``package.module:function``, or ``baseline``, or ``endpoint``; ``options`` are
        other fields of `golden_assets.domain.experiments.experiment.ExperimentRequest`.

        Raises:
            ExperimentError: the task or an evaluator cannot be used.
            PublishingError: Phoenix is gone; running it again resumes from there.
        """
        return (await (await self._experiments()).run([(version, request_of(task, **options))], progress))[0]

    async def ab_test(
        self,
        version_a: str,
        version_b: str,
        tasks: Sequence[str | Callable[..., Any]] = (BASELINE_TASK,),
        *,
        primary: str = OVERALL,
        promote_if_better: bool = False,
        progress: Progress = unheard,
        **options: Any,
    ) -> ABComparison:
        """Compare version B with version A by one task, or by two tasks, the first on A; the versions may be the same.

        ``promote_if_better`` promotes version B when its ``primary`` score is more than 5 % higher and the interval is above zero.

        Raises:
            ExperimentError: a task or evaluator cannot be used, or there is nothing to compare or to promote.
            PublishingError: Phoenix is gone; running it again resumes from there.
        """
        sides = (version_a, request_of(tasks[0], **options)), (version_b, request_of(tasks[-1], **options))
        promote = self.promote_version if promote_if_better else None
        return (await (await self._experiments()).compare(sides, primary, progress, promote))[0]

    async def compare_experiments(self, experiment_a: str, experiment_b: str, primary: str = OVERALL) -> ABComparison:
        """Compare two completed experiments, by their ids. Raises `ExperimentError`, `PublishingError`."""
        service, store = await self._experiments(), (await self._open()).experiment_store
        return await compare_recorded(service.versions, service.runner, store, (experiment_a, experiment_b), primary)

    async def list_experiments(self, version: str | None = None) -> list[ExperimentSummary]:
        """All experiments, or those of one version, the newest first."""
        return list(await (await self._open()).experiment_store.list_experiments(version))

    async def correlation_for(self, version: str) -> tuple[float, ExperimentSummary] | None:
        """How alike rows of one document score in the newest experiment, of this version if there is one; None where that is not known.
        Starts no Phoenix. Raises `ExperimentError`, `PublishingError`, `ServerError` where Phoenix cannot be asked for the scores.
        """
        application = await self._open()
        if not application.phoenix_runs:
            return None
        service = await self._experiments()
        return await correlation_in(service.versions, service.runner, application.experiment_store, version)

    async def close(self) -> None:
        """Close all connections."""
        if self._application is not None:
            await self._application.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def _open(self) -> Application:
        """What this works on, with a registry that has the schema of this release."""
        async with self._opening:
            if self._application is None:
                self._application = await asyncio.to_thread(Application.of, self._testset_name, self._db_url, pooled=True)
            await asyncio.to_thread(getattr, self._application, "versions")
        return self._application

    async def _store(self) -> "VersionRegistry":
        return (await self._open()).versions

    async def _promoter(self) -> Promoter:
        """What activates versions."""
        application = await self._open()
        thresholds, runs = application.settings.thresholds, application.phoenix_runs
        return Promoter(application.versions, application.publisher, self._write_head, thresholds, self._tell, lambda: runs)

    async def _experiments(self) -> ExperimentService:
        """What runs experiments; the embedded Phoenix is started if need be. Raises `ServerError`."""
        application = await self._open()
        runner = await asyncio.to_thread(getattr, application, "experiments")
        return ExperimentService(application.versions, runner, self._performed_by)

    async def _write_head(self) -> tuple[str, ...]:
        """What keeps the head of the registry from being written down."""
        try:
            return await (await self._open()).auditor.keep_head()
        except ConfigurationError as error:
            return (str(error),)

    @property
    def _uses_phoenix(self) -> bool:
        return self._application is None or self._application.settings.phoenix != "none"

    def _tell_where_it_is(self, activation: Activation) -> None:
        """Tell when Phoenix does not show what became active, which it is in any case."""
        if not isinstance(activation.shown, PublishedDataset) and self._uses_phoenix:
            again = command_for(self._testset_name, f"publish {activation.version.version}")
            self._tell(f"not current in Phoenix: {activation.shown or 'it does not run.'}\npublish it when Phoenix runs: {again}")
