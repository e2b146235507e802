"""What is found wrong with a single row, one planted defect at a time."""

import pytest

from golden_assets.domain.testsets.row_checks import (
    context_is_verbatim,
    hops_are_distinct,
    measure_grounding,
    measure_rows,
    reference_is_finished,
    row_faults,
)
from golden_assets_tests.factories import a_context, a_corpus, a_document, a_row, a_sentence, changed, rows_on

CORPUS = a_corpus()
FIRST = CORPUS.documents[0]


def test_complete_rows_have_no_fault():
    assert [row_faults(row) for row in rows_on(CORPUS, 12)] == [()] * 12


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"user_input": ""}, "the question is empty"),
        ({"user_input": " \t"}, "the question is empty"),
        ({"user_input": "?!"}, "the question has no word"),
        ({"user_input": "12 + 30 = 42"}, "the question has no word"),
        ({"user_input": "Why so?"}, "the question has fewer than 3 words"),
        ({"reference": "\n"}, "the reference answer is empty"),
        ({"user_input": "What is a pump?", "reference": "what is a PUMP"}, "the reference answer repeats the question"),
        ({"user_input": "What is a pump" + "p" * 5_000}, "the question has 5,014 characters, more than 5,000"),
        ({"reference": "It stops. " * 2_001}, "the reference answer has 20,010 characters, more than 20,000"),
        ({"contexts": ()}, "no context is cited"),
        ({"contexts": (a_context(), changed(a_context(), text="  "))}, "a cited context is empty"),
    ],
)
def test_each_defect_is_found_and_nothing_else(changes, fault):
    assert row_faults(a_row(**changes)) == (fault,)


def test_several_defects_of_one_row_are_all_named():
    assert row_faults(a_row(user_input="", reference="", contexts=())) == (
        "the question is empty",
        "the reference answer is empty",
        "no context is cited",
    )


def test_a_question_in_a_script_without_spaces_is_not_too_short():
    assert row_faults(a_row(user_input="泵如何停止？")) == row_faults(a_row(user_input="什么是泵？")) == ()
    assert row_faults(a_row(user_input="泵？")) == ("the question has fewer than 2 words",)


@pytest.mark.parametrize("reference", ["It stops.", 'She said "stop."', "Is it (so?)", "停止。", "Use `stop`!*", "See below:"])
def test_a_reference_with_closing_punctuation_is_finished(reference):
    assert reference_is_finished(a_row(reference=reference))


@pytest.mark.parametrize("reference", ["It stops when the", "", "`stop`", "42"])
def test_a_reference_that_breaks_off_is_counted_as_unfinished_but_is_no_fault_by_itself(reference):
    row = a_row(reference=reference)
    assert not reference_is_finished(row)
    assert measure_rows([row]).unfinished_references == 1


def test_a_context_is_verbatim_where_it_stands():
    assert context_is_verbatim(a_context(FIRST), CORPUS)
    assert context_is_verbatim(a_context(FIRST, FIRST.text), CORPUS)


@pytest.mark.parametrize(
    "changes",
    [
        {"document_id": "elsewhere.md"},
        {"start": 1, "end": 1 + len(a_sentence(0))},
        {"end": 10_000},
        {"end": 0},
        {"text": "The pump of the cellar cools unit 1 every Monday."},
        {"text": a_sentence(0).lower()},
        {"text": "", "end": 0},
    ],
)
def test_a_context_that_is_changed_moved_or_empty_is_astray(changes):
    assert not context_is_verbatim(changed(a_context(FIRST), **changes), CORPUS)


def test_a_span_beyond_the_end_of_the_document_is_astray_although_slicing_forgives_it():
    document = a_document("short.md", "Ends here.")
    assert not context_is_verbatim(a_context(document, end=11), a_corpus(document))


def test_astray_contexts_are_named_by_row_number_and_document():
    good, bad = a_context(), a_context(text=a_sentence(1), start=0)
    row = a_row(contexts=(good, bad))
    assert measure_grounding([a_row(), row], CORPUS).astray == (f"{row.row_id}: context 2 of doc-00.md",)
    assert measure_grounding([a_row(), row], CORPUS).contexts == 3


def test_two_sentences_of_two_chunks_are_two_hops():
    assert hops_are_distinct(a_row(contexts=(a_context(FIRST, a_sentence(0)), a_context(FIRST, a_sentence(1)))))


@pytest.mark.parametrize(
    "contexts",
    [
        (),
        (a_context(),),
        (a_context(), a_context()),
        (a_context(), a_context(text=a_sentence(1), chunk_hash=a_context().chunk_hash)),
        (a_context(), a_context(document_id="copy.md", chunk_hash="f" * 64)),
    ],
    ids=["none", "one", "twice the same", "one chunk quoted twice", "the same words in a copy"],
)
def test_fewer_than_two_different_passages_are_no_hops(contexts):
    assert not hops_are_distinct(a_row(contexts=contexts))


def test_only_multi_hop_rows_must_hop():
    single, false = a_row(), a_row(question_type="multi_hop_abstract")
    measured = measure_rows([single, false, a_row(question_type="imported")])
    assert measured.multi_hop == 1
    assert measured.false_hops == (f"{false.row_id}: {false.user_input}",)


def test_rows_are_counted_once_however_many_faults_they_have():
    measured = measure_rows([a_row(), a_row(user_input="", reference="")])
    assert measured.incomplete == len(measured.faults) == 1
    assert measured.faults[0].endswith(": the question is empty, the reference answer is empty")
