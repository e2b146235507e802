"""Several testsets on one instance: the same graph under a name of its own for each."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from golden_assets import definitions
from golden_assets.adapters.testing import InMemoryDocumentSource, InMemoryVersionStore
from golden_assets.definitions import build_definitions
from golden_assets.domain.gates.evaluate import GATES
from golden_assets_tests.defs.conftest import World, verdicts_of
from golden_assets_tests.factories import a_corpus, a_document

NAME = "handbook"


@pytest.fixture
def worlds() -> Iterator[tuple[World, World]]:
    """The default testset and a named one on one instance, with stores of their own."""
    with dg.DagsterInstance.ephemeral() as instance:
        plain, named = World(instance), World(instance, NAME)
        named.versions = InMemoryVersionStore(NAME)
        yield plain, named


def test_every_key_begins_with_the_name_and_nothing_else_differs() -> None:
    plain, named = build_definitions(), build_definitions(testset=NAME)
    before, after = plain.resolve_asset_graph(), named.resolve_asset_graph()
    assert {key.path[0] for key in after.get_all_asset_keys()} == {NAME}
    assert {key.path[-1] for key in after.get_all_asset_keys()} == {key.path[-1] for key in before.get_all_asset_keys()}
    for key in before.get_all_asset_keys():
        old, new = before.get(key), after.get(dg.AssetKey([NAME, *key.path]))
        assert (old.group_name, old.kinds, old.owners, old.description) == (new.group_name, new.kinds, new.owners, new.description)
        assert {dg.AssetKey([NAME, *parent.path]) for parent in old.parent_keys} == new.parent_keys
    for check in before.asset_check_keys:
        old, new = (
            before.get_check_spec(check),
            after.get_check_spec(dg.AssetCheckKey(dg.AssetKey([NAME, *check.asset_key.path]), check.name)),
        )
        assert (old.description, old.blocking) == (new.description, new.blocking)
        assert [dg.AssetKey([NAME, *dep.asset_key.path]) for dep in old.additional_deps] == [dep.asset_key for dep in new.additional_deps]
    assert len(before.asset_check_keys) == len(after.asset_check_keys)


def test_jobs_sensors_and_schedules_are_all_there_and_select_the_same() -> None:
    plain, named = build_definitions().get_repository_def(), build_definitions(testset=NAME).get_repository_def()
    assert {sensor.name for sensor in plain.sensor_defs} == {sensor.name for sensor in named.sensor_defs}
    assert {schedule.name for schedule in plain.schedule_defs} == {schedule.name for schedule in named.schedule_defs}
    assert set(plain.job_names) == set(named.job_names)
    for name in plain.job_names:
        assert {node.name for node in plain.get_job(name).nodes} == {node.name for node in named.get_job(name).nodes}


def test_every_resource_reads_the_settings_of_the_testset() -> None:
    bound = build_definitions(testset=NAME).resources or {}
    assert {name: resource.testset for name, resource in bound.items()} == dict.fromkeys(bound, NAME)


def test_a_named_testset_goes_all_the_way_from_documents_to_the_active_version(worlds: tuple[World, World]) -> None:
    _, named = worlds
    built = named.run()
    assert built.success
    assert [run.tags["golden_assets/testset"] for run in named.instance.get_runs()] == [NAME]
    request = named.tick("promotion_sensor")
    assert request.tags["golden_assets/testset"] == NAME
    promoted = named.run("promote_version_job", run_config=request.run_config, tags=request.tags)
    assert promoted.success
    assert verdicts_of(built) | verdicts_of(promoted) == dict.fromkeys(GATES, True)
    assert {check.asset_key.path[0] for check in promoted.get_asset_check_evaluations()} == {NAME}
    assert [stored.summary.status for stored in named.versions.versions] == ["active"]
    assert named.instance.get_latest_materialization_event(dg.AssetKey([NAME, "active_version"])) is not None
    assert named.instance.get_latest_materialization_event(dg.AssetKey("active_version")) is None


def test_testsets_do_not_see_each_others_documents_runs_and_versions(worlds: tuple[World, World]) -> None:
    plain, named = worlds
    named.source = InMemoryDocumentSource(a_corpus(count=3).documents)
    assert plain.run().success
    assert "never materialized" in named.tick("document_change_sensor").skip_reason.skip_message
    assert named.run(size=6).success
    assert [len(world.generator.calls) for world in worlds] == [1, 1]
    assert "is what the testset was made from" in plain.tick("document_change_sensor").skip_reason.skip_message
    assert "is what the testset was made from" in named.tick("document_change_sensor").skip_reason.skip_message
    named.source.documents = (*named.source.documents, a_document("new.md"))
    assert "is what the testset was made from" in plain.tick("document_change_sensor").skip_reason.skip_message
    (request,) = named.tick("document_change_sensor").run_requests
    assert request.tags["golden_assets/testset"] == NAME


def test_the_module_has_the_definitions_of_each_configured_testset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "golden_testset_config.yaml").write_text("testsets: {handbook: {docs: a}}")
    found = getattr(definitions, "testset:handbook")
    assert dg.AssetKey([NAME, "source_documents"]) in found.resolve_asset_graph().get_all_asset_keys()
    for name in ("testset:other", "handbook"):
        with pytest.raises(AttributeError, match="has no attribute"):
            getattr(definitions, name)
