"""The two jobs as one command runs them: build a testset, then let the promotion sensor decide about it."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import dagster as dg

from golden_assets.cli.local.workspace import job_origin
from golden_assets.cli.terminal.run_progress import TerminalHandler, terminal_logger
from golden_assets.cli.terminal.run_summary import collect_metadata
from golden_assets.definitions import build_definitions
from golden_assets.defs.dead_runs import fail_dead_runs, process_tag, under_way
from golden_assets.defs.jobs import build_testset_job, promote_version_job
from golden_assets.defs.names import GENERATED_TESTSET, LLM_POOL, SOURCE_DOCUMENTS, STORED_VERSION
from golden_assets.defs.pool import pool_slot
from golden_assets.defs.sensors.promotion import promotion_sensor
from golden_assets.defs.tracing import note_failure, traced_run
from golden_assets.settings.settings import Settings, chosen_settings

LOGGER = "terminal"
SUMMARY_GATE = "gates_passed"
CHECKS_FAILED = "DagsterAssetCheckFailedError"
INTERRUPTED = dg.DagsterExecutionInterruptedError.__name__


class Outcome(NamedTuple):
    """What came of a command: the runs, why one failed (one line, None if none did), why nothing was promoted (None if it was)."""

    results: list[dg.ExecuteInProcessResult]
    failure: str | None = None
    skipped: str | None = None

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C or SIGTERM ended a run."""
        errors = [_error(event) for result in self.results for event in result.all_events]
        return any(cause.cls_name == INTERRUPTED for error in errors for cause in _causes(error))

    @property
    def is_refused(self) -> bool:
        """Whether gates ended a run, and not an error."""
        return any(not check.passed for result in self.results if not result.success for check in result.get_asset_check_evaluations())


def build_and_promote(
    instance: dg.DagsterInstance,
    handler: TerminalHandler,
    sources: Mapping[str, Any],
    asked: Mapping[str, Any],
    *,
    promote: bool = True,
    testset: str | None = None,
) -> Outcome:
    """Run `build_testset_job`, then, to ``promote``, tick `promotion_sensor` and run what it asks for, as the daemon would.

    Args:
        instance: Dagster's.
        handler: tells of the steps on the terminal.
        sources: the configuration of `source_documents`.
        asked: the configuration of `generated_testset`.
        promote: whether the version is activated at once if its gates pass.
        testset: as the settings name it.
    """
    fail_dead_runs(instance, handler.tell)
    defs = build_definitions(loggers={LOGGER: terminal_logger(handler)}, testset=testset)
    ops = {
        SOURCE_DOCUMENTS: {"config": dict(sources)},
        GENERATED_TESTSET: {"config": dict(asked)},
    }
    execute = partial(_execute, defs, instance, handler, testset)
    built = execute(build_testset_job.name, {"ops": ops}, {})
    if not built.success:
        return Outcome([built], failure=failure_of(built))
    if not promote:
        stored = collect_metadata([built])[STORED_VERSION]
        return Outcome([built], skipped=left_to_people(stored["version"], stored["status"], chosen_settings()))
    handler.status.update("promotion_sensor …")
    request = promotion_sensor(dg.build_sensor_context(instance=instance, definitions=defs, resources=defs.resources))
    if isinstance(request, dg.SkipReason):
        return Outcome([built], skipped=str(request.skip_message))
    if not isinstance(request, dg.RunRequest):
        raise TypeError(f"promotion_sensor returned {request!r}")
    promoted = execute(promote_version_job.name, request.run_config, request.tags)
    return Outcome([built, promoted], failure=None if promoted.success else failure_of(promoted))


def left_to_people(version: str, status: str, settings: Settings) -> str:
    """How a version that nothing promotes by itself becomes active."""
    if status == "active":
        return f"version {version} is active already."
    if status == "archived":
        return f"version {version} was active before: go back to it with `golden-assets rollback {version} --reason TEXT`."
    approve = f"approve it with `golden-assets approve {version} --by NAME`, then " if settings.require_approval else ""
    return f"version {version} passed its gates and waits for you: {approve}`golden-assets activate {version}`."


def _execute(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    handler: TerminalHandler,
    testset: str | None,
    job: str,
    run_config: Mapping[str, Any],
    tags: Mapping[str, str],
) -> dg.ExecuteInProcessResult:
    """One job in this process, once the model pool is free for it, followed on the terminal."""
    config, run_id = {**run_config, "loggers": {LOGGER: {}}}, str(uuid.uuid4())
    definition = defs.resolve_job_def(job)
    pooled = [node.name for node in definition.graph.nodes if getattr(node.definition, "pool", None) == LLM_POOL]
    waited = pool_slot(instance, run_id, pooled, handler.tell)
    with under_way(instance, run_id), waited, traced_run(run_id, job) as run, _runs_of(instance, job_origin(job, testset)):
        result = definition.execute_in_process(
            run_config=config, tags={**tags, **process_tag()}, instance=instance, raise_on_error=False, run_id=run_id
        )
        for event in result.all_events:
            note_failure(run, event)
    return result


@contextmanager
def _runs_of(instance: Any, origin: Any) -> Iterator[None]:
    """Have runs that are created meanwhile belong to the job in its code location: those of `execute_in_process` belong to none."""
    instance.create_run_for_job = partial(instance.create_run_for_job, remote_job_origin=origin)
    try:
        yield
    finally:
        del instance.create_run_for_job


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    """Why a run failed: the innermost cause of the first error among its events, on one line."""
    error = next((error for error in map(_error, result.all_events) if error is not None), None)
    if error is None:
        return f"run {result.run_id} failed without an error on record: see it in `golden-assets dev`."
    *_, error = _causes(error)
    if error.cls_name == CHECKS_FAILED:
        return f"gates failed: {', '.join(_failed_gates(result))}; the table above says why."
    message = str(error.message).strip()
    return message.partition(": ")[2] or message


def _causes(error: Any) -> Iterator[Any]:
    """An error of an event, and what caused it; nothing for None."""
    while error is not None:
        yield error
        error = error.cause


def _failed_gates(result: dg.ExecuteInProcessResult) -> list[str]:
    """The gates that failed, hints left out; the one that sums them up only where it is alone."""
    checks = result.get_asset_check_evaluations()
    failed = [check.check_name for check in checks if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR]
    return [name for name in failed if name != SUMMARY_GATE] or failed


def _error(event: dg.DagsterEvent) -> Any:
    """The error of a failed step, of a resource that could not be made, or of a run that ended outside of its steps."""
    if event.event_type is dg.DagsterEventType.STEP_FAILURE:
        return event.step_failure_data.error
    if event.event_type is dg.DagsterEventType.RESOURCE_INIT_FAILURE:
        return event.engine_event_data.error
    if event.event_type is dg.DagsterEventType.RUN_FAILURE:
        return event.job_failure_data.error
    return None
