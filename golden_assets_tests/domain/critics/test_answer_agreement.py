"""Whether two answers to one question say the same, whatever their length."""

import pytest

from golden_assets.domain.critics.answer_agreement import AGREES, DIFFERS, OPEN, agreement, says_all

QUESTION = "How long does the Hub keep readings?"
REFERENCE = "The Hub keeps readings for 90 days on its internal disk."


@pytest.mark.parametrize(
    "answer",
    ["90 days", "Ninety... that is, 90 days.", "The Hub keeps readings for 90 days.", REFERENCE, "On its internal disk, 90 days."],
)
def test_an_answer_that_says_the_same_agrees_however_short_it_is(answer):
    assert agreement(QUESTION, answer, REFERENCE) >= AGREES


@pytest.mark.parametrize(
    "answer",
    [
        "120 days",
        "The Hub keeps readings for 30 days on its internal disk.",
        "The Hub does not keep readings for 90 days.",
        "Until the cellar master signs the recipe.",
        "",
        "I do not know.",
    ],
)
def test_an_answer_that_says_something_else_differs(answer):
    assert agreement(QUESTION, answer, REFERENCE) < DIFFERS


def test_what_only_repeats_the_question_is_left_open():
    assert agreement(QUESTION, "The Hub keeps readings.", REFERENCE, lambda *_: 0.9) == OPEN
    assert agreement("Does the Hub keep readings for 90 days?", "Yes", "The Hub keeps readings for 90 days.") == OPEN
    assert agreement("Does the Hub keep readings for 90 days?", "No, never", "The Hub keeps readings for 90 days.") < AGREES


def test_another_name_differs_where_a_name_is_asked_for():
    question, reference = "Which team signs recipes?", "The Field Team signs recipes."
    assert agreement(question, "The Field Team", reference) >= AGREES
    assert agreement(question, "That is done by the Support Desk", reference, lambda *_: 0.9) == 0


def test_an_embedder_makes_up_for_other_words_but_not_for_another_number():
    assert agreement(QUESTION, "About a quarter of a year", REFERENCE, lambda *_: 0.7) >= AGREES
    assert agreement(QUESTION, "120 days", REFERENCE, lambda *_: 0.99) == 0


def test_half_an_answer_agrees_but_does_not_say_all():
    question = "How long does the Hub keep readings, and when does the Support Desk read the disk?"
    reference = "The Hub keeps readings for 90 days. The Support Desk reads the disk on Monday mornings."
    assert agreement(question, "On Monday mornings", reference) >= AGREES
    assert not says_all(question, "On Monday mornings", reference)
    assert says_all(question, "90 days, and on Monday mornings", reference)
