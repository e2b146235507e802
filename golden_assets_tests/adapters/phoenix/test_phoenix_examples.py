"""Rows as examples, and how differences are told; no server needed."""

import pytest

from golden_assets.adapters.phoenix.examples import differences, examples_of, version_held_by
from golden_assets.domain.core.errors import PublishingError
from golden_assets_tests.adapters.phoenix.versions import CONTEXT, a_row, a_version, rows
from golden_assets_tests.factories import a_corpus, a_report


def test_an_example_carries_question_reference_and_everything_known_about_the_row() -> None:
    row = a_row("How high?", persona_name="Operator", query_style="short", query_length="short", seed=0, prompt_hash="p", extra={"note": 1})
    row = row.model_copy(update={"call_ids": ("c1", "c2"), "run_id": "r"})
    version = a_version("pumps", [row], "1.2.0")
    (example,) = examples_of(version)
    assert example["id"] == row.row_id
    assert example["input"] == {"question": "How high?"}
    assert example["output"] == {"reference": "40 bar"}
    assert example["metadata"] == {
        "version": "1.2.0",
        "testset_name": "pumps",
        "testset_hash": version.testset.testset_hash,
        "stage": "unvalidated",
        "split": "test",
        "row_id": row.row_id,
        "row_hash": row.row_hash,
        "question_type": "single_hop_specific",
        "synthesizer": "single_hop_specific_query_synthesizer",
        "model": "extractive",
        "document_ids": ["guide.md"],
        "contexts": [CONTEXT.text],
        "provenance": [{"document_id": "guide.md", "document_hash": "d" * 64, "chunk_hash": "c" * 64, "start": 12, "end": 34}],
        "persona": "Operator",
        "query_style": "short",
        "query_length": "short",
        "prompt_hash": "p",
        "seed": 0,
        "call_ids": ["c1", "c2"],
        "run_id": "r",
        "extra": {"note": 1},
    }


def test_optional_fields_that_are_not_set_are_left_out() -> None:
    (example,) = examples_of(a_version("pumps", rows("How high?")))
    assert {"persona", "query_style", "query_length", "prompt_hash", "seed", "call_ids", "run_id", "extra"}.isdisjoint(example["metadata"])


def test_stage_and_split_are_plain_metadata() -> None:
    row = a_row("How high?", extra={"split": "dev"})
    passed = a_version("pumps", [row])
    report = a_report(passed.testset, a_corpus())
    (example,) = examples_of(passed.model_copy(update={"report": report.model_copy(update={"verdicts": report.verdicts[:1]})}))
    assert (example["metadata"]["stage"], example["metadata"]["split"]) == ("validated", "dev")


def test_the_version_that_most_examples_belong_to_is_the_one_held() -> None:
    old, new = examples_of(a_version("pumps", rows("a?"))), examples_of(a_version("pumps", rows("b?", "c?"), "1.1.0"))
    assert version_held_by([*old, *new]) == "1.1.0"
    assert version_held_by([]) is None


def test_examples_stand_in_the_order_of_the_rows() -> None:
    assert [e["input"]["question"] for e in examples_of(a_version("pumps", rows("b?", "a?", "c?")))] == ["b?", "a?", "c?"]


def test_a_version_without_rows_is_not_published() -> None:
    with pytest.raises(PublishingError, match=r"version 1\.0\.0 of 'pumps' has no rows"):
        examples_of(a_version("pumps", []))


def test_the_same_row_twice_is_named() -> None:
    version = a_version("pumps", rows("a?", "b?", "a?"))
    with pytest.raises(PublishingError, match=f"has {version.testset.rows[0].row_id} twice"):
        examples_of(version)


def test_equal_examples_in_another_order_with_fields_of_the_server_do_not_differ() -> None:
    sent = examples_of(a_version("pumps", rows("a?", "b?")))
    assert not differences(sent, [{**dict(example), "node_id": "n", "updated_at": "now"} for example in reversed(sent)])


@pytest.mark.parametrize("field", ["input", "output", "metadata"])
def test_an_altered_field_is_named_with_its_row(field: str) -> None:
    sent = examples_of(a_version("pumps", rows("a?", "b?")))
    found = differences(sent, [dict(sent[0]), {**dict(sent[1]), field: {"other": 1}}])
    assert found.altered == {sent[1]["id"]: field}
    assert str(found) == f"{sent[1]['id']} differs in its {field} (1 altered, 0 missing, 0 unexpected)"


def test_missing_and_unexpected_rows_are_counted_and_the_first_is_named() -> None:
    sent = examples_of(a_version("pumps", rows("a?", "b?", "c?")))
    found = differences(sent[:2], [dict(sent[2])])
    assert found.missing == (sent[0]["id"], sent[1]["id"])
    assert found.unexpected == (sent[2]["id"],)
    assert str(found) == f"{sent[0]['id']} is missing (0 altered, 2 missing, 1 unexpected)"
    assert str(differences([], [dict(sent[2])])) == f"{sent[2]['id']} does not belong to it (0 altered, 0 missing, 1 unexpected)"
