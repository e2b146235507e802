"""Regeneration in the graph: the base, the counts, the change report, the hint on the active version, and the threshold of change."""

from typing import Any

import dagster as dg
import pytest

from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
from golden_assets.cli.terminal.run_summary import _facts
from golden_assets.definitions import build_definitions
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Document
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.freshness import classify_rows
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.adapters.ragas.scripted import LetterEmbedder, ScriptedModel, handbook
from golden_assets_tests.defs.conftest import World, metadata_of, verdicts_of
from golden_assets_tests.factories import TARGETS, a_document, a_sentence

STATES = ("fresh", "moved", "reformatted", "stale", "orphaned")


def promote(world: World) -> dg.ExecuteInProcessResult:
    request = world.tick("promotion_sensor")
    return world.run("promote_version_job", run_config=request.run_config, tags=request.tags)


def edit(world: World, old: str, new: str, position: int = 0) -> None:
    documents = list(world.source.documents)
    documents[position] = Document.of(documents[position].document_id, documents[position].text.replace(old, new))
    world.source.documents = tuple(documents)


def counts(metadata: dict[str, Any]) -> dict[str, int]:
    return {state: metadata[f"rows_{state}"] for state in STATES}


def hint(result: dg.ExecuteInProcessResult) -> Any:
    (evaluation,) = [check for check in result.get_asset_check_evaluations() if check.check_name == "rows_are_fresh"]
    return evaluation


def test_the_first_testset_goes_on_from_nothing(world: World) -> None:
    result = world.run()
    assert world.generator.bases == [None]
    assert "rows_fresh" not in metadata_of(result, "generated_testset")


def test_the_generator_goes_on_from_the_active_version(world: World) -> None:
    world.run()
    promote(world)
    edit(world, "unit 0 ", "unit 1000 ")
    world.run()
    assert world.generator.bases[1] == world.versions.versions[0].testset


def test_before_anything_is_active_it_goes_on_from_the_newest_that_passed_its_gates(world: World) -> None:
    world.run()
    world.generator.spoil = lambda rows: (*rows[:-1], rows[-1].model_copy(update={"user_input": rows[0].user_input}))
    edit(world, "unit 0 ", "unit 1000 ")
    world.run()
    assert [stored.summary.status for stored in world.versions.versions] == ["validated", "failed"]
    edit(world, "unit 1 ", "unit 1001 ")
    world.run()
    assert world.generator.bases[2] == world.versions.versions[0].testset


@pytest.mark.parametrize("config", [{"size": 8, "seed": 1}])
def test_another_seed_means_other_rows_and_goes_on_from_nothing(world: World, config: dict[str, int]) -> None:
    world.run()
    world.run(run_config={"ops": {"generated_testset": {"config": config}}})
    assert world.generator.bases == [None, None]


def test_rows_are_counted_by_state_and_documents_listed_by_change(world: World) -> None:
    world.run()
    edit(world, a_sentence(0), f"A new start. {a_sentence(0)}")
    edit(world, "unit 8 ", "unit 1008 ", position=1)
    world.source.documents = (*world.source.documents[:3], a_document("z-new.md"))
    metadata = metadata_of(world.run(), "generated_testset")
    assert counts(metadata) == {"fresh": 2, "moved": 3, "reformatted": 0, "stale": 1, "orphaned": 2}
    changes = {record.data["document_id"]: record.data["kind"] for record in metadata["change_table"].records}
    assert changes == {"doc-00.md": "content", "doc-01.md": "content", "doc-03.md": "removed", "z-new.md": "added"}
    assert 0 < metadata["changed_share"] < 1
    assert metadata["documents_changed"] == 4
    assert metadata["base_testset_hash"] == world.versions.versions[0].summary.testset_hash


def test_a_draft_is_reused_only_for_the_base_it_went_on_from(world: World) -> None:
    world.run()
    edit(world, "unit 0 ", "unit 1000 ")
    first = world.run()
    again = world.run()
    assert len(world.generator.calls) == 2
    assert metadata_of(first, "generated_testset")["reused_draft"] is False
    assert metadata_of(again, "generated_testset")["reused_draft"] is True
    promote(world)
    assert metadata_of(world.run(), "generated_testset")["reused_draft"] is True
    assert len(world.generator.calls) == 2


def test_content_that_returns_is_answered_by_the_draft_of_then(world: World) -> None:
    original = world.source.documents
    world.run()
    edit(world, "unit 0 ", "unit 1000 ")
    world.run()
    world.source.documents = original
    assert metadata_of(world.run(), "generated_testset")["reused_draft"] is True
    assert len(world.generator.calls) == 2


def test_the_hint_has_nothing_to_say_before_a_version_is_active(world: World) -> None:
    assert "rows_are_fresh" not in verdicts_of(world.run())
    evaluation = hint(world.check("rows_are_fresh"))
    assert evaluation.passed
    assert "Of 0 rows" in evaluation.metadata["explanation"].value


def test_the_active_version_is_held_against_the_documents_when_it_becomes_active(world: World) -> None:
    world.run()
    evaluation = hint(promote(world))
    assert evaluation.passed
    assert evaluation.metadata["explanation"].value.startswith("Of 8 rows 8 are fresh")


def test_the_hint_warns_of_stale_rows_when_the_documents_are_read_again_and_holds_nothing(world: World) -> None:
    world.run()
    promote(world)
    edit(world, "unit 0 ", "unit 1000 ")
    result = world.run()
    evaluation = hint(result)
    assert result.success
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert evaluation.metadata["measured"].value == evaluation.metadata["offender_count"].value > 0
    stale = {offender.partition(":")[0] for offender in evaluation.metadata["offenders"].value}
    assert stale <= {row.row_id for row in world.versions.versions[0].testset.rows}


def test_moved_text_raises_no_warning(world: World) -> None:
    world.run()
    promote(world)
    edit(world, a_sentence(0), f"A new start.\n\n{a_sentence(0)}")
    evaluation = hint(world.run())
    assert evaluation.passed
    assert "2 cite passages that moved" in evaluation.metadata["explanation"].value


def test_where_rows_stand_is_noted_when_all_of_them_merely_moved(world: World) -> None:
    world.run()
    promote(world)
    world.source.documents = tuple(Document.of(d.document_id, f"A new start.\n\n{d.text}") for d in world.source.documents)
    corpus = world.source.read()
    world.generator.spoil = lambda rows: tuple(item.row for item in classify_rows(world.versions.versions[0].testset.rows, corpus))
    moved = metadata_of(world.run(), "stored_version")
    assert (moved["version"], moved["created"], moved["provenance_updated"]) == ("1.0.0", False, True)
    again = world.run()
    assert hint(again).metadata["explanation"].value.startswith("Of 8 rows 8 are fresh")
    assert metadata_of(again, "stored_version")["provenance_updated"] is False
    assert counts(metadata_of(again, "generated_testset"))["fresh"] == 8
    assert metadata_of(again, "generated_testset")["documents_changed"] == 0


def test_the_hint_does_not_block() -> None:
    graph = build_definitions().resolve_asset_graph()
    (key,) = [key for key in graph.asset_check_keys if key.name == "rows_are_fresh"]
    assert key.asset_key == dg.AssetKey("active_version")
    assert not graph.get_check_spec(key).blocking


def test_a_change_below_the_threshold_starts_nothing_and_is_weighed_once(world: World) -> None:
    world.run()
    world.min_change = 0.2
    edit(world, "unit 0 ", "unit 1000 ")
    first = world.tick("document_change_sensor")
    assert not first.run_requests
    assert "20.00% start a regeneration" in first.skip_reason.skip_message
    reads = []
    world.source.read = lambda: reads.append("read")  # type: ignore[method-assign]
    second = world.tick("document_change_sensor", first.cursor)
    assert second.skip_reason.skip_message == first.skip_reason.skip_message
    assert reads == []


def test_small_changes_add_up_until_they_reach_the_threshold(world: World) -> None:
    world.run()
    world.min_change = 0.2
    cursor = None
    for unit in (0, 1, 2, 8, 9, 10, 16, 17, 18, 24):
        edit(world, f"unit {unit} ", f"unit {unit + 1000} ", position=unit // 8)
        result = world.tick("document_change_sensor", cursor)
        if result.run_requests:
            break
        cursor = result.cursor
    assert 3 < unit < 24


def test_the_share_is_weighed_anew_when_other_documents_were_materialized(world: World) -> None:
    world.run()
    world.min_change = 0.2
    edit(world, "unit 0 ", "unit 1000 ")
    cursor = world.tick("document_change_sensor").cursor
    edited = world.source.documents
    world.source.documents = (a_document("other.md", " ".join(a_sentence(n) for n in range(40, 60))),)
    world.run(run_config={}, asset_selection=[dg.AssetKey("source_documents")])
    world.source.documents = edited
    assert world.tick("document_change_sensor", cursor).run_requests


def test_by_default_any_change_of_content_starts_a_regeneration_and_metadata_none(world: World) -> None:
    world.run()
    first = world.source.documents[0]
    world.source.documents = (Document.of(first.document_id, first.text, {"owner": "x"}), *world.source.documents[1:])
    assert not world.tick("document_change_sensor").run_requests
    edit(world, ". ", ".\n")
    assert world.tick("document_change_sensor").run_requests


def decide(world: World, version: str, *rejected: TestsetRow) -> None:
    world.versions.reviews[version] = [
        RowDecision(row_id=row.row_id, decision="reject", reviewer="Ada", reason="nobody asks this") for row in rejected
    ]


def test_what_was_rejected_in_a_review_is_not_answered_by_the_draft_of_before(world: World) -> None:
    embedder = LetterEmbedder()
    world.generator = RagasTestsetGenerator(ScriptedModel(), embedder, question_types=TARGETS)
    world.source.documents = handbook(8).documents
    world.thresholds = Thresholds(max_ungrounded_share=1.0)
    world.run()
    first = world.versions.versions[0].testset
    decide(world, "1.0.0", first.rows[0], first.rows[5])
    world.run()
    (_, second) = [stored.testset for stored in world.versions.versions]
    assert len(second.rows) == 8
    assert {row.row_id for row in first.rows} - {row.row_id for row in second.rows} == {first.rows[0].row_id, first.rows[5].row_id}


def test_a_review_that_has_become_the_active_version_holds_for_the_next_one(world: World) -> None:
    world.run()
    rejected = world.versions.versions[0].testset.rows[1]
    decide(world, "1.0.0", rejected)
    world.run(run_config={"ops": {"generated_testset": {"config": {"review_of": "1.0.0"}}}})
    promote(world)
    world.run()
    base = world.generator.bases[-1]
    assert len(world.generator.calls) == 2
    assert base is not None
    assert rejected.row_id in base.rejected_ids
    assert rejected.row_id not in {row.row_id for row in base.rows}


def test_another_seed_takes_over_no_row_and_knows_what_was_rejected(world: World) -> None:
    world.run()
    rejected = world.versions.versions[0].testset.rows[1]
    decide(world, "1.0.0", rejected)
    world.run(run_config={"ops": {"generated_testset": {"config": {"size": 8, "seed": 1}}}})
    base = world.generator.bases[-1]
    assert base is not None
    assert (base.rows, base.rejected_ids) == ((), {rejected.row_id})


class Grumbler:
    """A `RowCritic` that rejects the rows with these ids."""

    version = "grumbler"

    def __init__(self, *row_ids: str) -> None:
        self._row_ids = row_ids

    async def judge(self, row: TestsetRow) -> tuple[Finding, ...]:
        said = Finding(row_id=row.row_id, critic="grumbler", score=0.0, verdict="rejected", reason="it was told so")
        return (said,) if row.row_id in self._row_ids else ()


def test_a_critic_that_is_switched_on_has_the_rows_that_it_rejects_replaced_and_no_others(world: World) -> None:
    world.generator = RagasTestsetGenerator(ScriptedModel(), LetterEmbedder(), question_types=TARGETS)
    world.source.documents = handbook(8).documents
    world.thresholds = Thresholds(max_ungrounded_share=1.0)
    world.run()
    promote(world)
    before = world.versions.versions[0].testset.rows
    bad = {before[1].row_id, before[6].row_id}
    world.generator = RagasTestsetGenerator(ScriptedModel(), LetterEmbedder(), question_types=TARGETS, critic=Grumbler(*bad))
    metadata = metadata_of(world.run(), "generated_testset")
    after = world.versions.versions[1].testset.rows
    assert {old.row_id for old, new in zip(before, after, strict=True) if old != new} == bad
    assert (metadata["rows_refused"], metadata["rows_retired"], metadata["rows_generated"], metadata["rows_rejected"]) == (2, 0, 2, 0)
    assert [record.data["reason"] for record in metadata["refused_rows"].records] == ["it was told so"] * 2
    promote(world)
    assert metadata_of(world.run(), "generated_testset")["reused_draft"] is True


def test_what_reviewers_said_of_a_version_that_was_never_activated_holds_for_the_next_one(world: World) -> None:
    world.run()
    promote(world)
    edit(world, "unit 0 ", "unit 1000 ")
    world.generator.start = 3
    world.run()
    (active, waiting) = (stored.testset.rows for stored in world.versions.versions)
    new = [row for row in waiting if row.row_id not in {one.row_id for one in active}]
    world.versions.reviews["1.1.0"] = [
        RowDecision(row_id=new[0].row_id, decision="approve", reviewer="Ada"),
        RowDecision(row_id=new[1].row_id, decision="reject", reviewer="Ada", reason="trivial"),
    ]
    edit(world, "unit 1 ", "unit 1001 ")
    world.run()
    base = world.generator.bases[-1]
    assert base is not None
    assert new[0].row_id in base.approved
    assert {row.row_id for row in base.rows} == {*(row.row_id for row in active), new[0].row_id}
    assert new[1].row_id in base.rejected_ids


def test_a_draft_of_before_is_not_used_where_it_lacks_a_row_that_people_approved_since(world: World) -> None:
    original = world.source.documents
    world.run()
    edit(world, "unit 0 ", "unit 1000 ")
    world.generator.start = 4
    world.run()
    promote(world)
    added = world.versions.versions[1].testset.rows[-1]
    world.versions.reviews["1.1.0"] = [RowDecision(row_id=added.row_id, decision="approve", reviewer="Ada")]
    world.source.documents = original
    assert metadata_of(world.run(), "generated_testset")["reused_draft"] is False
    assert len(world.generator.calls) == 3


def test_a_finished_review_writes_rows_again_whose_passages_changed_meanwhile_and_passes_its_gates(world: World) -> None:
    world.generator = RagasTestsetGenerator(ScriptedModel(), LetterEmbedder(), question_types=TARGETS)
    world.source.documents = handbook(8).documents
    world.thresholds = Thresholds(max_ungrounded_share=1.0)
    world.run(size=20)
    rows = world.versions.versions[0].testset.rows
    world.versions.reviews["1.0.0"] = [
        RowDecision(row_id=rows[0].row_id, decision="reject", reviewer="Ada", reason="trivial"),
        RowDecision(row_id=rows[1].row_id, decision="approve", reviewer="Ada"),
        RowDecision(row_id=rows[2].row_id, decision="edit", reviewer="Ada", reference="As Ada says."),
    ]
    changed_document = next(n for n, d in enumerate(world.source.documents) if d.document_id == rows[5].document_ids[0])
    edit(world, "in place", "at the place", position=changed_document)
    stale = [item for item in classify_rows(rows[1:], world.source.read()) if item.state == "stale"]
    assert len(stale) > 1, "with the rejected row more than a tenth of all"
    result = world.run(run_config={"ops": {"generated_testset": {"config": {"review_of": "1.0.0"}}}})
    assert result.success
    metadata = metadata_of(result, "generated_testset")
    assert (metadata["rows"], metadata["rows_written"], metadata["rows_asked"]) == (19, len(stale), 20)
    assert world.budget.asked[-1] == len(stale)
    after = world.versions.versions[1].testset
    kept = {row.row_id for row in rows[3:]} - {item.row.row_id for item in stale}
    assert kept < {row.row_id for row in after.rows}
    assert "As Ada says." in {row.reference for row in after.rows}
    assert rows[0].row_id in after.rejected_ids
    assert "19 left by the review of 1.0.0, " in dict(_facts({"generated_testset": metadata}))["rows"]
