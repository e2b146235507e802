"""The run of an experiment over ports held in memory: nothing twice, nothing lost, every failure kept."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from golden_assets.adapters.experiments.evaluators import MetricEvaluator
from golden_assets.adapters.experiments.runner import PhoenixExperimentRunner, Workshop
from golden_assets.adapters.testing import (
    InMemoryExperimentPublisher,
    InMemoryExperimentStore,
    InMemoryVersionStore,
    RecordingDatasetPublisher,
)
from golden_assets.domain.core.errors import BudgetExceededError, ExperimentError, GateError, PublishingError
from golden_assets.domain.experiments.experiment import Evaluation, Experiment, ExperimentRequest, TaskAnswer
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import StoredVersion
from golden_assets.services.publish import place_in_phoenix
from golden_assets_tests.factories import a_failed_report, a_report, a_testset

ROWS = a_testset(size=8).rows


class Rag:
    """A task that knows every answer, unless ``does`` says otherwise; counts its calls and how many there were at a time."""

    name, fingerprint = "rag", "1"

    def __init__(self, does: Callable[[TestsetRow], Any] = lambda row: None) -> None:
        self.does = does
        self.calls: Counter[str] = Counter()
        self.running = self.most = 0

    async def answer(self, row: TestsetRow) -> TaskAnswer:
        self.calls[row.row_id] += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(0)
            done = self.does(row)
            if asyncio.iscoroutine(done):
                await done
        finally:
            self.running -= 1
        return TaskAnswer(answer=row.reference)


class Whim:
    """An evaluator that fails while it is told to."""

    name, fingerprint, is_model = "whim", "1", True

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.mute = False

    async def evaluate(self, answer: TaskAnswer, row: TestsetRow) -> Evaluation:
        if self.error:
            raise self.error
        return Evaluation(name=self.name, error="no idea") if self.mute else Evaluation(name=self.name, score=0.5)


class World:
    def __init__(self) -> None:
        self.rag, self.whim = Rag(), Whim()
        self.store, self.publisher = InMemoryExperimentStore(), InMemoryExperimentPublisher()
        self.datasets, self.versions = RecordingDatasetPublisher(), InMemoryVersionStore()
        self.publish = partial(place_in_phoenix, self.versions, self.datasets)
        self.progress: list[tuple[str, int, int]] = []

    async def version(self, **changes: Any) -> StoredVersion:
        testset = a_testset(size=8)
        report = changes.get("report", a_report(testset))
        summary, _ = await self.versions.create_version(testset, report, created_by="t", run_id=None)
        return await self.versions.get_version(summary.version)

    async def run(self, version: StoredVersion | None = None, **request: Any) -> Experiment:
        (experiment,) = await self.run_sides(version or await self.version(), **request)
        return experiment

    async def run_sides(self, *versions: StoredVersion, **request: Any) -> list[Experiment]:
        async def open_task(name: str, _: StoredVersion) -> Rag:
            return self.rag

        evaluators = [MetricEvaluator("exact_match"), self.whim]
        runner = PhoenixExperimentRunner(
            self.store, self.publisher, self.datasets, self.publish, Workshop(open_task, lambda names: list(evaluators))
        )
        wanted = ExperimentRequest(**{"task": "rag", "concurrency": 3} | request)
        return await runner.run(
            [(version, wanted) for version in versions], lambda *said: self.progress.append(said), created_by="t", run_id="r"
        )

    def fail(self, position: int, error: Exception) -> None:
        def does(row: TestsetRow) -> None:
            if row.row_id == ROWS[position].row_id:
                raise error

        self.rag.does = does


@pytest.fixture
def world() -> World:
    return World()


async def test_every_row_is_asked_once_scored_and_counted(world: World):
    experiment = await world.run()
    summary = experiment.summary
    assert [scored.run.row_id for scored in experiment.runs] == [row.row_id for row in ROWS]
    assert set(world.rag.calls.values()) == {1}
    assert (summary.status, summary.run_count, summary.error_count, summary.unscored_count) == ("completed", 8, 0, 0)
    assert summary.scores == {"exact_match": 1.0, "whim": 0.5}
    assert (summary.created_by, summary.run_id, summary.task, summary.version) == ("t", "r", "rag", "1.0.0")
    assert world.progress[-1] == ("runs", 8, 8)
    assert len(world.publisher.logs["experiment-1"].held) == 8


async def test_repetitions_are_runs_of_their_own(world: World):
    experiment = await world.run(repetitions=3)
    assert set(world.rag.calls.values()) == {3}
    assert [scored.run.repetition for scored in experiment.runs[:4]] == [1, 2, 3, 1]


async def test_no_more_calls_are_made_at_a_time_than_allowed(world: World):
    await world.run(concurrency=3)
    assert world.rag.most == 3


async def test_a_call_that_raises_is_kept_with_its_reason_and_the_others_go_on(world: World):
    world.fail(2, LookupError("no pump \x00 in \udcff"))
    experiment = await world.run()
    (failed,) = experiment.failures
    assert (failed.row_id, failed.error) == (ROWS[2].row_id, "LookupError: no pump \N{REPLACEMENT CHARACTER} in \N{REPLACEMENT CHARACTER}")
    assert experiment.summary.error_count == 1
    assert experiment.summary.scores["exact_match"] == pytest.approx(7 / 8)
    assert experiment.runs[2].evaluations == ()


async def test_a_call_that_takes_too_long_is_given_up(world: World):
    world.rag.does = lambda row: asyncio.sleep(30) if row.row_id == ROWS[0].row_id else None
    experiment = await world.run(timeout_seconds=0.05)
    assert [run.error for run in experiment.failures] == ["TimeoutError: no answer within 0.05 s"]


async def test_a_time_out_of_the_tasks_own_keeps_its_words(world: World):
    world.fail(0, TimeoutError("the database did not answer"))
    assert [run.error for run in (await world.run()).failures] == ["TimeoutError: the database did not answer"]


async def test_when_phoenix_goes_down_the_next_run_asks_only_what_is_missing(world: World):
    version = await world.version()
    world.publisher.lasts = 5
    with pytest.raises(PublishingError):
        await world.run(version)
    assert world.store.experiments[0].status == "started"
    held = set(world.publisher.logs["experiment-1"].held)
    assert len(held) == 5
    world.publisher.lasts, world.rag.calls = None, Counter()
    experiment = await world.run(version)
    assert {f"{row_id}/1" for row_id in world.rag.calls} | held == {f"{row.row_id}/1" for row in ROWS}
    assert not {f"{row_id}/1" for row_id in world.rag.calls} & held
    assert experiment.resumed_runs == 5
    assert [one.status for one in world.store.experiments] == ["completed"]
    assert experiment.summary.scores == {"exact_match": 1.0, "whim": 0.5}


async def test_sides_that_belong_together_go_on_where_they_were_interrupted(world: World):
    first, larger = await world.version(), a_testset(size=9)
    summary, _ = await world.versions.create_version(larger, a_report(larger), created_by="t", run_id=None)
    second = await world.versions.get_version(summary.version)

    def down_in_the_second(row: TestsetRow) -> None:
        if len(world.publisher.logs) == 2 and world.rag.calls.total() >= 12:
            world.publisher.logs["experiment-2"].lasts = 0

    world.rag.does = down_in_the_second
    with pytest.raises(PublishingError):
        await world.run_sides(first, second)
    assert [one.status for one in world.store.experiments] == ["started", "started"]
    held = len(world.publisher.logs["experiment-2"].held)
    world.rag.does, world.rag.calls = lambda row: None, Counter()
    experiments = await world.run_sides(first, second)
    assert [experiment.resumed_runs for experiment in experiments] == [8, held]
    assert world.rag.calls.total() == 9 - held
    assert [one.status for one in world.store.experiments] == ["completed", "completed"]


async def test_a_judge_that_ends_the_experiment_leaves_the_answers_and_the_next_run_only_judges(world: World):
    version = await world.version()
    world.whim.error = BudgetExceededError("no money", "later")
    with pytest.raises(BudgetExceededError):
        await world.run(version, concurrency=1)
    answered = [record.removesuffix("/1") for record in world.publisher.logs["experiment-1"].held]
    assert answered
    world.whim.error, world.rag.calls = None, Counter()
    experiment = await world.run(version)
    assert set(world.rag.calls) == {row.row_id for row in ROWS} - set(answered)
    assert experiment.summary.scores["whim"] == 0.5


async def test_a_score_that_failed_is_counted_and_tried_again_by_a_resumed_run(world: World):
    version = await world.version()
    world.whim.mute, world.publisher.lasts = True, 6
    with pytest.raises(PublishingError):
        await world.run(version)
    world.publisher.lasts = None
    experiment = await world.run(version)
    assert experiment.summary.unscored_count == 8
    assert "whim" not in experiment.summary.scores
    world.whim.mute = False
    assert (await world.run(version)).summary.unscored_count == 0


async def test_a_call_that_failed_is_tried_again_by_a_resumed_run(world: World):
    version = await world.version()
    world.fail(2, ConnectionError("the endpoint is down"))
    world.publisher.lasts = 5
    with pytest.raises(PublishingError):
        await world.run(version, concurrency=1)
    world.publisher.lasts, world.rag = None, Rag()
    experiment = await world.run(version)
    assert set(world.rag.calls) == {ROWS[position].row_id for position in (2, 5, 6, 7)}
    assert (experiment.resumed_runs, experiment.summary.error_count) == (4, 0)
    assert experiment.summary.scores == {"exact_match": 1.0, "whim": 0.5}
    assert experiment.runs[2].run == world.publisher.logs["experiment-1"].held[f"{ROWS[2].row_id}/1"].run


async def test_an_experiment_that_somebody_else_runs_just_now_is_refused_and_free_afterwards(world: World):
    version, refused = await world.version(), []

    async def the_same_again(row: TestsetRow) -> None:
        world.rag.does = lambda row: None
        with pytest.raises(ExperimentError) as error:
            await world.run(version, fresh=True)
        refused.append(str(error.value))

    world.rag.does = the_same_again
    await world.run(version)
    assert refused == ["this experiment is being run: wait until it has ended."]
    assert len(world.store.experiments) == 1
    assert set(world.rag.calls.values()) == {1}
    await world.run(version)


async def test_a_completed_experiment_is_not_gone_on_with_and_fresh_leaves_an_interrupted_one(world: World):
    version = await world.version()
    await world.run(version)
    await world.run(version)
    assert len(world.store.experiments) == 2
    world.publisher.lasts = 0
    with pytest.raises(PublishingError):
        await world.run(version)
    world.publisher.lasts = None
    await world.run(version, fresh=True)
    assert [one.status for one in world.store.experiments] == ["completed", "completed", "started", "completed"]


@pytest.mark.parametrize("changes", ["rag", "whim"])
async def test_an_interrupted_experiment_of_other_code_or_another_judge_is_not_gone_on_with(world: World, changes: str):
    version = await world.version()
    world.publisher.lasts = 4
    with pytest.raises(PublishingError):
        await world.run(version)
    getattr(world, changes).fingerprint = "2"
    world.publisher.lasts, world.rag.calls = None, Counter()
    assert (await world.run(version)).resumed_runs == 0
    assert len(world.rag.calls) == 8


async def test_an_interrupted_experiment_that_was_deleted_in_phoenix_starts_anew(world: World):
    version = await world.version()
    world.publisher.lasts = 4
    with pytest.raises(PublishingError):
        await world.run(version)
    world.publisher.lasts = None
    del world.publisher.logs["experiment-1"]
    world.publisher.logs["another"] = None  # type: ignore[assignment]
    assert (await world.run(version)).resumed_runs == 0


async def test_a_version_that_is_not_published_yet_is_published_and_one_that_is_stays_untouched(world: World):
    version = await world.version()
    await world.run(version)
    assert len(world.datasets.received) == 1
    await world.run(await world.versions.get_version("1.0.0"))
    assert len(world.datasets.received) == 1


async def test_a_version_that_was_lost_in_phoenix_is_published_again(world: World):
    version = await world.version()
    await world.run(version)
    published = await world.versions.get_version("1.0.0")
    world.datasets.lost = (ROWS[0].row_id,)
    await world.run(published)
    assert len(world.datasets.received) == 2


async def test_a_version_whose_gates_failed_is_refused(world: World):
    failed = await world.version(report=a_failed_report(a_testset(size=8)))
    with pytest.raises(GateError, match="is failed"):
        await world.run(failed)
    assert not world.rag.calls


async def test_a_completed_experiment_is_recalled_and_an_interrupted_one_is_not(world: World):
    version = await world.version()
    experiment = await world.run(version)

    async def nothing(*_: Any) -> Any:
        raise AssertionError

    runner = PhoenixExperimentRunner(world.store, world.publisher, world.datasets, world.publish, Workshop(nothing, lambda names: []))
    recalled = await runner.recall(version, experiment.summary.experiment_id)
    assert recalled.summary == experiment.summary
    assert recalled.row_scores == experiment.row_scores
    world.publisher.lasts = 0
    with pytest.raises(PublishingError):
        await world.run(version)
    with pytest.raises(ExperimentError, match="was interrupted"):
        await runner.recall(version, world.store.experiments[-1].experiment_id)
    world.publisher.logs.clear()
    with pytest.raises(ExperimentError, match="no longer in Phoenix"):
        await runner.recall(version, experiment.summary.experiment_id)
