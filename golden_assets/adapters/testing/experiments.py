"""Experiments held in memory: which there are, and their runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from golden_assets.domain.core.errors import ExperimentError, PublishingError
from golden_assets.domain.experiments.experiment import Evaluation, ExperimentSummary, ScoredRun, TaskRun
from golden_assets.domain.ports.experiments import LoggedRun
from golden_assets.domain.versions.versions import PublishedDataset


class InMemoryExperimentStore:
    """An `ExperimentStore` over a list, oldest first."""

    def __init__(self) -> None:
        self.experiments: list[ExperimentSummary] = []
        self.keys: dict[str, str] = {}
        self.held: set[str] = set()

    async def begin(self, experiment: ExperimentSummary, key: str) -> ExperimentSummary:
        """Put a new experiment on record."""
        begun = experiment.model_copy(update={"status": "started", "started_at": datetime.now(UTC)})
        self.experiments.append(begun)
        self.keys[begun.experiment_id] = key
        return begun

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Be the only one at the experiment with this key. Raises `ExperimentError`."""
        if key in self.held:
            raise ExperimentError("this experiment is being run", "wait until it has ended")
        self.held.add(key)
        try:
            yield
        finally:
            self.held.remove(key)

    async def unfinished(self, key: str) -> ExperimentSummary | None:
        """The newest experiment with this key if it was not completed, else None."""
        newest = next((one for one in reversed(self.experiments) if self.keys[one.experiment_id] == key), None)
        return newest if newest and newest.status == "started" else None

    async def complete(self, experiment: ExperimentSummary) -> ExperimentSummary:
        """Record what came of it; a completed experiment never changes again."""
        held = await self.get(experiment.experiment_id)
        if held.status == "completed":
            return held
        completed = experiment.model_copy(update={"status": "completed", "finished_at": datetime.now(UTC)})
        self.experiments[self.experiments.index(held)] = completed
        return completed

    async def get(self, experiment_id: str) -> ExperimentSummary:
        """One experiment. Raises `ExperimentError` when there is none."""
        for experiment in self.experiments:
            if experiment.experiment_id == experiment_id:
                return experiment
        raise ExperimentError(f"experiment {experiment_id} does not exist", "run one")

    async def list_experiments(self, version: str | None = None) -> list[ExperimentSummary]:
        """All experiments, or those of one version, the newest first."""
        return [one for one in reversed(self.experiments) if version in (None, one.version)]


class InMemoryExperimentLog:
    """An `ExperimentLog` over a dictionary. Once ``lasts`` runs more are on record, recording raises, as if Phoenix went down."""

    def __init__(self) -> None:
        self.held: dict[str, ScoredRun] = {}
        self.lasts: int | None = None

    async def runs(self) -> list[LoggedRun]:
        """What is on record."""
        return [LoggedRun(record_id, scored) for record_id, scored in self.held.items()]

    async def record_run(self, run: TaskRun) -> str:
        """Record a run; a successful one stays as it is. Raises `PublishingError` when it is down."""
        if self.lasts is not None:
            if self.lasts == 0:
                raise PublishingError("Phoenix cannot be reached", "start it")
            self.lasts -= 1
        record_id = f"{run.row_id}/{run.repetition}"
        if record_id not in self.held or self.held[record_id].run.error is not None:
            self.held[record_id] = ScoredRun(run=run)
        return record_id

    async def record_evaluation(self, record_id: str, evaluation: Evaluation, *, by_model: bool) -> None:  # noqa: ARG002 - not kept
        """Record a score, or why there is none; a later one of the same name takes its place."""
        if evaluation.score is None and evaluation.error is None:
            return
        held = self.held[record_id]
        others = tuple(one for one in held.evaluations if one.name != evaluation.name)
        self.held[record_id] = ScoredRun(run=held.run, evaluations=(*others, evaluation))


class InMemoryExperimentPublisher:
    """An `ExperimentPublisher` whose experiments are in ``logs``, by id; remove one, and it was deleted in Phoenix."""

    def __init__(self) -> None:
        self.logs: dict[str, InMemoryExperimentLog] = {}
        self.lasts: int | None = None

    async def begin(self, dataset: PublishedDataset, name: str, metadata: dict[str, object], repetitions: int) -> tuple[str, str]:  # noqa: ARG002
        """A new experiment; (its id, its URL)."""
        identifier = f"experiment-{len(self.logs) + 1}"
        self.logs[identifier] = InMemoryExperimentLog()
        return identifier, f"memory://datasets/{dataset.dataset_id}/compare?experimentId={identifier}"

    @asynccontextmanager
    async def open(self, experiment: ExperimentSummary) -> AsyncIterator[InMemoryExperimentLog | None]:
        """The experiment, or None when it was deleted."""
        log = self.logs.get(experiment.phoenix_experiment_id)
        if log is not None:
            log.lasts = self.lasts
        yield log
