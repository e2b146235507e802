"""What people chose - documents, size, seed, types - holds for every later run, whichever process starts it, and however."""

import asyncio
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from golden_assets.adapters.testing import InMemoryDocumentSource
from golden_assets.defs.names import CAUTION, LOCATION
from golden_assets.defs.readings import location_of
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.testsets.requests import RequestDefaults
from golden_assets.domain.versions.versions import DOCUMENTS_LOCATION
from golden_assets_tests.defs.conftest import ELSEWHERE, FOREIGN_QUESTIONS, World, metadata_of, verdicts_of
from golden_assets_tests.factories import a_corpus, a_document, a_report, a_sentence, a_stored_version, a_testset, rows_on

BUILT = [dg.AssetKey(name) for name in ("source_documents", "generated_testset", "quality_report", "stored_version", "phoenix_dataset")]
SENSORS_CONFIG = {"ops": {"source_documents": {"config": {"docs": ELSEWHERE}}}}


@pytest.fixture
def apart(world: World) -> World:
    """A world whose folder ``elsewhere`` is not the sample corpus, and whose settings leave everything open."""
    world.source = InMemoryDocumentSource((a_document("sample.md", " ".join(a_sentence(n) for n in range(60, 90))),))
    world.defaults = RequestDefaults(max_size=50)
    world.thresholds = FOREIGN_QUESTIONS
    return world


def asked(**values: Any) -> dict[str, Any]:
    return {"ops": {"generated_testset": {"config": values}}}


def promote(world: World) -> dg.ExecuteInProcessResult:
    request = world.tick("promotion_sensor")
    return world.run("promote_version_job", run_config=request.run_config, tags=request.tags)


def build_elsewhere(world: World, **values: Any) -> None:
    """A testset of the folder that a variable names in the process of the command, and nowhere else; active afterwards."""
    world.docs = ELSEWHERE
    assert world.run(run_config=asked(**values)).success
    assert promote(world).success
    world.docs = None


def edit_elsewhere(world: World) -> None:
    world.elsewhere.documents = (*world.elsewhere.documents, a_document("z-new.md"))


def read(world: World, **options: Any) -> dict[str, Any]:
    """The metadata of the documents alone, as a run with these options reads them."""
    return metadata_of(world.run(**{"run_config": {}, "asset_selection": BUILT[:1]} | options), "source_documents")


def problem_of(result: dg.ExecuteInProcessResult) -> str:
    (error,) = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    return str((error.cause or error).message)


def test_the_sensor_watches_the_folder_that_was_read_though_its_own_process_names_none(apart: World) -> None:
    build_elsewhere(apart, size=8)
    quiet = apart.tick("document_change_sensor")
    assert "is what the testset was made from" in quiet.skip_reason.skip_message
    edit_elsewhere(apart)
    (request,) = apart.tick("document_change_sensor", quiet.cursor).run_requests
    assert request.run_config == SENSORS_CONFIG


def test_a_run_with_nothing_filled_in_goes_on_with_the_documents_that_were_read_last(apart: World) -> None:
    build_elsewhere(apart, size=8)
    told = metadata_of(apart.run(run_config={}), "source_documents")
    assert (told[LOCATION], told["corpus_hash"]) == (ELSEWHERE, apart.elsewhere.corpus_hash())


def test_a_new_dagster_goes_on_with_the_documents_of_the_active_version(apart: World) -> None:
    build_elsewhere(apart, size=8)
    assert apart.versions.versions[0].documents_location == ELSEWHERE
    with dg.DagsterInstance.ephemeral() as instance:
        apart.instance = instance
        assert read(apart)[LOCATION] == ELSEWHERE


def test_metadata_of_a_callers_own_is_no_location() -> None:
    theirs = a_stored_version(metadata={"user_metadata": {"documents": 12, DOCUMENTS_LOCATION: 12}})
    assert theirs.documents_location is None


def test_the_sample_corpus_takes_no_documents_place_unasked(apart: World) -> None:
    testset = a_testset(rows_on(a_corpus(), 8), a_corpus())
    asyncio.run(apart.versions.create_version(testset, a_report(testset), created_by="Ada", run_id=None))
    refused = apart.run(run_config={})
    assert not refused.success
    assert "--docs sample" in problem_of(refused)
    assert apart.generator.calls == []
    assert read(apart, run_config={"ops": {"source_documents": {"config": {"docs": "sample"}}}})[LOCATION] == "sample"


def test_a_version_of_the_sample_corpus_goes_on_with_it(apart: World) -> None:
    assert read(apart)[LOCATION] == "sample"
    corpus = apart.source.read()
    testset = a_testset(rows_on(corpus, 8), corpus)
    asyncio.run(apart.versions.create_version(testset, a_report(testset), created_by="Ada", run_id=None))
    with dg.DagsterInstance.ephemeral() as instance:
        apart.instance = instance
        assert read(apart)[LOCATION] == "sample"


def test_what_a_run_names_counts_most_then_the_settings_then_the_last_reading(apart: World) -> None:
    read(apart, run_config=SENSORS_CONFIG)
    apart.docs = "sample"
    assert read(apart)[LOCATION] == "sample"
    assert read(apart, run_config=SENSORS_CONFIG)[LOCATION] == ELSEWHERE


def test_what_was_read_for_another_testset_is_not_gone_on_with(apart: World) -> None:
    build_elsewhere(apart, size=8)
    mine = apart.versions
    apart.versions = type(mine)("another")
    assert read(apart)[LOCATION] == "sample"
    apart.versions = mine
    assert read(apart)[LOCATION] == ELSEWHERE
    edit_elsewhere(apart)
    assert apart.tick("document_change_sensor").run_requests


@pytest.mark.parametrize(
    ("source", "location"),
    [
        ("/srv/docs", "/srv/docs"),
        ("table public.docs in db:5432/manuals", "table:public.docs"),
        ("/venv/golden_assets/sample_corpus", "sample"),
    ],
)
def test_readings_of_earlier_releases_are_watched_by_the_name_of_their_source(source: str, location: str) -> None:
    assert location_of({LOCATION: "", "source": source}) == location


@pytest.fixture
def lasting(apart: World) -> Iterator[World]:
    """On an instance with files: a schedule opens its instance by reference."""
    with dg.instance_for_test() as instance:
        apart.instance = instance
        yield apart


def test_the_weekly_schedule_asks_for_the_documents_that_were_read_last(lasting: World) -> None:
    build_elsewhere(lasting, size=8)
    edit_elsewhere(lasting)
    defs = lasting.definitions
    with dg.build_schedule_context(lasting.instance, resources=defs.resources, repository_def=defs.get_repository_def()) as context:
        assert defs.resolve_schedule_def("testset_weekly_schedule")(context).run_config == SENSORS_CONFIG


def test_a_run_that_names_no_size_seed_and_types_asks_for_those_of_the_active_version(apart: World) -> None:
    build_elsewhere(apart, size=24, seed=5)
    before = apart.generator.calls[0]
    edit_elsewhere(apart)
    assert apart.run(run_config=SENSORS_CONFIG).success
    assert apart.generator.calls[1] == before
    assert apart.generator.bases[1] == apart.versions.versions[0].testset
    assert [stored.summary.row_count for stored in apart.versions.versions] == [24, 24]


def test_a_size_in_the_settings_holds_for_runs_that_name_none(apart: World) -> None:
    build_elsewhere(apart, size=24)
    apart.defaults = RequestDefaults(size=12)
    edit_elsewhere(apart)
    apart.run(run_config=SENSORS_CONFIG)
    assert apart.generator.calls[1].size == 12


def test_rows_that_nobody_asked_to_lose_keep_a_version_from_being_published(apart: World) -> None:
    apart.thresholds = Thresholds(min_row_share=0.5)
    build_elsewhere(apart, size=24)
    apart.generator.shortfall = 6
    edit_elsewhere(apart)
    assert verdicts_of(apart.run(run_config=SENSORS_CONFIG))["does_not_regress"] is False
    assert len(apart.publisher.received) == 2, "the first version, when it was stored and when it became active"


def test_the_checks_of_the_active_version_are_known_after_a_run_by_the_button_that_selects_none(apart: World) -> None:
    build_elsewhere(apart, size=8)
    apart.elsewhere.documents = (a_document("doc-00.md", " ".join(a_sentence(n) for n in range(40, 60))),)
    result = apart.run(run_config={}, asset_selection=BUILT)
    (fresh,) = [one for one in result.get_asset_check_evaluations() if one.check_name == "rows_are_fresh"]
    (activated,) = apart.instance.fetch_materializations(dg.AssetKey("active_version"), limit=1).records
    assert (fresh.passed, fresh.severity, fresh.asset_key) == (False, dg.AssetCheckSeverity.WARN, dg.AssetKey("active_version"))
    assert fresh.target_materialization_data.storage_id == activated.storage_id


def test_a_run_that_may_stop_early_plans_no_check_of_the_active_version(apart: World) -> None:
    build_elsewhere(apart, size=8)
    result = apart.run(run_config={})
    records = apart.instance.get_records_for_run(result.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED).records
    planned = {record.event_log_entry.dagster_event.event_specific_data.asset_key.to_user_string() for record in records}
    assert planned == {key.to_user_string() for key in BUILT[:-1]}
    assert {"rows_are_fresh", "phoenix_matches_the_registry"} <= set(verdicts_of(result))


def test_documents_on_which_no_row_holds_are_told_to_be_another_testsets(apart: World) -> None:
    build_elsewhere(apart, size=8)
    told = read(apart, run_config={"ops": {"source_documents": {"config": {"docs": "sample"}}}})
    assert "No row of the active version" in told[CAUTION]
    assert "golden-assets --testset NAME run --docs FOLDER" in told[CAUTION]
    assert CAUTION not in read(apart, run_config=SENSORS_CONFIG)


def test_documents_that_are_as_they_were_lead_back_to_the_version_of_then(apart: World) -> None:
    build_elsewhere(apart, size=8)
    original = apart.elsewhere.documents
    apart.elsewhere.documents = (a_document("doc-00.md", " ".join(a_sentence(n) for n in range(40, 60))),)
    apart.generator.start = 8
    build_elsewhere(apart)
    apart.elsewhere.documents = original
    result = apart.run(run_config={}, asset_selection=BUILT[:1])
    (fresh,) = [one for one in result.get_asset_check_evaluations() if one.check_name == "rows_are_fresh"]
    assert fresh.metadata["remedy"].value.endswith("golden-assets rollback 1.0.0 --reason WHY.")


def test_the_launchpad_offers_every_choice_with_what_it_means(world: World) -> None:
    config = world.definitions.resolve_job_def("build_testset_job").run_config_schema.config_type.fields["ops"].default_value
    assert config["source_documents"]["config"] == {"docs": "", "include": [], "exclude": []}
    offered = {name: value for name, value in config["generated_testset"]["config"].items() if value is not None}
    assert offered == {"size": 0, "seed": -1}
