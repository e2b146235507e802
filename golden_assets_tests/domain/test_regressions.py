"""What a new version loses against the active one."""

from golden_assets.domain.gates import MAX_OFFENDERS, Thresholds
from golden_assets.domain.propositions import does_not_regress
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


def test_counts_are_compared_per_row():
    old, new = _with(duplicates=1, rows=10), _with(duplicates=10, rows=100)
    assert regressions(new, old)["duplicates"] == 0


def test_the_diversity_of_different_embedders_is_not_compared():
    other = changed(_with(diversity=0.1), embedder="another")
    assert "diversity" not in regressions(other, REPORT)


def test_without_an_active_version_or_a_report_nothing_is_judged():
    assert does_not_regress(REPORT, None, Thresholds()).passed
    assert does_not_regress(None, REPORT, Thresholds()).passed
    assert does_not_regress(REPORT, None, Thresholds()).n == 0
