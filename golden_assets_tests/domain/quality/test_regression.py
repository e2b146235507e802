"""What a new version loses against the active one."""

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import MAX_OFFENDERS
from golden_assets.domain.gates.activation import does_not_regress
from golden_assets.domain.gates.evaluate import judge_regression
from golden_assets.domain.quality.regression import regressions, share_of_rows_lost
from golden_assets.domain.review.queue import RowDecision, apply_decisions
from golden_assets.domain.testsets.testset import Testset
from golden_assets_tests.factories import a_corpus, a_report, a_stored_version, a_testset, changed, rows_on

REPORT = a_report()


def _with(**measures: float):
    return changed(REPORT, measures=REPORT.measures | measures)


def test_a_version_as_good_as_the_active_one_loses_nothing():
    verdict = does_not_regress(REPORT, REPORT, Thresholds())
    assert (verdict.passed, verdict.measured) == (True, 0)
    assert verdict.n == len(regressions(REPORT, REPORT)) > 4


def test_a_loss_beyond_the_limit_fails_and_is_named():
    verdict = does_not_regress(_with(diversity=0.75), _with(diversity=0.9), Thresholds())
    assert not verdict.passed
    assert verdict.offenders == ("diversity fell from 0.900 to 0.750",)
    assert verdict.explanation == "Worse than the active version: diversity fell from 0.900 to 0.750."
    assert verdict.offender_count <= MAX_OFFENDERS


def test_a_loss_at_the_limit_and_any_gain_pass():
    assert does_not_regress(_with(diversity=0.8), _with(diversity=0.9), Thresholds()).passed
    assert does_not_regress(_with(type_distance=0.0), _with(type_distance=0.4), Thresholds()).passed


def test_a_single_row_or_document_of_a_small_testset_is_no_loss_but_two_are():
    old = _with(achievable_coverage=1.0, cited_documents=4, rows=8, duplicates=0)
    one = _with(achievable_coverage=0.75, cited_documents=3, rows=8, duplicates=1)
    two = _with(achievable_coverage=0.5, cited_documents=2, rows=8, duplicates=2)
    assert does_not_regress(one, old, Thresholds()).passed
    assert not does_not_regress(two, old, Thresholds()).passed
    assert regressions(two, old)["duplicates"].loss == 0.125


def test_more_rows_or_more_documents_that_cite_no_fewer_documents_lose_no_coverage():
    old = _with(achievable_coverage=1.0, cited_documents=20, rows=20)
    larger = _with(achievable_coverage=21 / 25, cited_documents=21, rows=40)
    fewer_cited = _with(achievable_coverage=14 / 25, cited_documents=14, rows=40)
    assert does_not_regress(larger, old, Thresholds()).passed
    assert does_not_regress(fewer_cited, old, Thresholds()).explanation == (
        "Worse than the active version: achievable_coverage fell from 1.000 to 0.700."
    )


def test_coverage_of_fewer_rows_is_compared_with_what_so_many_can_reach():
    old = _with(achievable_coverage=0.96, cited_documents=24, rows=40)
    assert does_not_regress(_with(achievable_coverage=0.9, cited_documents=9, rows=10), old, Thresholds()).passed
    assert not does_not_regress(_with(achievable_coverage=0.5, cited_documents=5, rows=10), old, Thresholds()).passed


def test_a_small_loss_that_passes_is_told_with_its_measure_before_and_after():
    explanation = does_not_regress(_with(diversity=0.85), _with(diversity=0.9), Thresholds()).explanation
    assert explanation.endswith("measures compared with the active version; the largest loss: diversity fell from 0.900 to 0.850.")
    assert does_not_regress(REPORT, REPORT, Thresholds()).explanation.endswith("none is worse.")


def test_counted_rows_are_told_per_row():
    worse = does_not_regress(_with(duplicates=30, rows=100), _with(duplicates=0, rows=100), Thresholds())
    assert worse.offenders == ("duplicates per row rose from 0.000 to 0.300",)


def test_rows_that_critics_reject_are_compared_per_row():
    worse = does_not_regress(_with(rejected_rows=20, rows=100), _with(rejected_rows=1, rows=100), Thresholds())
    assert worse.offenders == ("rejected_rows per row rose from 0.010 to 0.200",)
    assert does_not_regress(_with(rejected_rows=8, rows=100), _with(rejected_rows=1, rows=100), Thresholds()).passed


def test_a_large_testset_is_held_to_the_limit():
    old, new = _with(duplicates=0, rows=1000), _with(duplicates=120, rows=1000)
    assert not does_not_regress(new, old, Thresholds()).passed


def test_counts_are_compared_per_row():
    old, new = _with(duplicates=1, rows=10), _with(duplicates=10, rows=100)
    assert regressions(new, old)["duplicates"].loss == 0


def test_a_missing_full_stop_is_no_loss():
    old = _with(rows=100, unfinished_references=0)
    assert does_not_regress(_with(rows=100, unfinished_references=99), old, Thresholds()).passed


def test_the_diversity_of_different_embedders_is_not_compared():
    other = changed(_with(diversity=0.1), embedder="another")
    assert "diversity" not in regressions(other, REPORT)


def test_without_an_active_version_or_a_report_nothing_is_judged():
    assert does_not_regress(REPORT, None, Thresholds()).passed
    assert does_not_regress(None, REPORT, Thresholds()).passed
    assert does_not_regress(REPORT, None, Thresholds()).n == 0


def _of_rows(rows: int, asked: int) -> Testset:
    testset = a_testset(rows_on(a_corpus(), rows))
    return changed(testset, request=changed(testset.request, size=asked))


def test_rows_that_nobody_asked_to_lose_are_a_loss_but_for_a_single_one():
    active = _of_rows(20, asked=20)
    lost = {rows: share_of_rows_lost(_of_rows(rows, asked=20), active) for rows in (24, 20, 19, 17)}
    assert lost == {24: 0, 20: 0, 19: 0, 17: 0.1}


def test_fewer_rows_by_a_smaller_size_or_by_a_review_are_no_loss():
    active = _of_rows(20, asked=20)
    assert share_of_rows_lost(_of_rows(8, asked=8), active) == 0
    rejected = [RowDecision(row_id=row.row_id, decision="reject", reviewer="Ada", reason="odd") for row in active.rows[:9]]
    assert share_of_rows_lost(apply_decisions(active, rejected), active) == 0


def test_lost_rows_fail_the_gate_and_are_named():
    active, fewer = a_stored_version(_of_rows(20, asked=20), status="active"), a_stored_version(_of_rows(15, asked=20), version="1.1.0")
    (verdict,) = judge_regression(fewer, active, Thresholds())
    assert not verdict.passed
    assert verdict.offenders == ("rows_kept fell from 1.000 to 0.800",)
