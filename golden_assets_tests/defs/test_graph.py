import asyncio
import subprocess
import sys

import dagster as dg

from golden_assets.adapters.testing import InMemoryDocumentSource
from golden_assets.cli.terminal.run_summary import _facts
from golden_assets.definitions import build_definitions
from golden_assets.defs.names import LOCATION
from golden_assets.defs.presentation.reports import describe_verdict
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.evaluate import GATES
from golden_assets.domain.gates.rows import testset_is_large_enough as is_large_enough
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.testsets.testset import RowFailure
from golden_assets_tests.defs.conftest import ELSEWHERE, World, metadata_of, verdicts_of
from golden_assets_tests.factories import a_corpus, a_document, a_report, a_testset, rows_on

LINEAGE = ["source_documents", "generated_testset", "quality_report", "stored_version", "phoenix_dataset", "active_version"]
MONITORING = ["operation_rates", "quality_history", "registry_integrity", "regeneration_proposal", "generation_costs"]
MONITORING_CHECKS = {"operations_meet_their_targets", "quality_holds", "registry_is_intact"}
EVALUATION = ["baseline_experiment", "ab_comparison"]


def test_the_lineage_is_the_one_that_people_read_about() -> None:
    graph = build_definitions().resolve_asset_graph()
    names = [[key.to_user_string() for key in level] for level in graph.toposorted_asset_keys_by_level]
    levels = [[name for name in level if name not in MONITORING] for level in names]
    assert [level[0] for level in levels[:-1]] == LINEAGE[:-1]
    assert sorted(levels[-1]) == sorted([LINEAGE[-1], *EVALUATION])


def test_the_definitions_load_without_what_only_a_run_needs() -> None:
    heavy = "{'numpy', 'scipy', 'pandas', 'ragas', 'phoenix', 'onnxruntime', 'openai', 'sqlalchemy', 'psycopg'}"
    code = f"import sys, golden_assets.definitions; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_asset_says_what_it_is_whose_it_is_and_where_it_belongs() -> None:
    graph = build_definitions().resolve_asset_graph()
    groups = [graph.get(dg.AssetKey(name)).group_name for name in LINEAGE + EVALUATION]
    assert groups == ["sources", "testsets", "quality", "versions", "publishing", "versions", "evaluation", "evaluation"]
    for name in LINEAGE + EVALUATION:
        node = graph.get(dg.AssetKey(name))
        assert node.owners == ["team:rag-quality"]
        assert node.kinds
        assert len(node.description or "") > 40


def test_every_gate_is_an_asset_check_with_its_sentence() -> None:
    graph = build_definitions().resolve_asset_graph()
    checks = {key.name: graph.get_check_spec(key) for key in graph.asset_check_keys}
    assert set(checks) == set(GATES) | MONITORING_CHECKS
    assert {name: spec.description for name, spec in checks.items() if name in GATES} == {
        name: gate.description for name, gate in GATES.items()
    }


def test_only_the_gates_before_generation_and_before_activation_block() -> None:
    graph = build_definitions().resolve_asset_graph()
    blocking = {key.name for key in graph.asset_check_keys if graph.get_check_spec(key).blocking}
    assert blocking == {gate.name for gate in GATES.values() if gate.stage.startswith("pre-") and gate.subject != "approval"}


def test_a_good_testset_goes_all_the_way_to_phoenix(world: World) -> None:
    result = world.run()
    assert result.success
    assert verdicts_of(result) == {name: True for name, gate in GATES.items() if gate.stage != "post-activation"}
    assert [published.summary.version for published in world.publisher.received] == ["1.0.0"]
    assert metadata_of(result, "stored_version")["status"] == "validated"
    assert metadata_of(result, "generated_testset")["rows"] == 8


def test_materializations_carry_counts_hashes_tables_previews_and_cost(world: World) -> None:
    result = world.run()
    corpus, testset = metadata_of(result, "source_documents"), metadata_of(result, "generated_testset")
    assert corpus["documents"] == 4
    assert len(corpus["corpus_hash"]) == 64
    assert len(corpus["document_table"].records) == 4
    assert testset["cost_usd"] == 0.5
    assert testset["model_calls"] == 8
    assert testset["preview"].records[0].data["question"].endswith("?")
    report = metadata_of(result, "quality_report")
    assert len(report["gates"].records) > 5
    assert report["measure/question_words_median"] > 3
    assert report["pictures"].count("data:image/svg+xml;base64,") >= 5
    assert metadata_of(result, "phoenix_dataset")["examples"] == 8


def test_data_versions_are_the_content_hashes(world: World) -> None:
    result = world.run()
    (corpus,) = result.asset_materializations_for_node("source_documents")
    (testset,) = result.asset_materializations_for_node("generated_testset")
    assert corpus.tags["dagster/data_version"] == metadata_of(result, "source_documents")["corpus_hash"]
    assert testset.tags["dagster/data_version"] == metadata_of(result, "generated_testset")["testset_hash"]


def test_a_testset_that_fails_a_gate_is_stored_as_failed_and_goes_no_further(world: World) -> None:
    world.generator.spoil = lambda rows: (*rows[:-1], rows[-1].model_copy(update={"user_input": rows[0].user_input}))
    result = world.run()
    assert not result.success
    assert verdicts_of(result)["questions_are_unique"] is False
    assert verdicts_of(result)["gates_passed"] is False
    (stored,) = world.versions.versions
    assert stored.summary.status == "failed"
    assert [verdict.name for verdict in stored.report.verdicts if not verdict.passed] == ["questions_are_unique"]
    assert world.publisher.received == []


def test_unusable_documents_stop_the_run_before_anything_is_paid_for(world: World) -> None:
    world.source.documents = (a_document("note.md", "Hello."),)
    result = world.run()
    assert not result.success
    before = {"documents_are_usable": False, "configuration_is_valid": True, "budget_remains": True}
    assert verdicts_of(result) == before
    assert world.generator.calls == []
    assert world.versions.versions == []


def test_every_check_has_the_same_metadata_keys_and_only_a_failed_one_a_remedy_and_offenders(world: World) -> None:
    built = world.run()
    request = world.tick("promotion_sensor")
    promoted = world.run("promote_version_job", run_config=request.run_config, tags=request.tags)
    monitored = world.run("monitor_testset_job")
    evaluations = [one for result in (built, promoted, monitored) for one in result.get_asset_check_evaluations()]
    assert {one.check_name for one in evaluations} == {key.name for key in build_definitions().resolve_asset_graph().asset_check_keys}
    keys = {frozenset(evaluation.metadata) - {"n", "power", "remedy"} for evaluation in evaluations}
    assert keys == {
        frozenset(
            ["verdict", "measured", "threshold", "comparison", "explanation", "offenders", "offender_count", "thresholds_fingerprint"]
        )
    }
    assert all(("remedy" in one.metadata) is not one.passed for one in evaluations)
    assert all(one.metadata["offender_count"].value == 0 for one in evaluations if one.passed)
    judged = {evaluation.check_name: evaluation.metadata for evaluation in evaluations}
    assert judged["questions_are_unique"]["n"].value == 8
    assert 0 < judged["question_types_match_target"]["power"].value < 1
    assert {evaluation.metadata["thresholds_fingerprint"].value for evaluation in evaluations} == {world.thresholds.fingerprint}


def test_what_a_passed_gate_names_all_the_same_is_only_noted() -> None:
    testset = a_testset(failures=(RowFailure(subject="empty.md", reason="no prose", remedy="none"),))
    verdict = is_large_enough(testset, Thresholds())
    shown = describe_verdict(verdict)
    assert (verdict.passed, shown["offenders"], shown["offender_count"]) == (True, [], 0)
    assert shown["noted"] == ["empty.md: no prose"]
    failed = describe_verdict(is_large_enough(testset, Thresholds(min_rows=100)))
    assert (failed["offenders"], failed["offender_count"]) == (["empty.md: no prose"], 1)
    assert "Ask for fewer rows" in failed["remedy"]


def test_a_second_run_on_the_same_documents_pays_nothing_and_makes_no_version(world: World) -> None:
    world.run()
    again = world.run()
    assert again.success
    assert len(world.generator.calls) == 1
    assert metadata_of(again, "generated_testset")["reused_draft"] is True
    assert metadata_of(again, "generated_testset")["cost_usd"] == 0
    assert metadata_of(again, "stored_version")["created"] is False
    assert len(world.versions.versions) == 1


def test_a_testset_that_fell_short_is_asked_for_again(world: World) -> None:
    world.generator.shortfall = 4
    world.run()
    world.generator.shortfall = 0
    result = world.run()
    assert len(world.generator.calls) == 2
    assert metadata_of(result, "generated_testset")["rows"] == 8


def test_changed_documents_make_a_new_version_and_the_diff_is_shown(world: World) -> None:
    world.run()
    world.generator.start = 2
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    result = world.run()
    assert metadata_of(result, "stored_version")["created"] is True
    assert metadata_of(result, "stored_version")["rows_added"] > 0
    assert metadata_of(result, "stored_version")["compared_with"] == "1.0.0"
    assert len(world.versions.versions) == 2


def test_phoenix_down_leaves_the_version_validated_and_the_next_run_publishes_it(world: World) -> None:
    from golden_assets.domain.core.errors import PublishingError

    world.publisher.error = PublishingError("Phoenix is down", "start it")
    assert not world.run().success
    assert [stored.summary.status for stored in world.versions.versions] == ["validated"]
    world.publisher.error = None
    assert world.run().success
    assert len(world.publisher.received) == 1


def test_a_failed_version_is_refused_even_when_its_publication_is_materialized_alone(world: World) -> None:
    world.generator.spoil = lambda rows: (*rows[:-1], rows[-1].model_copy(update={"user_input": rows[0].user_input}))
    world.run()
    alone = world.run(run_config={}, asset_selection=[dg.AssetKey("phoenix_dataset")])
    assert not alone.success
    assert world.publisher.received == []


def test_an_asset_without_its_upstream_says_what_to_materialize(world: World) -> None:
    result = world.run(run_config={}, asset_selection=[dg.AssetKey("quality_report")])
    assert not result.success
    failure = next(event for event in result.all_events if event.is_step_failure)
    assert "source_documents has not been materialized yet" in failure.step_failure_data.error.to_string()


def test_a_negative_size_is_refused_before_anything_is_generated(world: World) -> None:
    result = world.run(size=-3)
    assert not result.success
    failure = next(event for event in result.all_events if event.is_step_failure)
    assert "greater than or equal to 0" in failure.step_failure_data.error.to_string()
    assert world.generator.calls == []


def test_what_reviewers_decided_becomes_the_next_version_under_their_names(world: World) -> None:
    world.run()
    rows = world.versions.versions[0].testset.rows
    world.versions.reviews["1.0.0"] = [
        RowDecision(row_id=rows[0].row_id, decision="edit", reviewer="Ada", user_input=f"Exactly {rows[0].user_input}"),
        RowDecision(row_id=rows[1].row_id, decision="approve", reviewer="Bob"),
    ]
    calls = len(world.generator.calls)
    result = world.run(run_config={"ops": {"generated_testset": {"config": {"review_of": "1.0.0"}}}})
    assert result.success
    assert len(world.generator.calls) == calls
    assert world.budget.asked[-1] == 0
    stored = world.versions.versions[1]
    assert stored.summary.created_by == "Ada, Bob (review of 1.0.0)"
    assert [row.user_input for row in stored.testset.rows] == [f"Exactly {rows[0].user_input}", *(row.user_input for row in rows[1:])]
    told = metadata_of(result, "stored_version")
    assert (told["rows_added"], told["rows_unchanged"], told["compared_with"]) == (1, 7, "1.0.0")
    facts = dict(_facts({"generated_testset": metadata_of(result, "generated_testset")}))
    assert facts["rows"] == "8 left by the review of 1.0.0, from 4 documents"
    assert facts["tokens and cost"] == "nothing: no row had to be written"


def test_a_review_is_judged_on_the_documents_that_its_version_was_made_from(world: World) -> None:
    world.run(run_config={"ops": {"source_documents": {"config": {"docs": ELSEWHERE}}}})
    world.source = InMemoryDocumentSource((a_document("of-another-testset.md"),))
    world.run(run_config={"ops": {"source_documents": {"config": {"docs": "sample"}}}})
    rows = world.versions.versions[0].testset.rows
    world.versions.reviews["1.0.0"] = [RowDecision(row_id=rows[0].row_id, decision="approve", reviewer="Ada")]
    result = world.run(run_config={"ops": {"generated_testset": {"config": {"review_of": "1.0.0"}}}})
    told = metadata_of(result, "source_documents")
    assert (told[LOCATION], told["corpus_hash"]) == (ELSEWHERE, world.versions.versions[0].summary.corpus_hash)
    assert "rows_generated" not in metadata_of(result, "generated_testset")


def test_changes_are_told_against_the_version_in_use_whatever_was_stored_since(world: World) -> None:
    world.run()
    request = world.tick("promotion_sensor")
    assert world.run("promote_version_job", run_config=request.run_config, tags=request.tags).success
    strange = a_testset(rows_on(a_corpus(), 5, start=90))
    asyncio.run(world.versions.create_version(strange, a_report(strange), created_by="t", run_id=None))
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    assert metadata_of(world.run(), "stored_version")["compared_with"] == "1.0.0"


def test_a_review_without_decisions_is_refused(world: World) -> None:
    world.run()
    result = world.run(run_config={"ops": {"generated_testset": {"config": {"review_of": "1.0.0"}}}})
    assert not result.success
    assert len(world.versions.versions) == 1
