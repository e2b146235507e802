"""What is said against rows, as doubts."""

import pytest

from golden_assets.domain.review.row_doubts import NAMED_BY_A_GATE, doubts_of
from golden_assets.domain.testsets.findings import Finding
from golden_assets_tests.factories import a_corpus as corpus
from golden_assets_tests.factories import a_report, a_row, a_testset, changed, rows_on


def test_without_a_report_nothing_is_doubted():
    assert doubts_of(None) == {}
    assert doubts_of(a_report()) == {}


def test_a_row_that_a_gate_names_is_doubted_with_the_gates_words():
    rows = rows_on(corpus(), 4)
    spoiled = changed(rows[1], reference="")
    doubts = doubts_of(a_report(a_testset((rows[0], spoiled, *rows[2:]))))
    doubt = doubts[spoiled.row_id]
    assert any(reason.startswith("rows_are_complete: ") for reason in doubt.reasons)
    assert doubt.certainty <= NAMED_BY_A_GATE


def test_the_least_certain_word_counts_and_each_further_one_halves_it():
    row_id = a_row().row_id
    findings = tuple(
        Finding(row_id=row_id, critic=critic, score=score, verdict="warning", reason="so it seems")
        for critic, score in (("nothing_contradicts", 0.4), ("question_stands_alone", 0.8))
    )
    doubt = doubts_of(a_report(findings=findings))[row_id]
    assert doubt.certainty == pytest.approx(0.2)
    assert doubt.reasons == ("nothing_contradicts: so it seems", "question_stands_alone: so it seems")
