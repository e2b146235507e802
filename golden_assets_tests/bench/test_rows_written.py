"""How many rows were written for each that was delivered."""

from bench.rows_written import lines_of
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import RejectedRow
from golden_assets_tests.factories import a_testset, changed


def test_rejected_rows_count_as_written_and_name_their_critic() -> None:
    testset = a_testset(size=4)
    finding = Finding(row_id="x", critic="question_stands_alone", score=0.0, verdict="rejected", reason="it points at nothing")
    spoilt = tuple(RejectedRow(row=row, findings=(finding,)) for row in testset.rows[:2])
    first, second = lines_of("house-model", changed(testset, rejected=spoilt))
    assert first.startswith("house-model: 4 of ")
    assert first.endswith("rows delivered, 6 written: 1.50 for each")
    assert second == "question_stands_alone: 2 rejected"
    assert lines_of("m", changed(testset, rows=(), rejected=()))[0].endswith("0 written: - for each")
