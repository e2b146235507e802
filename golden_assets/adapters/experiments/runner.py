"""Running an experiment: every row through the task, every answer through the evaluators, every outcome recorded at once.

What is on record is not done again, so that an experiment that was interrupted, by whatever, is completed by running it again. A call
that failed is tried again then: Phoenix puts its new outcome in the place of the error.
"""

import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass

from golden_assets.adapters.experiments.missing_runs import Shift
from golden_assets.adapters.tracing import span
from golden_assets.domain.core.errors import ExperimentError, GateError, PublishingError
from golden_assets.domain.experiments.experiment import (
    Experiment,
    ExperimentRequest,
    ExperimentSummary,
    count_errors,
    count_unscored,
    experiment_key,
    mean_scores,
    rows_without_passages,
)
from golden_assets.domain.ports.experiments import Evaluator, ExperimentLog, ExperimentPublisher, ExperimentStore, Side, Task
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion


@dataclass(frozen=True)
class Workshop:
    """Where tasks and evaluators come from. Both raise `ExperimentError` or `ConfigurationError` for what cannot be used."""

    open_task: Callable[[str, StoredVersion], Awaitable[Task]]
    open_evaluators: Callable[[Sequence[str]], list[Evaluator]]


@dataclass(frozen=True)
class _Assignment:
    """One experiment to do: a side with its names resolved, and who is on record for it."""

    version: StoredVersion
    request: ExperimentRequest
    task: Task
    evaluators: Sequence[Evaluator]
    created_by: str | None
    run_id: str | None

    @property
    def judged_by(self) -> list[str]:
        """The fingerprints of the evaluators."""
        return [evaluator.fingerprint for evaluator in self.evaluators]

    @property
    def key(self) -> str:
        """What makes another attempt the same experiment."""
        return experiment_key(self.version.summary.testset_hash, self.request, self.task.fingerprint, self.judged_by)


@dataclass(frozen=True)
class PhoenixExperimentRunner:
    """An `ExperimentRunner`: which experiments there are is in ``store``, their runs are where ``publisher`` puts them.

    ``publish`` brings a version that is not in Phoenix there, and puts that on record.
    """

    store: ExperimentStore
    publisher: ExperimentPublisher
    datasets: DatasetPublisher
    publish: Callable[[str], Awaitable[PublishedDataset]]
    workshop: Workshop

    async def run(self, sides: Sequence[Side], progress: Progress, *, created_by: str | None, run_id: str | None) -> list[Experiment]:
        """Run, or go on with, experiments. See `golden_assets.domain.ports.experiments.ExperimentRunner.run`."""
        async with AsyncExitStack() as held:
            worked = [await self._work(side, progress, held, created_by, run_id) for side in sides]
            return [experiment.model_copy(update={"summary": await self.store.complete(experiment.summary)}) for experiment in worked]

    async def _work(self, side: Side, progress: Progress, held: AsyncExitStack, created_by: str | None, run_id: str | None) -> Experiment:
        """All runs and scores of one experiment, which is not completed yet, and is held exclusively until ``held`` is closed."""
        version, request = side
        with (
            span("experiment", "CHAIN", version=version.summary.version, task=request.task, rows=len(version.testset.rows)) as traced,
            _about_experiments(),
        ):
            task = await self.workshop.open_task(request.task, version)
            evaluators = self.workshop.open_evaluators(request.evaluators)
            request = request.model_copy(update={"evaluators": tuple(evaluator.name for evaluator in evaluators)})
            assigned = _Assignment(version, request, task, evaluators, created_by, run_id)
            await held.enter_async_context(self.store.hold(assigned.key))
            begun = None if request.fresh else await self.store.unfinished(assigned.key)
            experiment = await self._resume(begun, assigned, progress) if begun else None
            experiment = experiment or await self._resume(await self._begin(assigned), assigned, progress)
            if experiment is None:
                raise ExperimentError("the experiment was deleted in Phoenix while it ran", "run it again")
            traced.set(experiment=experiment.summary.experiment_id, failed_calls=experiment.summary.error_count)
        return experiment

    async def recall(self, version: StoredVersion, experiment_id: str) -> Experiment:
        """A completed experiment with its runs. Raises `ExperimentError`, `PublishingError`."""
        summary = await self.store.get(experiment_id)
        if summary.status != "completed":
            raise ExperimentError(f"experiment {experiment_id} was interrupted", "run it again, and it will be completed")
        async with self.publisher.open(summary) as log:
            if log is None:
                raise ExperimentError(f"experiment {experiment_id} is no longer in Phoenix", "run it again")
            runs = await log.runs()
        return Experiment(summary=summary, rows=version.testset.rows, runs=tuple(logged.scored for logged in runs))

    async def _begin(self, assigned: _Assignment) -> ExperimentSummary:
        """A new experiment, in Phoenix and on record."""
        summary, request, task = assigned.version.summary, assigned.request, assigned.task
        dataset, identifier = await self._published(assigned.version), str(uuid.uuid4())
        known: dict[str, object] = {
            "experiment_id": identifier,
            "testset_name": summary.testset_name,
            "version": summary.version,
            "testset_hash": summary.testset_hash,
            "task": task.name,
            "task_fingerprint": task.fingerprint,
            "evaluators": list(request.evaluators),
            "evaluator_fingerprints": assigned.judged_by,
        }
        name = f"{summary.testset_name} {summary.version} {task.name}"
        phoenix_id, url = await self.publisher.begin(dataset, name, known, request.repetitions)
        experiment = ExperimentSummary(
            **known,
            repetitions=request.repetitions,
            phoenix_experiment_id=phoenix_id,
            dataset_id=dataset.dataset_id,
            dataset_version_id=dataset.dataset_version_id,
            url=url,
            created_by=assigned.created_by,
            run_id=assigned.run_id,
        )
        return await self.store.begin(experiment, assigned.key)

    async def _published(self, version: StoredVersion) -> PublishedDataset:
        """Where the version is in Phoenix; one that is not there, or not whole, is published, unless its gates did not pass."""
        summary = version.summary
        if summary.status in ("draft", "failed"):
            raise GateError(f"version {summary.version} is {summary.status}", "experiments run over versions whose gates passed")
        if version.published and not (await self.datasets.inspect(version)).faults:
            return version.published  # uploading it again would make it the dataset's current version, which may be another
        return await self.publish(summary.version)

    async def _resume(self, begun: ExperimentSummary, assigned: _Assignment, progress: Progress) -> Experiment | None:
        """Do what is missing and sum it up; None when the experiment is not in Phoenix any more."""
        rows = assigned.version.testset.rows
        opened: AbstractAsyncContextManager[ExperimentLog | None] = self.publisher.open(begun)
        async with opened as log:
            if log is None:
                return None
            logged = [one for one in await log.runs() if one.scored.run.error is None]
            known = {(one.scored.run.row_id, one.scored.run.repetition): one for one in logged}
            runs = await Shift(log, assigned.task, assigned.evaluators, assigned.request, progress).work(rows, known)
        summary = begun.model_copy(
            update={
                "run_count": len(runs),
                "error_count": count_errors(runs),
                "unscored_count": count_unscored(runs),
                "scores": mean_scores(runs, begun.evaluators, rows_without_passages(rows)),
            }
        )
        return Experiment(summary=summary, rows=rows, runs=runs, resumed_runs=len(known))


@contextmanager
def _about_experiments() -> Iterator[None]:
    """What Phoenix refused, with a remedy for who runs an experiment and publishes nothing."""
    try:
        yield
    except PublishingError as error:
        remedy = error.remedy.replace("publish again", "run the experiment again")
        raise PublishingError(error.problem, f"{remedy}; what is on record is kept") from error
