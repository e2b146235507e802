"""Evaluation: what a RAG scores on a published version, and whether one version or task scores higher than another. Made when asked for."""

import dagster as dg
from pydantic import Field

from golden_assets.defs.activations import unseen_activation
from golden_assets.defs.names import AB_COMPARISON, ACTIVE_VERSION, BASELINE_EXPERIMENT, EVALUATION, LLM_POOL, OWNERS, PHOENIX_DATASET
from golden_assets.defs.presentation.experiments import describe_comparison, describe_experiment
from golden_assets.defs.presentation.tables import Metadata, rounded
from golden_assets.defs.presentation.versions import describe_currency
from golden_assets.defs.progress import log_progress
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import key_beside, upstream_address
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.core.text import counted
from golden_assets.domain.experiments.comparison import compare_experiments
from golden_assets.domain.experiments.experiment import BASELINE_TASK, DEFAULT_EVALUATORS, OVERALL, Experiment, ExperimentRequest
from golden_assets.domain.monitoring.service_levels import RegistryAuditor
from golden_assets.domain.ports.experiments import ExperimentRunner, Side
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.versions.versions import StoredVersion
from golden_assets.manager.publication import make_current

CREATED_BY = "dagster"


class ExperimentConfig(dg.Config):
    """What to run: a task (``package.module:function``, ``endpoint``, or ``baseline``) and how its answers are scored."""

    task: str = BASELINE_TASK
    evaluators: list[str] = Field(default=list(DEFAULT_EVALUATORS))
    repetitions: int = 1
    concurrency: int = 8
    timeout_seconds: float = 60.0

    def request(self, task: str) -> ExperimentRequest:
        """The request for a task. Raises `pydantic.ValidationError` for numbers out of range."""
        fields = {"evaluators": tuple(self.evaluators), "repetitions": self.repetitions, "concurrency": self.concurrency}
        return ExperimentRequest(task=task, timeout_seconds=self.timeout_seconds, **fields)


class ComparisonConfig(ExperimentConfig):
    """Two sides: versions and tasks. Empty, ``version_b`` is the one published last, ``version_a`` the active one, or where that is
    ``version_b`` the one that was active before it; ``task_b`` is the same as the task.
    """

    version_a: str = ""
    version_b: str = ""
    task_b: str = ""
    metric: str = OVERALL
    promote_if_better: bool = False


@dg.asset(
    name=BASELINE_EXPERIMENT, group_name=EVALUATION, owners=OWNERS, kinds={"python", "phoenix"}, deps=[PHOENIX_DATASET], pool=LLM_POOL
)
@traced_step
async def baseline_experiment(
    context: dg.AssetExecutionContext,
    config: ExperimentConfig,
    versions: dg.ResourceParam[VersionStore],
    experiments: dg.ResourceParam[ExperimentRunner],
) -> dg.MaterializeResult[None]:
    """A task run over every row of the published version, as a Phoenix experiment. Its scores are plotted over time."""
    version = await versions.get_version(upstream_address(context, PHOENIX_DATASET))
    (experiment,) = await _run(context, experiments, (version, config.request(config.task)))
    if len(experiment.failures) == len(experiment.runs):
        raise ExperimentError(f"every call of {config.task} failed ({experiment.failures[0].error})", "correct the task, and run again")
    return dg.MaterializeResult(metadata=rounded(describe_experiment(experiment)))


@dg.asset(name=AB_COMPARISON, group_name=EVALUATION, owners=OWNERS, kinds={"python", "phoenix"}, deps=[PHOENIX_DATASET], pool=LLM_POOL)
@traced_step
async def ab_comparison(
    context: dg.AssetExecutionContext,
    config: ComparisonConfig,
    versions: dg.ResourceParam[VersionStore],
    experiments: dg.ResourceParam[ExperimentRunner],
    publisher: dg.ResourceParam[DatasetPublisher],
    auditor: dg.ResourceParam[RegistryAuditor],
) -> dg.MaterializeResult[None]:
    """Whether B scores higher than A, by document, with the bridge between them; promotes version B only when told to and it is better."""
    a, b = await _sides(context, config, versions)
    requests = config.request(config.task), config.request(config.task_b or config.task)
    first, second = await _run(context, experiments, (a, requests[0]), (b, requests[1]))
    comparison, shown = compare_experiments(first, second, config.metric), Metadata()
    if config.promote_if_better and comparison.better and b.summary.status != "active":
        shown = await promote(context, versions, publisher, auditor, b.summary.version)
        comparison = comparison.model_copy(update={"promoted": True})
    return dg.MaterializeResult(metadata=rounded(describe_comparison(comparison) | shown))


async def promote(
    context: dg.AssetExecutionContext, versions: VersionStore, publisher: DatasetPublisher, auditor: RegistryAuditor, number: str
) -> Metadata:
    """Do all that `active_version` does when it activates a version, and record in its place that another one is active."""
    await versions.promote_version(number, promoted_by=CREATED_BY, run_id=context.run.run_id)
    shown = await make_current(versions, publisher, number, context.log.warning)
    for problem in await auditor.keep_head():
        context.log.warning(problem)
    active = next((summary for summary in await versions.list_versions() if summary.status == "active"), None)
    if found := unseen_activation(context.instance, key_beside(context, ACTIVE_VERSION), active):
        context.log_event(found)
    return describe_currency(shown)


async def _run(context: dg.AssetExecutionContext, experiments: ExperimentRunner, *sides: Side) -> list[Experiment]:
    """One experiment a side; failed calls are warned of."""
    done = await experiments.run(sides, log_progress(context.log), created_by=CREATED_BY, run_id=context.run.run_id)
    for one in done:
        if one.failures:
            said = f"{len(one.failures)} of {counted(len(one.runs), 'call')} of {one.summary.task} failed"
            context.log.warning(f"{said}, the first with: {one.failures[0].error}")
    return done


async def _sides(
    context: dg.AssetExecutionContext, config: ComparisonConfig, versions: VersionStore
) -> tuple[StoredVersion, StoredVersion]:
    """The two versions. Raises `ExperimentError` when they make no two sides."""
    number = config.version_b or upstream_address(context, PHOENIX_DATASET)
    b = await versions.get_version(number)
    one_task = config.promote_if_better or config.task_b in ("", config.task)
    other = config.version_a or await _in_use(versions, before=number if one_task else None)
    if other is None:
        raise ExperimentError(f"no version was active to hold {number} against", "name version_a, or, without promotion, a task_b")
    if other == number and one_task:
        raise ExperimentError(f"both sides are version {number}", "name another version_a or version_b, or, without promotion, a task_b")
    return await versions.get_version(other), b


async def _in_use(versions: VersionStore, before: str | None) -> str | None:
    """The active version; where that is ``before`` itself, the newest that was active earlier. None where there is none."""
    numbers = [summary for summary in await versions.list_versions() if summary.status in ("active", "archived")]
    candidates = sorted(numbers, key=lambda summary: summary.status != "active")
    return next((summary.version for summary in candidates if summary.version != before), None)
