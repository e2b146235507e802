"""What identifies a row and a testset, and what is only known about them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from golden_assets.domain.testsets.testset import Testset, TestsetRow, TokenUsage, count_types, request_key
from golden_assets_tests.factories import a_context, a_corpus, a_document, a_request, a_row, a_testset

OTHER_CONTENT = [
    {"user_input": "What else?"},
    {"reference": "Something else."},
    {"contexts": ()},
    {"question_type": "multi_hop_abstract"},
    {"extra": {"reviewer": "ada"}},
]
OTHER_PROVENANCE = [
    {"model": "gpt-4.1-mini"},
    {"seed": 7},
    {"prompt_hash": "0" * 64},
    {"call_ids": ("6f1c", "7a2d")},
    {"run_id": "run-7"},
    {"synthesizer_name": "other"},
    {"persona_name": "engineer"},
    {"query_style": "POOR_GRAMMAR", "query_length": "SHORT"},
    {"contexts": (a_context(document_id="moved.md", document_hash="1" * 64, chunk_hash="2" * 64, start=100, end=150),)},
]


@pytest.mark.parametrize("changes", OTHER_CONTENT)
def test_other_content_is_another_row(changes):
    assert a_row(**changes).row_hash != a_row().row_hash


@pytest.mark.parametrize("changes", OTHER_PROVENANCE)
def test_other_provenance_is_the_same_row(changes):
    assert a_row(**changes).row_hash == a_row().row_hash
    assert a_row(**changes) != a_row()


def test_the_order_of_contexts_is_content():
    first, second = a_context(), a_context(a_corpus().documents[1])
    assert a_row(contexts=(first, second)).row_hash != a_row(contexts=(second, first)).row_hash


def test_a_row_id_is_the_beginning_of_the_hash():
    row = a_row()
    assert row.row_id == "row-" + row.row_hash[:16]
    assert len(row.row_hash) == 64


def test_no_extra_fields_hash_like_before_there_were_any():
    assert "extra" not in a_row().content
    assert a_row(extra={}).row_hash == a_row().row_hash


def test_cited_documents_are_named_once_in_order_of_citation():
    b, a = a_document("b"), a_document("a")
    row = a_row(contexts=(a_context(b), a_context(a), a_context(b)))
    assert row.document_ids == ("b", "a")
    assert a_testset([row, a_row()]).document_ids == {"a", "b", "doc-00.md"}


def test_the_testset_hash_is_about_rows_in_order_and_nothing_else():
    base = a_testset(size=4)
    assert a_testset(base.rows[::-1]).testset_hash != base.testset_hash
    assert a_testset(base.rows[:3]).testset_hash != base.testset_hash
    same = a_testset(base.rows, generator="another", request=a_request(99), usage=TokenUsage(calls=3), corpus_hash="0" * 64)
    assert same.testset_hash == base.testset_hash


def test_the_draft_hash_is_about_everything_but_the_duration():
    base = a_testset(size=4)
    assert a_testset(base.rows, duration_seconds=3.0).draft_hash == base.draft_hash
    assert a_testset(base.rows, usage=TokenUsage(calls=3)).draft_hash != base.draft_hash
    moved = a_row(contexts=(a_context(start=9, end=9),))
    assert a_testset([moved]).draft_hash != a_testset([a_row()]).draft_hash


def test_the_same_question_to_the_same_generator_has_the_same_key_and_any_other_another():
    base = request_key("c" * 64, a_request(5), "v1")
    assert request_key("c" * 64, a_request(5), "v1") == base
    others = [
        ("d" * 64, a_request(5), "v1"),
        ("c" * 64, a_request(6), "v1"),
        ("c" * 64, a_request(5, seed=1), "v1"),
        ("c" * 64, a_request(5), "v2"),
    ]
    assert len({base, *(request_key(*other) for other in others)}) == 5


def test_a_request_that_goes_on_from_other_rows_is_another_one():
    keys = [request_key("c" * 64, a_request(5), "v1", base) for base in (None, "a" * 64, "b" * 64)]
    assert len(set(keys)) == 3
    assert keys[0] == request_key("c" * 64, a_request(5), "v1")


def test_a_testset_survives_json_with_all_its_hashes():
    testset = a_testset(size=5, duration_seconds=1.5)
    again = Testset.model_validate_json(testset.model_dump_json())
    assert again == testset
    assert (again.testset_hash, again.draft_hash) == (testset.testset_hash, testset.draft_hash)


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=20))
def test_types_are_counted_in_order_of_appearance(names):
    counts = count_types(a_row(question_type=name) for name in names)
    assert sum(counts.values()) == len(names)
    assert list(counts) == list(dict.fromkeys(names))


def test_rows_are_frozen_and_refuse_unknown_fields():
    with pytest.raises(ValidationError, match="frozen"):
        a_row().reference = "other"
    with pytest.raises(ValidationError, match="answer"):
        TestsetRow(**a_row().model_dump(), answer="x")


@pytest.mark.parametrize("request_fields", [{"size": 0}, {"size": -3}, {"question_types": {"riddle": 1.0}}])
def test_a_request_for_nothing_or_for_unknown_types_is_refused(request_fields):
    with pytest.raises(ValidationError):
        a_request(**request_fields)


def test_a_span_cannot_begin_before_its_document():
    with pytest.raises(ValidationError, match="start"):
        a_context(start=-1)


def test_a_changed_copy_of_a_row_gets_a_hash_of_its_own() -> None:
    row = a_row()
    before = row.row_hash
    copy = row.model_copy(update={"reference": "Another reference."})
    assert copy.row_hash != before
    assert copy.model_copy(update={"reference": row.reference}).row_hash == before
