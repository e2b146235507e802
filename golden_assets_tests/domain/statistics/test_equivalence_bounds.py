"""Bounds of a total variation: they hold as often as they say, and decide as soon as they can."""

from math import isclose

import numpy as np
import pytest
from scipy.stats import binomtest

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.question_types import question_types_match_target
from golden_assets.domain.quality.measures import measure_types
from golden_assets.domain.statistics.distributions import apportion, total_variation
from golden_assets.domain.statistics.equivalence_bounds import MOST_ROWS, Bounds, bounds_of, distance_bounds, rows_to_decide, standing

TARGET = {"a": 0.5, "b": 0.25, "c": 0.25}


def test_two_types_have_the_bounds_of_clopper_and_pearson():
    bounds = distance_bounds({"a": 30, "b": 10}, {"a": 0.5, "b": 0.5})
    assert isclose(bounds.high, binomtest(30, 40, alternative="less").proportion_ci().high - 0.5)
    assert isclose(bounds.low, binomtest(30, 40, alternative="greater").proportion_ci(0.975).low - 0.5)


@pytest.mark.parametrize("shares", [(0.5, 0.25, 0.25), (0.6, 0.2, 0.2), (0.65, 0.175, 0.175), (0.5, 0.4, 0.1)])
@pytest.mark.parametrize("rows", [10, 50, 500])
def test_each_bound_is_wrong_no_more_than_one_time_in_twenty(rows, shares):
    counts = np.random.default_rng(1).multinomial(rows, shares, 2000).astype(float)
    low, high = bounds_of(counts, list(TARGET.values()))
    truth = total_variation(dict(zip("abc", (round(1000 * share) for share in shares), strict=True)), TARGET)
    assert (high < truth - 1e-12).mean() <= 0.06
    assert (low > truth + 1e-12).mean() <= 0.06


@pytest.mark.parametrize(
    ("counts", "target", "bounds"),
    [({}, TARGET, (0, 1)), ({"a": 3}, {}, (0, 1)), ({"a": 3}, {"a": 1.0}, (0, 0)), ({"a": 0}, {"a": 1.0}, (0, 1))],
)
def test_nothing_to_compare_is_bounded_by_what_is_possible(counts, target, bounds):
    assert distance_bounds(counts, target) == bounds


def test_a_type_that_nobody_asked_for_counts_as_one_without_a_share():
    assert distance_bounds({"x": 100}, {"a": 1.0}).low > 0.95


@pytest.mark.parametrize(("bounds", "where"), [((0.0, 0.1), "within"), ((0.2, 0.4), "outside"), ((0.1, 0.2), "undecided")])
def test_bounds_stand_within_the_limit_outside_it_or_on_both_sides(bounds, where):
    assert standing(Bounds(*bounds), 0.15) == where


def test_the_rows_that_would_decide_do_and_one_fewer_would_not():
    counts = {"a": 12, "b": 4, "c": 4}
    enough = rows_to_decide(counts, TARGET, 0.15)
    for rows, where in ((enough, "within"), (enough - 1, "undecided")):
        scaled = {name: count * rows / 20 for name, count in counts.items()}
        assert standing(distance_bounds(scaled, TARGET), 0.15) == where


def test_shares_at_the_limit_are_never_decided():
    assert rows_to_decide({"a": 65, "b": 175 / 10, "c": 175 / 10}, TARGET, 0.15) is None
    assert rows_to_decide({}, TARGET, 0.15) is None
    assert MOST_ROWS == 1_000_000


def judged(counts):
    return question_types_match_target(measure_types(counts, TARGET, 0.15), sum(counts.values()), Thresholds())


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 7, 20, 49, 50, 101, 1000])
def test_quotas_that_are_met_pass_at_every_number_of_rows(rows):
    assert judged(apportion(rows, TARGET)).passed


@pytest.mark.parametrize(
    ("counts", "passed", "says"),
    [
        ({"a": 50, "b": 25, "c": 25}, True, "are shown to be within the limit"),
        ({"a": 90, "b": 5, "c": 5}, False, "are shown to be outside the limit"),
        ({"a": 6, "b": 2, "c": 2}, True, "Undecided at this number of rows"),
        ({"a": 8, "b": 1, "c": 1}, False, "the point estimate decides"),
    ],
)
def test_the_verdict_says_whether_the_rows_show_it_or_the_point_estimate_decides(counts, passed, says):
    verdict = judged(counts)
    assert verdict.passed is passed
    assert says in verdict.explanation
    assert ("rows with these shares would decide" in verdict.explanation) is ("shown" not in verdict.explanation)
