"""Dagster shows which version is active, whoever activated it."""

import asyncio

import dagster as dg

from golden_assets.adapters.testing import InMemoryVersionStore
from golden_assets.defs.run_history import unseen_activation
from golden_assets.domain.versions.versions import VersionSummary
from golden_assets_tests.defs.conftest import FOREIGN_QUESTIONS, World
from golden_assets_tests.factories import a_document

ACTIVE = dg.AssetKey("active_version")


def promoted(world: World) -> dg.ExecuteInProcessResult:
    world.run()
    request = world.tick("promotion_sensor")
    return world.run("promote_version_job", run_config=request.run_config, tags=request.tags)


def reported(world: World, cursor: str | None = None) -> tuple[list[dg.AssetMaterialization | dg.AssetCheckEvaluation], str | None]:
    """What the sensor would have the daemon record, recorded here as the daemon does, and its cursor."""
    result = world.tick("activation_sensor", cursor)
    for event in result.asset_events:
        world.instance.report_runless_asset_event(event)
    return result.asset_events, result.cursor or cursor


def go_back(world: World) -> None:
    """As `golden-assets rollback 1.0.0`, and nothing tells Dagster."""
    for number, status in enumerate(("active", "archived")):
        stored = world.versions.versions[number]
        summary = stored.summary.model_copy(update={"status": status})
        world.versions.versions[number] = stored.model_copy(update={"summary": summary})


async def active_of(versions: InMemoryVersionStore) -> VersionSummary | None:
    active = await versions.get_active_version()
    return active.summary if active else None


def test_nothing_is_reported_before_a_version_is_active_and_after_a_run_activated_it(world: World) -> None:
    assert reported(world) == ([], None)
    assert promoted(world).success
    assert [type(event) for event in reported(world)[0]] == [dg.AssetCheckEvaluation]
    assert reported(world, "1.0.0") == ([], "1.0.0")


def test_a_rollback_by_a_command_or_a_program_is_shown_once_and_then_its_checks(world: World) -> None:
    world.thresholds = FOREIGN_QUESTIONS
    promoted(world)
    world.generator.start = 3
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    assert promoted(world).success
    go_back(world)
    shown_before = world.versions.versions[1].summary.version
    (event,), cursor = reported(world, shown_before)
    shown = {name: value.value for name, value in event.metadata.items()}
    assert (shown["version"], shown["status"], shown["previous"]) == ("1.0.0", "active", world.versions.versions[1].summary.version)
    assert event.tags["dagster/data_version"] == world.versions.versions[0].testset.testset_hash
    (fresh,), cursor = reported(world, cursor)
    assert (fresh.check_name, fresh.passed, cursor) == ("rows_are_fresh", True, "1.0.0")
    assert reported(world, cursor) == ([], "1.0.0")


def test_the_same_number_in_another_testset_is_another_version(world: World) -> None:
    promoted(world)
    active = asyncio.run(active_of(world.versions))
    assert active is not None
    assert unseen_activation(world.instance, ACTIVE, active) is None
    assert unseen_activation(world.instance, ACTIVE, active.model_copy(update={"testset_name": "other"})) is not None
