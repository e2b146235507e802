"""A person's word that two rows which look like one question are two."""

import pytest

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.quality.embedder_calibration import SHIPPED_EMBEDDER
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.similarity.waivers import Waiver, waiver_on
from golden_assets_tests.factories import a_corpus, a_row, a_testset, changed, rows_on

CORPUS = a_corpus()
ROWS = rows_on(CORPUS, 8)
AGAIN = changed(ROWS[0], user_input=ROWS[0].user_input.upper())


def verdicts(*waivers: Waiver) -> dict[str, Verdict]:
    """On rows of which the last asks what the first does, word for word and to the embedder."""
    testset = a_testset((*ROWS, AGAIN), CORPUS)
    vectors = [[float(place == row % 8) for place in range(8)] for row in range(9)]
    background = Background(languages=("en",) * 9, waivers=waivers)
    report = write_report(testset, CORPUS, vectors, SHIPPED_EMBEDDER, Thresholds(), background=background)
    return {verdict.name: verdict for verdict in report.verdicts}


def test_waived_rows_fail_no_gate_on_duplicates_and_the_verdicts_name_who_waived_them_and_why():
    assert [verdicts()[name].passed for name in ("questions_are_unique", "questions_differ_in_meaning")] == [False, False]
    found = verdicts(waiver_on(AGAIN.row_id, ROWS[0].row_id, "the other pump", "Ada"))
    for name in ("questions_are_unique", "questions_differ_in_meaning"):
        assert found[name].passed
        assert "are two questions, says Ada: the other pump" in found[name].explanation


def test_a_waiver_of_rows_that_are_not_there_changes_nothing_and_is_not_named():
    found = verdicts(waiver_on(AGAIN.row_id, a_row(user_input="Which one?").row_id, "the other pump", "Ada"))
    assert not found["questions_are_unique"].passed
    assert "Ada" not in found["questions_are_unique"].explanation


def test_a_pair_is_the_same_whichever_row_is_named_first():
    assert waiver_on("row-b", "row-a", "x", "Ada") == waiver_on("row-a", "row-b", " x ", "Ada")


@pytest.mark.parametrize(
    ("rows", "reason", "problem"), [(("row-a", "row-a"), "x", "named twice"), (("row-a", "row-b"), " ", "needs a reason")]
)
def test_a_waiver_takes_two_rows_and_a_reason(rows, reason, problem):
    with pytest.raises(TestsetError, match=problem):
        waiver_on(*rows, reason, "Ada")
