"""Experiments as assets: asked for by hand, numbers for the plots, failures said, promotion only when told to."""

from typing import Any

import dagster as dg

from golden_assets.adapters.testing import InMemoryDocumentSource
from golden_assets.domain.monitoring.service_levels import OperationCount
from golden_assets_tests.defs.conftest import World, metadata_of
from golden_assets_tests.factories import a_corpus


def materialize(world: World, asset: str, **config: Any) -> dg.ExecuteInProcessResult:
    job = dg.define_asset_job(f"{asset}_alone", selection=dg.AssetSelection.assets(asset))
    definitions = dg.Definitions.merge(world.definitions, dg.Definitions(jobs=[job]))
    run_config = {"ops": {asset: {"config": config}}}
    return definitions.resolve_job_def(job.name).execute_in_process(instance=world.instance, raise_on_error=False, run_config=run_config)


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    (event,) = [event for event in result.all_events if event.event_type is dg.DagsterEventType.STEP_FAILURE]
    return str(event.step_failure_data.error.cause)


def two_versions(world: World) -> None:
    """1.0.0, active, with eight rows, and 1.1.0 with other ones, four of them about other sentences."""
    assert world.run().success
    assert world.run("promote_version_job").success
    world.generator.start = 4
    assert world.run(size=24).success


def test_building_a_testset_runs_no_experiment(world: World) -> None:
    assert world.run().success
    assert world.experiment_store.experiments == []


def test_an_experiment_over_the_published_version_shows_its_scores_as_numbers(world: World) -> None:
    world.run()
    result = materialize(world, "baseline_experiment", repetitions=2)
    said = metadata_of(result, "baseline_experiment")
    assert (said["version"], said["task"], said["calls"], said["failed_calls"]) == ("1.0.0", "baseline", 16, 0)
    assert said["score/exact_match"] == 1.0
    assert said["url"].startswith("memory://")
    (experiment,) = world.experiment_store.experiments
    assert (experiment.run_id, experiment.created_by) == (result.run_id, "dagster")


def test_failed_calls_are_counted_and_listed_and_a_task_that_always_fails_fails_the_step(world: World) -> None:
    world.run()
    first = world.versions.versions[0].testset.rows[0]

    def sometimes(row: Any) -> str:
        if row == first:
            raise LookupError("no index")
        return "x"

    def never(row: Any) -> str:
        raise LookupError("no index")

    world.rag.tasks |= {"a:sometimes": sometimes, "a:never": never}
    said = metadata_of(materialize(world, "baseline_experiment", task="a:sometimes"), "baseline_experiment")
    assert said["failed_calls"] == 1
    assert [record.data for record in said["failures"].records] == [{"row": first.row_id, "error": "LookupError: no index"}]
    result = materialize(world, "baseline_experiment", task="a:never")
    assert not result.success
    assert "every call of a:never failed (LookupError: no index)" in failure_of(result)


def test_numbers_out_of_range_fail_before_anything_is_run(world: World) -> None:
    world.run()
    assert not materialize(world, "baseline_experiment", repetitions=0).success
    assert world.experiment_store.experiments == []


def test_the_active_version_is_compared_with_the_one_published_last(world: World) -> None:
    two_versions(world)
    world.rag.tasks["baseline"] = lambda row: row.reference if row.question_type == "single_hop_specific" else "?"
    said = metadata_of(materialize(world, "ab_comparison"), "ab_comparison")
    assert said["a"] == "1.0.0 by baseline"
    assert said["b"] == f"{world.versions.versions[-1].summary.version} by baseline"
    assert said["difference"] == said["score_b"] - said["score_a"]
    assert not any(name.startswith("bridge/") for name in said), "8 common rows are too few to split the change by"
    assert [record.data["score"] for record in said["scores"].records] == ["average", "exact_match"]
    assert said["promoted"] is False


def test_version_b_is_promoted_only_when_told_to_and_better(world: World) -> None:
    world.source = InMemoryDocumentSource(a_corpus(count=8).documents)
    two_versions(world)
    old, number = {row.row_id for row in world.versions.versions[0].testset.rows}, world.versions.versions[-1].summary.version
    world.rag.tasks["baseline"] = lambda row: "?" if row.row_id in old else row.reference
    untold = metadata_of(materialize(world, "ab_comparison"), "ab_comparison")
    assert (untold["better"], untold["promoted"]) == (True, False)
    assert [version for version, *_ in world.versions.promotions] == ["1.0.0"]
    kept = world.auditor.heads
    told = metadata_of(materialize(world, "ab_comparison", promote_if_better=True), "ab_comparison")
    assert (told["promoted"], told["current_in_phoenix"], world.auditor.heads) == (True, True, kept + 1)
    assert [version for version, *_ in world.versions.promotions] == ["1.0.0", number]
    assert world.publisher.received[-1].summary.version == number
    shown = world.instance.get_latest_materialization_event(dg.AssetKey("active_version"))
    assert shown.asset_materialization.metadata["version"].value == number


def test_four_documents_are_too_few_to_promote_upon(world: World) -> None:
    two_versions(world)
    old = {row.row_id for row in world.versions.versions[0].testset.rows}
    world.rag.tasks["baseline"] = lambda row: "?" if row.row_id in old else row.reference
    told = metadata_of(materialize(world, "ab_comparison", promote_if_better=True), "ab_comparison")
    assert (told["documents"], told["promoted"]) == (4, False)
    assert "4 documents in all: too few" in told["reason"]


def test_no_number_is_shown_with_more_than_six_decimals(world: World) -> None:
    two_versions(world)
    world.monitor.counts = [OperationCount(kind="transaction", total=3, succeeded=2)]
    world.rag.tasks["a:third"] = lambda row: row.reference if row.row_id < "row-5" else "no"
    results = [world.run("monitor_testset_job"), materialize(world, "ab_comparison", version_a="1.0.0", task_b="a:third")]
    results += [materialize(world, asset) for asset in ("regeneration_proposal", "generation_costs")]
    assert all(result.success for result in results)
    events = [event for result in results for event in result.get_asset_materialization_events()]
    shown = [event.step_materialization_data.materialization.metadata for event in events]
    shown += [check.metadata for result in results for check in result.get_asset_check_evaluations()]
    numbers = [number for metadata in shown for value in metadata.values() for number in floats_in(value)]
    assert 2 / 3 not in numbers
    assert round(2 / 3, 6) in numbers
    assert [number for number in numbers if number != round(number, 6)] == []


def floats_in(value: Any) -> list[float]:
    """The floats of a metadata value; of a table those in its cells."""
    cells = [cell for record in value.records for cell in record.data.values()] if hasattr(value, "records") else [value.value]
    return [cell for cell in cells if isinstance(cell, float)]


def test_two_sides_that_are_the_same_are_refused(world: World) -> None:
    world.run()
    alone = "no version was active to compare 1.0.0 with"
    assert alone in failure_of(materialize(world, "ab_comparison"))
    world.run("promote_version_job")
    assert alone in failure_of(materialize(world, "ab_comparison"))
    assert "both sides are version 1.0.0" in failure_of(materialize(world, "ab_comparison", version_a="1.0.0"))
    world.rag.tasks["a:other"] = lambda row: "?"
    assert materialize(world, "ab_comparison", task_b="a:other").success
    assert alone in failure_of(materialize(world, "ab_comparison", task_b="a:other", promote_if_better=True))


def test_an_active_version_is_held_against_the_one_before_it(world: World) -> None:
    two_versions(world)
    world.run("promote_version_job")
    newest = world.versions.versions[-1].summary
    assert newest.status == "active"
    said = metadata_of(materialize(world, "ab_comparison"), "ab_comparison")
    assert (said["a"], said["b"]) == ("1.0.0 by baseline", f"{newest.version} by baseline")
