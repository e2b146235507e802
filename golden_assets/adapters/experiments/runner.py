"""Running an experiment: every row through the task, every answer through the evaluators, every outcome recorded at once.

What is on record is not done again, so that an experiment that was interrupted, by whatever, is completed by running it again.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from golden_assets.adapters.experiments.answers import kept_text
from golden_assets.adapters.tracing import span
from golden_assets.domain.errors import ExperimentError, GateError, PublishingError
from golden_assets.domain.experiment_ports import Evaluator, ExperimentLog, ExperimentPublisher, ExperimentStore, LoggedRun, Side, Task
from golden_assets.domain.experiments import (
    Experiment,
    ExperimentRequest,
    ExperimentSummary,
    ScoredRun,
    TaskRun,
    count_errors,
    count_unscored,
    experiment_key,
    mean_scores,
    rows_without_passages,
)
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.testsets import TestsetRow
from golden_assets.domain.versions import PublishedDataset, StoredVersion

Place = tuple[str, int]
"""A row id and a repetition."""


@dataclass(frozen=True)
class Workshop:
    """Where tasks and evaluators come from. Both raise `ExperimentError` or `ConfigurationError` for what cannot be used."""

    open_task: Callable[[str, StoredVersion], Awaitable[Task]]
    open_evaluators: Callable[[Sequence[str]], list[Evaluator]]


@dataclass(frozen=True)
class PhoenixExperimentRunner:
    """An `ExperimentRunner`: which experiments there are is in ``store``, their runs are where ``publisher`` puts them."""

    store: ExperimentStore
    publisher: ExperimentPublisher
    datasets: DatasetPublisher
    versions: VersionStore
    workshop: Workshop

    async def run(self, sides: Sequence[Side], progress: Progress, *, created_by: str | None, run_id: str | None) -> list[Experiment]:
        """Run, or go on with, experiments. See `golden_assets.domain.experiment_ports.ExperimentRunner.run`."""
        worked = [await self._work(version, request, progress, created_by, run_id) for version, request in sides]
        return [experiment.model_copy(update={"summary": await self.store.complete(experiment.summary)}) for experiment in worked]

    async def _work(
        self, version: StoredVersion, request: ExperimentRequest, progress: Progress, created_by: str | None, run_id: str | None
    ) -> Experiment:
        """All runs and scores of one experiment, which is not completed yet."""
        with (
            span("experiment", "CHAIN", version=version.summary.version, task=request.task, rows=len(version.testset.rows)) as traced,
            _about_experiments(),
        ):
            task = await self.workshop.open_task(request.task, version)
            evaluators = self.workshop.open_evaluators(request.evaluators)
            request = request.model_copy(update={"evaluators": tuple(evaluator.name for evaluator in evaluators)})
            judged_by = [evaluator.fingerprint for evaluator in evaluators]
            key = experiment_key(version.summary.testset_hash, request, task.fingerprint, judged_by)
            resumed = None if request.fresh else await self.store.unfinished(key)
            experiment = await self._resume(resumed, version, request, (task, evaluators), progress) if resumed else None
            if experiment is None:
                begun = await self._begin(version, request, (task, judged_by), key, created_by, run_id)
                experiment = await self._resume(begun, version, request, (task, evaluators), progress)
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

    async def _begin(
        self,
        version: StoredVersion,
        request: ExperimentRequest,
        what: tuple[Task, list[str]],
        key: str,
        created_by: str | None,
        run_id: str | None,
    ) -> ExperimentSummary:
        """A new experiment with a task and the fingerprints of its evaluators, in Phoenix and on record."""
        task, judged_by = what
        dataset, identifier = await self._published(version), str(uuid.uuid4())
        known: dict[str, object] = {
            "experiment_id": identifier,
            "testset_name": version.summary.testset_name,
            "version": version.summary.version,
            "testset_hash": version.summary.testset_hash,
            "task": task.name,
            "task_fingerprint": task.fingerprint,
            "evaluators": list(request.evaluators),
            "evaluator_fingerprints": judged_by,
        }
        name = f"{version.summary.testset_name} {version.summary.version} {task.name}"
        phoenix_id, url = await self.publisher.begin(dataset, name, known, request.repetitions)
        experiment = ExperimentSummary(
            **known,
            repetitions=request.repetitions,
            phoenix_experiment_id=phoenix_id,
            dataset_id=dataset.dataset_id,
            dataset_version_id=dataset.dataset_version_id,
            url=url,
            created_by=created_by,
            run_id=run_id,
        )
        return await self.store.begin(experiment, key)

    async def _published(self, version: StoredVersion) -> PublishedDataset:
        """Where the version is in Phoenix; one that is not there, or not whole, is published, unless its gates did not pass."""
        summary = version.summary
        if summary.status in ("draft", "failed"):
            raise GateError(f"version {summary.version} is {summary.status}", "experiments run over versions whose gates passed")
        if version.published and not (await self.datasets.inspect(version)).faults:
            return version.published  # uploading it again would make it the dataset's current version, which may be another
        published = await self.datasets.publish(version)
        await self.versions.record_publication(published)
        return published

    async def _resume(
        self,
        begun: ExperimentSummary,
        version: StoredVersion,
        request: ExperimentRequest,
        tools: tuple[Task, Sequence[Evaluator]],
        progress: Progress,
    ) -> Experiment | None:
        """Do what is missing and sum it up; None when the experiment is not in Phoenix any more."""
        opened: AbstractAsyncContextManager[ExperimentLog | None] = self.publisher.open(begun)
        async with opened as log:
            if log is None:
                return None
            known = {(logged.scored.run.row_id, logged.scored.run.repetition): logged for logged in await log.runs()}
            runs = await _Shift(log, *tools, request, progress).work(version.testset.rows, known)
        summary = begun.model_copy(
            update={
                "run_count": len(runs),
                "error_count": count_errors(runs),
                "unscored_count": count_unscored(runs),
                "scores": mean_scores(runs, begun.evaluators, rows_without_passages(version.testset.rows)),
            }
        )
        return Experiment(summary=summary, rows=version.testset.rows, runs=runs, resumed_runs=len(known))


@contextmanager
def _about_experiments() -> Iterator[None]:
    """What Phoenix refused, with a remedy for who runs an experiment and publishes nothing."""
    try:
        yield
    except PublishingError as error:
        remedy = error.remedy.replace("publish again", "run the experiment again")
        raise PublishingError(error.problem, f"{remedy}; what is on record is kept") from error


@dataclass(frozen=True)
class _Shift:
    """One go at the runs that are missing."""

    log: ExperimentLog
    task: Task
    evaluators: Sequence[Evaluator]
    request: ExperimentRequest
    progress: Progress

    async def work(self, rows: Sequence[TestsetRow], known: Mapping[Place, LoggedRun]) -> tuple[ScoredRun, ...]:
        """All runs, by row and repetition. The first failure that is not the task's own ends all the others and is raised."""
        places = [(row, repetition) for row in rows for repetition in range(1, self.request.repetitions + 1)]
        gate, done = asyncio.Semaphore(self.request.concurrency), 0

        async def _one(row: TestsetRow, repetition: int) -> ScoredRun:
            nonlocal done
            async with gate:
                scored = await self._complete(row, repetition, known.get((row.row_id, repetition)))
            done += 1
            self.progress("runs", done, len(places))
            return scored

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(_one(*place)) for place in places]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return tuple(task.result() for task in tasks)

    async def _complete(self, row: TestsetRow, repetition: int, known: LoggedRun | None) -> ScoredRun:
        """The run and its scores, from the record as far as they are there."""
        run = known.scored.run if known else await self._call(row, repetition)
        record_id = known.record_id if known else await self.log.record_run(run)
        scores = {e.name: e for e in known.scored.evaluations if e.score is not None} if known else {}
        for evaluator in self.evaluators:
            if run.answer is not None and evaluator.name not in scores:
                evaluation = await evaluator.evaluate(run.answer, row)
                await self.log.record_evaluation(record_id, evaluation, by_model=evaluator.is_model)
                scores[evaluator.name] = evaluation
        return ScoredRun(run=run, evaluations=tuple(scores.values()))

    async def _call(self, row: TestsetRow, repetition: int) -> TaskRun:
        """One call of the task; whatever it raises, and that it does not end in time, is kept as its error."""
        started, answer, error = datetime.now(UTC), None, None
        with span("task", "AGENT", task=self.task.name, row=row.row_id) as traced:
            deadline = asyncio.timeout(self.request.timeout_seconds)
            try:
                async with deadline:
                    answer = await self.task.answer(row)
            except Exception as raised:  # noqa: BLE001 - the task may raise anything, and it is a result
                late = f"no answer within {self.request.timeout_seconds:g} s"
                error = kept_text(f"{type(raised).__name__}: {late if deadline.expired() else raised}")
                traced.set(error=type(raised).__name__)
            traced.text(input=row.user_input, output=answer.answer if answer else None)
        return TaskRun(row_id=row.row_id, repetition=repetition, answer=answer, error=error, started_at=started, ended_at=datetime.now(UTC))
