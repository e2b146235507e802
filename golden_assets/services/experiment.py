"""Experiments over stored versions, and A/B tests of two of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.experiments.caveats import rows_and_correlation
from golden_assets.domain.experiments.comparison import ABComparison, compare_experiments
from golden_assets.domain.experiments.experiment import Experiment, ExperimentRequest, ExperimentSummary
from golden_assets.domain.ports.experiments import ExperimentRunner, ExperimentStore
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.versions.versions import VersionSummary

NamedSide = tuple[str, ExperimentRequest]
"""A version's number and what to run over it."""
Promote = Callable[[str], Awaitable[object]]


class ExperimentService(NamedTuple):
    """Runs experiments over the versions of one registry, on record as made by ``created_by``, in run ``run_id``."""

    versions: VersionStore
    runner: ExperimentRunner
    created_by: str
    run_id: str | None = None

    async def run(self, sides: Sequence[NamedSide], progress: Progress) -> list[Experiment]:
        """One experiment a side, one after the other. Raises like `golden_assets.domain.ports.experiments.ExperimentRunner.run`."""
        stored = [(await self.versions.get_version(number), request) for number, request in sides]
        return await self.runner.run(stored, progress, created_by=self.created_by, run_id=self.run_id)

    async def compare(
        self, sides: tuple[NamedSide, NamedSide], metric: str, progress: Progress, promote: Promote | None = None
    ) -> tuple[ABComparison, list[Experiment]]:
        """Run both sides and compare the second with the first; what was interrupted is completed, in either.

        Args:
            sides: A and B.
            metric: the score that decides.
            progress: is told of each run.
            promote: called with B's version when B is better by the plan's rule and the interval, and is not active.

        Raises:
            ExperimentError: there is nothing to promote, or nothing to compare.
        """
        number = sides[1][0]
        if sides[0][0] == number and (promote or sides[0] == sides[1]):
            remedy = "name two versions" if promote else "name another version or a second task"
            raise ExperimentError(f"both sides are version {number}", remedy)
        done = await self.run(sides, progress)
        comparison = compare_experiments(done[0], done[1], metric)
        if promote is None or not comparison.better or (await self.versions.get_version(number)).summary.status == "active":
            return comparison, done
        await promote(number)
        return comparison.model_copy(update={"promoted": True}), done


async def compare_recorded(
    versions: VersionStore, runner: ExperimentRunner, store: ExperimentStore, experiment_ids: tuple[str, str], metric: str
) -> ABComparison:
    """Compare two completed experiments, by their ids. Raises `ExperimentError`, `PublishingError`."""

    async def _recall(identifier: str) -> Experiment:
        summary = await store.get(identifier)
        return await runner.recall(await versions.get_version(summary.version), identifier)

    first, second = [await _recall(identifier) for identifier in experiment_ids]
    return compare_experiments(first, second, metric)


async def correlation_in(
    versions: VersionStore, runner: ExperimentRunner, store: ExperimentStore, number: str
) -> tuple[float, ExperimentSummary] | None:
    """How alike rows of one document score in the newest experiment of this version, else of another one, and which that is.

    None where no experiment was completed, or the scores of one document are of one row.

    Raises:
        ExperimentError, PublishingError, ServerError: Phoenix cannot be asked for the scores.
    """
    done = [one for one in await store.list_experiments(None) if one.status == "completed"]
    if not done:
        return None
    newest = next((one for one in done if one.version == number), done[0])
    recalled = await runner.recall(await versions.get_version(newest.version), newest.experiment_id)
    _, measured = rows_and_correlation(recalled)
    return None if measured is None else (measured, newest)


async def opponent_of(versions: VersionStore, number: str, *, one_task: bool) -> str:
    """The version to compare ``number`` with where none is named: the active one; with one task never ``number`` itself, but the version
    that was active last before it.

    Raises:
        ExperimentError: there is none.
    """
    excluded = number if one_task else None
    found = next((one.version for one in last_in_use(await versions.list_versions()) if one.version != excluded), None)
    if found is None:
        raise ExperimentError(f"no version was active to compare {number} with", "name version_a, or, without promotion, a task_b")
    return found


def last_in_use(versions: Sequence[VersionSummary]) -> list[VersionSummary]:
    """The active version, then those that were active before it, the one that was active last first."""
    ended = [one for one in versions if one.status == "archived"]
    ended.sort(key=lambda one: one.archived_at or one.activated_at or one.created_at, reverse=True)
    return [*(one for one in versions if one.status == "active"), *ended]


def request_of(task: str | Callable[..., Any], **options: Any) -> ExperimentRequest:
    """A request; a function is named by its module and name. Raises `ExperimentError` for one that cannot be named."""
    if isinstance(task, str):
        return ExperimentRequest(task=task, **options)
    name = f"{getattr(task, '__module__', None)}:{getattr(task, '__qualname__', None)}"
    if "<" in name or "None" in name.split(":"):
        raise ExperimentError(f"{task!r} has no name to find it by", "define the task at the top of a module")
    return ExperimentRequest(task=name, **options)
