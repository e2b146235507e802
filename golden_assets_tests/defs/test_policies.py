"""What runs by itself when what comes before it has changed, tick by tick, and what does not."""

from datetime import timedelta
from typing import Any

import dagster as dg
import pytest
from dagster import AssetKey

from golden_assets.adapters.testing import InMemoryVersionStore
from golden_assets.definitions import build_definitions
from golden_assets_tests.defs.conftest import World

FOLLOWING = {"quality_report", "stored_version", "phoenix_dataset"}


class Ticks:
    """The automation sensor as the daemon evaluates it, from tick to tick."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cursor: Any = None

    def tick(self) -> set[str]:
        """What this tick asks for, by name."""
        selection = dg.AssetSelection.all()
        result = dg.evaluate_automation_conditions(self.world.definitions, self.world.instance, selection, cursor=self.cursor)
        self.cursor = result.cursor
        return {one.key.path[-1] for one in result.results if isinstance(one.key, AssetKey) and one.true_subset.size}

    def materialize(self, *assets: str, **config: object) -> dg.ExecuteInProcessResult:
        """These assets alone with their checks, as the UI materializes them."""
        world, prefix = self.world, [self.world.testset] if self.world.testset else []
        keys = [AssetKey([*prefix, name]) for name in assets]
        ops = {name: {"config": values} for name, values in config.items()}
        return world.run(run_config={"ops": ops}, asset_selection=keys)


@pytest.fixture
def ticks(world: World) -> Ticks:
    """Everything was built once, and a tick has seen it."""
    assert world.run().success
    ticks = Ticks(world)
    ticks.tick()
    return ticks


def test_only_the_steps_that_follow_from_what_is_there_run_themselves() -> None:
    graph = build_definitions().resolve_asset_graph()
    assert {key.path[-1] for key in graph.get_all_asset_keys() if graph.get(key).automation_condition} == FOLLOWING


def test_the_sensor_that_evaluates_the_conditions_is_off_by_default() -> None:
    sensors = {sensor.name: sensor for sensor in build_definitions().get_repository_def().sensor_defs}
    assert sensors["following_steps_sensor"].default_status is dg.DefaultSensorStatus.STOPPED
    assert "default_automation_condition_sensor" not in sensors


def test_whatever_runs_by_itself_says_in_the_ui_what_it_does() -> None:
    repository = build_definitions().get_repository_def()
    assert [one.name for one in (*repository.sensor_defs, *repository.schedule_defs) if len(one.description or "") < 40] == []


def test_nothing_runs_before_anything_was_written(world: World) -> None:
    ticks = Ticks(world)
    assert (ticks.tick(), ticks.tick()) == (set(), set())


def test_a_testset_written_alone_is_judged_stored_and_published(ticks: Ticks) -> None:
    ticks.materialize("generated_testset", generated_testset={"size": 7})
    assert ticks.tick() == FOLLOWING
    assert ticks.materialize(*FOLLOWING).success
    assert (ticks.tick(), ticks.tick()) == (set(), set())
    assert len(ticks.world.publisher.received) == 2


def test_the_same_testset_once_more_starts_nothing(ticks: Ticks) -> None:
    ticks.materialize("generated_testset", generated_testset={"size": 8})
    assert (ticks.tick(), ticks.tick()) == (set(), set())


def test_a_job_that_does_all_of_it_is_not_followed_by_another_run(ticks: Ticks) -> None:
    assert ticks.world.run(size=7).success
    assert (ticks.tick(), ticks.tick()) == (set(), set())


def test_changed_documents_alone_do_not_judge_the_old_testset_on_them(ticks: Ticks) -> None:
    ticks.world.source.documents = ticks.world.source.documents[:3]
    ticks.materialize("source_documents")
    assert (ticks.tick(), ticks.tick()) == (set(), set())


def test_a_failed_gate_holds_what_comes_after_it(ticks: Ticks) -> None:
    ticks.world.generator.spoil = lambda rows: (*rows[:-1], rows[-1].model_copy(update={"user_input": rows[0].user_input}))
    ticks.materialize("generated_testset", "quality_report", generated_testset={"size": 7})
    assert ticks.tick() == {"stored_version", "phoenix_dataset"}
    failed = ticks.materialize("stored_version")
    assert [check.check_name for check in failed.get_asset_check_evaluations() if not check.passed] == ["gates_passed"]
    assert (ticks.tick(), ticks.tick()) == (set(), set())


def test_a_run_under_way_that_does_the_same_is_not_doubled(ticks: Ticks) -> None:
    ticks.materialize("generated_testset", generated_testset={"size": 7})
    job = ticks.world.definitions.resolve_job_def("build_testset_job")
    ticks.world.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    assert (ticks.tick(), ticks.tick()) == (set(), set())


def test_a_named_testset_follows_its_own_testset() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        world = World(instance, "handbook")
        world.versions = InMemoryVersionStore("handbook")
        assert world.run().success
        ticks = Ticks(world)
        ticks.tick()
        world.source.documents = world.source.documents[:3]
        ticks.materialize("source_documents")
        assert ticks.tick() == set()
        ticks.materialize("generated_testset", generated_testset={"size": 7})
        assert ticks.tick() == FOLLOWING


def test_the_active_version_becomes_old_after_a_month_and_too_old_after_three() -> None:
    spec = build_definitions().resolve_asset_graph().get(AssetKey("active_version"))
    policy = spec.freshness_policy
    assert isinstance(policy, dg.FreshnessPolicy)
    assert (policy.warn_window.to_timedelta(), policy.fail_window.to_timedelta()) == (timedelta(days=30), timedelta(days=90))
