"""Rows that were copied."""

from golden_assets.domain.quality.leakage import measure_leakage, retired_rows
from golden_assets_tests.factories import a_question, a_row, a_testset

EXAMPLE = ("What is the purpose of microservices?", "They structure an application as loosely coupled services.")


def test_a_question_or_an_answer_of_an_example_is_found_whatever_its_case_and_punctuation():
    rows = [a_row(user_input="what is the purpose of MICROSERVICES"), a_row(reference=EXAMPLE[1].upper()), a_row()]
    found = measure_leakage(rows, [EXAMPLE], [])
    assert found.from_prompts == tuple(f"{row.row_id}: {row.user_input}" for row in rows[:2])
    assert found.from_retired == ()


def test_a_short_answer_is_no_copy():
    assert measure_leakage([a_row(reference="At 40 bar.")], [("Where?", "at 40 bar")], []).from_prompts == ()


def test_empty_texts_are_copies_of_nothing():
    assert measure_leakage([a_row(user_input="", reference="")], [("", "")], [("?", "!")]).from_prompts == ()


def test_what_an_archived_version_asked_and_the_active_one_does_not_is_retired():
    old, active = a_testset([a_row(), a_row(user_input=a_question(9))]), a_testset([a_row(user_input=a_question(9))])
    again = a_row(reference="Another answer than that of the retired row.")
    assert measure_leakage([again], [], retired_rows([old], active)).from_retired == (f"{again.row_id}: {again.user_input}",)


def test_a_question_that_is_still_asked_is_not_retired_though_its_old_answer_is():
    wrong = "The pump must be opened while it is running hot."
    old, active = a_testset([a_row(reference=wrong)]), a_testset([a_row(reference="The pump must never be opened while it runs.")])
    retired = retired_rows([old], active)
    assert measure_leakage([a_row(reference="Something else altogether, in more words.")], [], retired).from_retired == ()
    assert len(measure_leakage([a_row(user_input=a_question(5), reference=wrong)], [], retired).from_retired) == 1


def test_nothing_is_retired_before_anything_is_active():
    assert retired_rows([a_testset()], None) == ()
