"""The two jobs as one command runs them: build a testset, then let the promotion sensor decide about it."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import dagster as dg

from golden_assets.cli.orphans import fail_orphans, process_tag
from golden_assets.cli.terminal import TerminalHandler, terminal_logger
from golden_assets.cli.workspace import job_origin
from golden_assets.definitions import build_definitions
from golden_assets.defs.automation.promotion import promote_version_job, promotion_sensor
from golden_assets.defs.automation.regeneration import build_testset_job
from golden_assets.defs.names import GENERATED_TESTSET, SOURCE_DOCUMENTS
from golden_assets.defs.tracing import note_failure, traced_run
from golden_assets.settings.settings import chosen_settings

LOGGER = "terminal"
CHECKS_FAILED = "DagsterAssetCheckFailedError"


class Outcome(NamedTuple):
    """What came of a command: the runs, why one failed (one line, None if none did), why nothing was promoted (None if it was)."""

    results: list[dg.ExecuteInProcessResult]
    failure: str | None = None
    skipped: str | None = None

    @property
    def is_refused(self) -> bool:
        """Whether gates ended a run, and not an error."""
        return any(not check.passed for result in self.results if not result.success for check in result.get_asset_check_evaluations())


def build_and_promote(
    instance: dg.DagsterInstance,
    handler: TerminalHandler,
    *,
    docs: str | None,
    size: int | None,
    seed: int | None,
    promote: bool = True,
    testset: str | None = None,
    review_of: str | None = None,
) -> Outcome:
    """Run `build_testset_job`, then, to ``promote``, tick `promotion_sensor` and run what it asks for, as the daemon would."""
    fail_orphans(instance)
    defs = build_definitions(loggers={LOGGER: terminal_logger(handler)}, testset=testset)
    ops = {
        SOURCE_DOCUMENTS: {"config": {"docs": docs}},
        GENERATED_TESTSET: {"config": {"size": size, "seed": seed, "review_of": review_of}},
    }
    execute = partial(_execute, defs, instance, testset)
    built = execute(build_testset_job.name, {"ops": ops}, {})
    if not built.success:
        return Outcome([built], failure=failure_of(built))
    if not promote:
        return Outcome([built], skipped=left_to_people(require_approval=chosen_settings().require_approval))
    handler.status.update("promotion_sensor …")
    request = promotion_sensor(dg.build_sensor_context(instance=instance, definitions=defs, resources=defs.resources))
    if isinstance(request, dg.SkipReason):
        return Outcome([built], skipped=str(request.skip_message))
    if not isinstance(request, dg.RunRequest):
        raise TypeError(f"promotion_sensor returned {request!r}")
    promoted = execute(promote_version_job.name, request.run_config, request.tags)
    return Outcome([built, promoted], failure=None if promoted.success else failure_of(promoted))


def left_to_people(*, require_approval: bool) -> str:
    """How a version that nothing promotes by itself becomes active; with ``require_approval`` it is refused before somebody approved it."""
    if require_approval:
        return "approve the version with `golden-assets approve VERSION --by NAME`, then `golden-assets activate VERSION`."
    return "activate the version when you want it, with `golden-assets activate VERSION`."


def _execute(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    testset: str | None,
    job: str,
    run_config: Mapping[str, Any],
    tags: Mapping[str, str],
) -> dg.ExecuteInProcessResult:
    """One job in this process, followed on the terminal."""
    config, run_id = {**run_config, "loggers": {LOGGER: {}}}, str(uuid.uuid4())
    with traced_run(run_id, job) as run, _runs_of(instance, job_origin(job, testset)):
        result = defs.resolve_job_def(job).execute_in_process(
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
    while error.cause is not None:
        error = error.cause
    if error.cls_name == CHECKS_FAILED:
        failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
        return f"gates failed: {', '.join(check.check_name for check in failed)}; the table above says why."
    message = str(error.message).strip()
    return message.partition(": ")[2] or message


def _error(event: dg.DagsterEvent) -> Any:
    """The error of a failed step, or of a resource that could not be made."""
    if event.event_type is dg.DagsterEventType.STEP_FAILURE:
        return event.step_failure_data.error
    if event.event_type is dg.DagsterEventType.RESOURCE_INIT_FAILURE:
        return event.engine_event_data.error
    return None
