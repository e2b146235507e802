"""Evaluation: what a RAG scores on a published version, and whether one version or task scores higher than another. Made when asked for."""

import dagster as dg
from pydantic import Field

from golden_assets.defs.names import AB_COMPARISON, ACTIVE_VERSION, BASELINE_EXPERIMENT, EVALUATION, LLM_POOL, OWNERS, PHOENIX_DATASET
from golden_assets.defs.presentation.experiments import describe_comparison, describe_experiment
from golden_assets.defs.presentation.tables import Metadata, rounded
from golden_assets.defs.presentation.versions import describe_currency
from golden_assets.defs.progress import log_progress
from golden_assets.defs.run_history import unseen_activation
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import key_beside, upstream_address
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.core.text import counted
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.experiments.experiment import BASELINE_TASK, DEFAULT_EVALUATORS, OVERALL, Experiment, ExperimentRequest
from golden_assets.domain.monitoring.service_levels import RegistryAuditor
from golden_assets.domain.ports.experiments import ExperimentRunner
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.services.experiment import ExperimentService, NamedSide, opponent_of
from golden_assets.services.promote import Promoter

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
    service = ExperimentService(versions, experiments, CREATED_BY, context.run.run_id)
    side = upstream_address(context, PHOENIX_DATASET), config.request(config.task)
    (experiment,) = _warned_of(context, await service.run([side], log_progress(context.log)))
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
    thresholds: dg.ResourceParam[Thresholds],
) -> dg.MaterializeResult[None]:
    """Whether B scores higher than A, by document, with the bridge between them; promotes version B only when told to and it is better."""
    service, shown = ExperimentService(versions, experiments, CREATED_BY, context.run.run_id), Metadata()
    promoter = Promoter(versions, publisher, auditor.keep_head, thresholds, context.log.warning)

    async def _promote(number: str) -> None:
        shown.update(await promote(context, promoter, number))

    sides = await _sides(context, config, versions)
    promoting = _promote if config.promote_if_better else None
    comparison, done = await service.compare(sides, config.metric, log_progress(context.log), promoting)
    _warned_of(context, done)
    return dg.MaterializeResult(metadata=rounded(describe_comparison(comparison) | shown))


async def promote(context: dg.AssetExecutionContext, promoter: Promoter, number: str) -> Metadata:
    """Do all that `active_version` does when it activates a version, and record in its place that another one is active."""
    activation = await promoter.activate(number, by=CREATED_BY, run_id=context.run.run_id)
    if found := unseen_activation(context.instance, key_beside(context, ACTIVE_VERSION), activation.version):
        context.log_event(found)
    return describe_currency(activation.shown) if activation.shown else {}


def _warned_of(context: dg.AssetExecutionContext, done: list[Experiment]) -> list[Experiment]:
    """The experiments; failed calls are warned of."""
    for one in done:
        if one.failures:
            said = f"{len(one.failures)} of {counted(len(one.runs), 'call')} of {one.summary.task} failed"
            context.log.warning(f"{said}, the first with: {one.failures[0].error}")
    return done


async def _sides(context: dg.AssetExecutionContext, config: ComparisonConfig, versions: VersionStore) -> tuple[NamedSide, NamedSide]:
    """The two versions and what to run over them. Raises `ExperimentError` when they make no two sides."""
    b = config.version_b or upstream_address(context, PHOENIX_DATASET)
    one_task = config.promote_if_better or config.task_b in ("", config.task)
    a = config.version_a or await opponent_of(versions, b, one_task=one_task)
    if a == b and one_task:
        raise ExperimentError(f"both sides are version {b}", "name another version_a or version_b, or, without promotion, a task_b")
    return (a, config.request(config.task)), (b, config.request(config.task_b or config.task))
