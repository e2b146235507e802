"""The gates that rows from outside pass."""

import pytest

from golden_assets.domain.gates.imported_rows import judge_admission
from golden_assets_tests.factories import a_row, a_testset


def failed(*rows) -> dict[str, float]:
    report = judge_admission(a_testset(rows))
    assert report.status == ("warning" if all(verdict.passed for verdict in report.verdicts) else "failed")
    return {verdict.name: verdict.measured for verdict in report.verdicts if not verdict.passed}


def test_rows_that_ask_and_answer_are_admitted():
    assert failed(a_row(), a_row(user_input="Why?", contexts=())) == {}


@pytest.mark.parametrize("changes", [{"user_input": " "}, {"reference": "\n"}, {"user_input": "", "reference": ""}])
def test_a_row_that_does_not_ask_or_answer_is_counted(changes: dict[str, str]):
    assert failed(a_row(user_input="Why?"), a_row(**changes)) == {"rows_ask_and_answer": 1}


def test_a_question_that_occurs_twice_is_counted_whatever_its_case():
    assert failed(a_row(user_input="Why?"), a_row(user_input=" why? ", reference="Otherwise."), a_row()) == {"questions_occur_once": 2}


def test_the_report_is_about_these_rows_and_says_that_nothing_was_embedded():
    testset = a_testset()
    report = judge_admission(testset)
    assert (report.testset_hash, report.corpus_hash, report.embedder) == (testset.testset_hash, testset.corpus_hash, "none")
    assert report.measures == {"rows": 4.0, "duplicates": 0.0}


def test_whether_answers_are_grounded_is_not_judged_of_rows_without_passages():
    verdicts = {verdict.name: verdict for verdict in judge_admission(a_testset((a_row(), a_row(user_input="Why?", contexts=())))).verdicts}
    assert verdicts["answers_cite_passages"].outcome == "not judged"
    said = "Not judged: 1 of 2 rows cite no passage, so nothing tells whether their answers are grounded."
    assert verdicts["answers_cite_passages"].explanation == said
    everywhere = judge_admission(a_testset((a_row(),))).unjudged_gates
    assert "answers_cite_passages" not in {verdict.name for verdict in everywhere}
