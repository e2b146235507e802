"""What experiments ask of the outside world, one protocol per role."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple, Protocol

from golden_assets.domain.experiments.experiment import (
    Evaluation,
    Experiment,
    ExperimentRequest,
    ExperimentSummary,
    ScoredRun,
    TaskAnswer,
    TaskRun,
)
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion

Side = tuple[StoredVersion, ExperimentRequest]
"""A version and what to run over it."""


class Task(Protocol):
    """The system under test."""

    @property
    def name(self) -> str:
        """What the user called it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes with its code or its configuration, as far as that can be seen from here."""
        ...

    async def answer(self, row: TestsetRow) -> TaskAnswer:
        """Answer the row's question; the reference is not for the task to see. Whatever it raises is kept as the run's error."""
        ...


class Evaluator(Protocol):
    """Computes one score."""

    @property
    def name(self) -> str:
        """The name of the score."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes with what scores: the code of a function, the model of a judge."""
        ...

    @property
    def is_model(self) -> bool:
        """Whether a language model judges."""
        ...

    async def evaluate(self, answer: TaskAnswer, row: TestsetRow) -> Evaluation:
        """The score, or that it does not apply. Raises what ends the experiment: no budget, no access, no server."""
        ...


class LoggedRun(NamedTuple):
    """A run on record, under the id that scores are recorded for."""

    record_id: str
    scored: ScoredRun


class ExperimentLog(Protocol):
    """One experiment in Phoenix, open for writing. Every failure is a `PublishingError`."""

    async def runs(self) -> list[LoggedRun]:
        """What is on record."""
        ...

    async def record_run(self, run: TaskRun) -> str:
        """Record a run; returns its record id. A successful run that is on record already stays as it is; a failed one is replaced."""
        ...

    async def record_evaluation(self, record_id: str, evaluation: Evaluation, *, by_model: bool) -> None:
        """Record a score, or why there is none; one that does not apply is not recorded."""
        ...


class ExperimentPublisher(Protocol):
    """Creates and opens experiments in Phoenix. Every failure is a `PublishingError`."""

    async def begin(self, dataset: PublishedDataset, name: str, metadata: dict[str, object], repetitions: int) -> tuple[str, str]:
        """A new experiment, pinned to the dataset version; (its id, its URL)."""
        ...

    def open(self, experiment: ExperimentSummary) -> AbstractAsyncContextManager[ExperimentLog | None]:
        """The experiment, or None when Phoenix does not have it any more."""
        ...


class ExperimentStore(Protocol):
    """Which experiments there are, in the registry."""

    async def begin(self, experiment: ExperimentSummary, key: str) -> ExperimentSummary:
        """Put a new experiment on record, as it is when it starts; ``key`` is its `experiment_key`."""
        ...

    def hold(self, key: str) -> AbstractAsyncContextManager[None]:
        """Hold the experiment with this key exclusively while the block runs. Raises `ExperimentError` when another process holds it."""
        ...

    async def unfinished(self, key: str) -> ExperimentSummary | None:
        """The newest experiment with this key if it was not completed, else None."""
        ...

    async def complete(self, experiment: ExperimentSummary) -> ExperimentSummary:
        """Record what came of it; a completed experiment never changes again."""
        ...

    async def get(self, experiment_id: str) -> ExperimentSummary:
        """One experiment. Raises `ExperimentError` when there is none."""
        ...

    async def list_experiments(self, version: str | None = None) -> Sequence[ExperimentSummary]:
        """All experiments of this testset, or of one version, the newest first."""
        ...


class ExperimentRunner(Protocol):
    """Runs experiments over stored versions."""

    async def run(self, sides: Sequence[Side], progress: Progress, *, created_by: str | None, run_id: str | None) -> list[Experiment]:
        """Run, or go on with, one experiment a side; every row's outcome is in Phoenix before this returns.

        None is completed before all are done, so that sides that belong together go on where they were interrupted.

        Raises:
            ExperimentError: a task or an evaluator cannot be used, or another process runs this experiment now.
            ConfigurationError: a task or an evaluator lacks a setting.
            PublishingError: Phoenix is gone; what was recorded stays, and the next call resumes from there.
        """
        ...

    async def recall(self, version: StoredVersion, experiment_id: str) -> Experiment:
        """A completed experiment with its runs, read back from Phoenix. Raises `ExperimentError`, `PublishingError`."""
        ...
