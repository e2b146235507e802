"""What a new version loses against the active one."""

from golden_assets.domain.gates import MAX_OFFENDERS, Thresholds
from golden_assets.domain.propositions.activation import does_not_regress
from golden_assets.domain.regressions import regressions
from golden_assets_tests.factories import a_report, changed

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
    assert verdict.offenders == ("diversity: worse by 0.150",)
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
    assert regressions(two, old)["duplicates"] == 0.125


def test_a_large_testset_is_held_to_the_limit():
    old, new = _with(duplicates=0, rows=1000), _with(duplicates=120, rows=1000)
    assert not does_not_regress(new, old, Thresholds()).passed


def test_counts_are_compared_per_row():
    old, new = _with(duplicates=1, rows=10), _with(duplicates=10, rows=100)
    assert regressions(new, old)["duplicates"] == 0


def test_a_missing_full_stop_is_no_loss_but_rows_that_critics_reject_are():
    old = _with(rows=100, unfinished_references=0, rejected_rows=0)
    assert does_not_regress(_with(rows=100, unfinished_references=99, rejected_rows=0), old, Thresholds()).passed
    exchanged = does_not_regress(_with(rows=100, unfinished_references=0, rejected_rows=15), old, Thresholds())
    assert (exchanged.passed, exchanged.offenders) == (False, ("rejected_rows: worse by 0.140",))
    assert regressions(_with(rows=100, rejected_rows=5), old)["rejected_rows"] == 0.04


def test_the_diversity_of_different_embedders_is_not_compared():
    other = changed(_with(diversity=0.1), embedder="another")
    assert "diversity" not in regressions(other, REPORT)


def test_without_an_active_version_or_a_report_nothing_is_judged():
    assert does_not_regress(REPORT, None, Thresholds()).passed
    assert does_not_regress(None, REPORT, Thresholds()).passed
    assert does_not_regress(REPORT, None, Thresholds()).n == 0
