"""Fields that are there and not right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.quality.answer_shape import MAX_ANSWER_WORDS, MAX_QUESTION_WORDS, is_cut_off, measure_fields
from golden_assets_tests.factories import a_row


@pytest.mark.parametrize(
    "text",
    ["The pump starts when the", "It takes 40 bar, ", "It takes…", "It takes...", "The valve (", "Open it and", "A-", "[", "Whose of"],
)
def test_a_text_that_ends_in_the_middle_is_cut_off(text):
    assert is_cut_off(text)


@pytest.mark.parametrize(
    "text",
    ["The pump starts.", "40 bar", "", "It is turned on", "log in", "`cd ..`", "水泵停止", "C++", "Why?", "at 5 %", "bathe", "(see above)"],
)
def test_a_text_that_merely_lacks_a_full_stop_is_not(text):
    assert not is_cut_off(text)


def test_each_fault_names_its_rows_and_shows_the_end_of_the_text():
    rows = [
        a_row(reference="The pump starts when the"),
        a_row(user_input="How is the pump " + "and the valve " * 20),
        a_row(reference="pump"),
        a_row(reference="word " * (MAX_ANSWER_WORDS + 1)),
        a_row(),
    ]
    found = measure_fields(rows)
    assert found.truncated == (f"{rows[0].row_id}: The pump starts when the",)
    assert [line.split(":")[0] for line in found.long_questions] == [rows[1].row_id]
    assert found.short_answers == (f"{rows[2].row_id}: pump",)
    assert [line.split(":")[0] for line in found.long_answers] == [rows[3].row_id]
    assert all(len(line) < 150 for line in (*found.long_answers, *found.long_questions))


@pytest.mark.parametrize(
    ("answer", "short"), [("42", False), ("pump", True), ("", False), (" \n", False), ("two words", False), ("…", True)]
)
def test_a_figure_is_an_answer_and_a_single_word_a_short_one(answer, short):
    assert bool(measure_fields([a_row(reference=answer)]).short_answers) is short


@pytest.mark.parametrize(("words", "long"), [(MAX_QUESTION_WORDS, False), (MAX_QUESTION_WORDS + 1, True)])
def test_a_question_may_have_as_many_words_as_the_limit(words, long):
    assert bool(measure_fields([a_row(user_input="w " * words)]).long_questions) is long


def test_a_huge_answer_is_long_and_shown_shortened():
    found = measure_fields([a_row(reference="wörter " * 500_000)])
    assert len(found.long_answers[0]) < 150


def test_no_rows_have_no_faults():
    assert not any(measure_fields([]).model_dump().values())


@given(st.text(), st.text())
def test_any_text_is_measured_whatever_is_in_it(question, answer):
    found = measure_fields([a_row(user_input=question, reference=answer)])
    assert all(len(lines) <= 1 for lines in found.model_dump().values())
