"""Experiments and A/B tests of a manager's versions."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from golden_assets.domain.core.errors import ExperimentError, PublishingError, ServerError
from golden_assets.domain.experiments.caveats import rows_and_correlation
from golden_assets.domain.experiments.comparison import ABComparison, compare_experiments
from golden_assets.domain.experiments.experiment import BASELINE_TASK, OVERALL, Experiment, ExperimentRequest, ExperimentSummary
from golden_assets.domain.ports.generation import Progress
from golden_assets.manager.publication import place_in_phoenix
from golden_assets.manager.tracing import traced_operations
from golden_assets.settings.settings import settings_for

if TYPE_CHECKING:
    from golden_assets.adapters.experiments.runner import PhoenixExperimentRunner
    from golden_assets.adapters.postgres import PostgresVersionStore

Side = tuple[str, ExperimentRequest]
"""A version and what to run over it."""


class Laboratory:
    """Runs experiments over the versions of one store.

    Args:
        store: the registry.
        url: its database.
        performed_by: who is on record.
    """

    def __init__(self, store: "PostgresVersionStore", url: str, performed_by: str) -> None:
        self._store = store
        self._url = url
        self._performed_by = performed_by

    async def run(self, side: Side, progress: Progress) -> Experiment:
        """One experiment. Raises like `golden_assets.domain.ports.experiments.ExperimentRunner.run`."""
        (experiment,) = await self._run([side], progress)
        return experiment

    async def compare(
        self, sides: tuple[Side, Side], primary: str, promote: Callable[[str], Awaitable[object]] | None, progress: Progress
    ) -> ABComparison:
        """Run both sides, one after the other, and hold the second against the first. What was interrupted goes on, in either.

        Args:
            sides: A and B.
            primary: the score that decides.
            promote: called with B's version when B is better by the plan's rule and the interval.
            progress: is told of each run.

        Raises:
            ExperimentError: there is nothing to promote, or nothing to compare.
        """
        (version_a, _), (version_b, _) = sides
        if version_a == version_b and (promote or sides[0] == sides[1]):
            remedy = "name two versions" if promote else "name another version or a second task"
            raise ExperimentError(f"both sides are version {version_a}", remedy)
        first, second = await self._run(sides, progress)
        comparison = compare_experiments(first, second, primary)
        if promote is None or not comparison.better or (await self._store.get_version(version_b)).summary.status == "active":
            return comparison
        await promote(version_b)
        return comparison.model_copy(update={"promoted": True})

    async def compare_recorded(self, experiment_a: str, experiment_b: str, primary: str) -> ABComparison:
        """Hold two completed experiments against each other, by their ids. Raises `ExperimentError`, `PublishingError`."""
        runner = await self._runner()
        first, second = [await self._recall(runner, identifier) for identifier in (experiment_a, experiment_b)]
        return compare_experiments(first, second, primary)

    async def list_experiments(self, version: str | None) -> list[ExperimentSummary]:
        """All experiments, or those of one version, the newest first."""
        from golden_assets.adapters.postgres.experiments import PostgresExperimentStore

        return await PostgresExperimentStore(self._store.database, self._store.testset_name).list_experiments(version)

    async def correlation_for(self, version: str) -> tuple[float, ExperimentSummary] | None:
        """How alike rows of one document score in the newest experiment of this version, else of another one. Starts no Phoenix.

        None where no experiment was completed, Phoenix cannot be asked for its scores, or they cannot tell.
        """
        from golden_assets.embedded.server_urls import running_phoenix

        done = [one for one in await self.list_experiments(None) if one.status == "completed"]
        if not done or running_phoenix(settings_for(self._store.testset_name)) is None:
            return None
        newest = next((one for one in done if one.version == version), done[0])
        try:
            recalled = await self._recall(await self._runner(), newest.experiment_id)
        except (ExperimentError, PublishingError, ServerError):
            return None
        _, measured = rows_and_correlation(recalled)
        return None if measured is None else (measured, newest)

    async def _run(self, sides: Sequence[Side], progress: Progress) -> list[Experiment]:
        runner = await self._runner()
        stored = [(await self._store.get_version(version), request) for version, request in sides]
        return await runner.run(stored, progress, created_by=self._performed_by, run_id=None)

    async def _recall(self, runner: "PhoenixExperimentRunner", identifier: str) -> Experiment:
        summary = await runner.store.get(identifier)
        return await runner.recall(await self._store.get_version(summary.version), identifier)

    async def _runner(self) -> "PhoenixExperimentRunner":
        """It starts the embedded Phoenix if need be. Raises `ServerError`."""
        from golden_assets.adapters.experiments.factory import open_experiment_runner
        from golden_assets.embedded.server_urls import phoenix_url

        settings = settings_for(self._store.testset_name)
        phoenix, publish = await asyncio.to_thread(phoenix_url, settings), partial(place_in_phoenix, self._store)
        return open_experiment_runner(settings, self._store, self._url, phoenix, publish)


def say_nothing(stage: str, done: int, total: int) -> None:
    """A `Progress` for nobody."""


@traced_operations
class Experimenting(ABC):
    """What a manager can do with experiments."""

    async def run_experiment(
        self, version: str, task: str | Callable[..., Any] = BASELINE_TASK, *, progress: Progress = say_nothing, **options: Any
    ) -> Experiment:
        """Run a task over every row of a version, and score its answers; the experiment is in Phoenix. One that was interrupted goes on.

        Args:
            version: its number.
            task: a function of the question, or its name ``package.module:function``, or ``baseline``, or ``endpoint``.
            progress: is told of each run.
            options: other fields of `golden_assets.domain.experiments.experiment.ExperimentRequest`.

        Raises:
            ExperimentError: the task or an evaluator cannot be used.
            PublishingError: Phoenix is gone; running it again goes on from there.
        """
        return await (await self._laboratory()).run((version, request_of(task, **options)), progress)

    async def ab_test(
        self,
        version_a: str,
        version_b: str,
        tasks: Sequence[str | Callable[..., Any]] = (BASELINE_TASK,),
        *,
        primary: str = OVERALL,
        promote_if_better: bool = False,
        progress: Progress = say_nothing,
        **options: Any,
    ) -> ABComparison:
        """Hold version B against version A by one task, or two tasks, the first on A, against each other; the versions may be the same.

        ``promote_if_better`` promotes version B when its ``primary`` score is more than 5 % higher and the interval is above zero.

        Raises:
            ExperimentError: a task or evaluator cannot be used, or there is nothing to compare or to promote.
            PublishingError: Phoenix is gone; running it again goes on from there.
        """
        sides = (version_a, request_of(tasks[0], **options)), (version_b, request_of(tasks[-1], **options))
        return await (await self._laboratory()).compare(sides, primary, self.promote_version if promote_if_better else None, progress)

    async def compare_experiments(self, experiment_a: str, experiment_b: str, primary: str = OVERALL) -> ABComparison:
        """Hold two completed experiments against each other, by their ids. Raises `ExperimentError`, `PublishingError`."""
        return await (await self._laboratory()).compare_recorded(experiment_a, experiment_b, primary)

    async def list_experiments(self, version: str | None = None) -> list[ExperimentSummary]:
        """All experiments, or those of one version, the newest first."""
        return await (await self._laboratory()).list_experiments(version)

    async def correlation_for(self, version: str) -> tuple[float, ExperimentSummary] | None:
        """How alike rows of one document score in the newest experiment, of this version if there is one; None where that is not known."""
        return await (await self._laboratory()).correlation_for(version)

    @abstractmethod
    async def promote_version(self, version: str) -> bool:
        """Make a version the active one."""

    @abstractmethod
    async def _laboratory(self) -> Laboratory: ...


def request_of(task: str | Callable[..., Any], **options: Any) -> ExperimentRequest:
    """A request; a function is named by its module and name. Raises `ExperimentError` for one that cannot be named."""
    if isinstance(task, str):
        return ExperimentRequest(task=task, **options)
    name = f"{getattr(task, '__module__', None)}:{getattr(task, '__qualname__', None)}"
    if "<" in name or "None" in name.split(":"):
        raise ExperimentError(f"{task!r} has no name to find it by", "define the task at the top of a module")
    return ExperimentRequest(task=name, **options)
