"""Effect sizes and their intervals, against known figures, on drawn input, and by how often they hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.statistics.distributions import total_variation
from golden_assets.domain.statistics.effect_sizes import cramers_v, distance_interval, gini

EQUAL = {"a": 1.0, "b": 1.0, "c": 1.0}
TARGET = {"a": 0.5, "b": 0.25, "c": 0.25}
ESTIMATES = [cramers_v, distance_interval]
counts = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10**6), max_size=4)


def test_cramers_v_with_equal_shares_is_the_customary_one():
    assert cramers_v({"a": 50, "b": 30, "c": 20}, EQUAL).value == pytest.approx((14 / (100 * 2)) ** 0.5)


def test_cramers_v_is_zero_on_the_target_and_one_where_all_rows_have_the_rarest_type():
    assert cramers_v({"a": 50, "b": 25, "c": 25}, TARGET).value == 0
    assert cramers_v({"c": 100}, TARGET).value == pytest.approx(1)


def test_the_interval_of_cramers_v_inverts_the_noncentral_chi_square():
    from scipy.stats import ncx2

    for scale in (1, 10_000):
        found = cramers_v({"a": 70 * scale, "b": 15 * scale, "c": 15 * scale}, TARGET)
        assert ncx2.cdf(16 * scale, 2, found.low**2 * 300 * scale) == pytest.approx(0.975)
        assert ncx2.cdf(16 * scale, 2, found.high**2 * 300 * scale) == pytest.approx(0.025)


def test_a_perfect_fit_of_few_rows_does_not_prove_that_there_is_no_drift():
    few, many = (cramers_v({"a": 2 * n, "b": n, "c": n}, TARGET) for n in (5, 500))
    assert few.low == many.low == 0
    assert few.high > 0.2 > many.high > 0


@pytest.mark.parametrize("share", [{}, {"z": 0.0}])
def test_a_row_of_a_type_that_has_no_share_is_as_far_off_as_can_be(share):
    assert cramers_v({"a": 50, "b": 25, "c": 25, "z": 1}, TARGET | share) == (1, 1, 1)
    found = distance_interval({"a": 50, "b": 25, "c": 25, "z": 1}, TARGET | share)
    assert 0 == found.low < found.value < 0.02 < found.high < 1


@pytest.mark.parametrize("estimate", ESTIMATES)
def test_one_row_says_next_to_nothing(estimate):
    found = estimate({"a": 1}, TARGET)
    assert found.low == 0
    assert found.high == 1


@pytest.mark.parametrize("estimate", ESTIMATES)
@pytest.mark.parametrize(("counted", "target"), [({}, TARGET), ({"a": 3}, {}), ({}, {})])
def test_without_rows_or_without_a_target_everything_is_possible(estimate, counted, target):
    assert estimate(counted, target)[1:] == (0, 1)


def test_a_single_type_cannot_drift():
    assert distance_interval({"a": 3}, {"a": 1}) == (0, 0, 0)


@given(counts)
def test_estimates_lie_in_their_intervals_between_zero_and_one(counted):
    for estimate in ESTIMATES:
        found = estimate(counted, TARGET)
        assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize("drift", [0, 0.05, 0.15])
@pytest.mark.parametrize("rows", [50, 500])
def test_both_intervals_hold_the_truth_nineteen_times_in_twenty(drift, rows):
    shares = [0.5 + drift, 0.25 - drift / 2, 0.25 - drift / 2]
    true_v = (sum((s - t) ** 2 / t for s, t in zip(shares, TARGET.values(), strict=True)) / 3) ** 0.5
    true_distance = total_variation(dict(zip(TARGET, (round(1000 * s) for s in shares), strict=True)), TARGET)
    held = np.zeros(2)
    for line in np.random.default_rng(1).multinomial(rows, shares, 400).tolist():
        counted = dict(zip(TARGET, line, strict=True))
        for n, (estimate, truth) in enumerate(((cramers_v, true_v), (distance_interval, true_distance))):
            found = estimate(counted, TARGET)
            held[n] += found.low <= truth + 1e-9 and truth - 1e-9 <= found.high
    assert (held / 400 >= 0.92).all()


def test_gini_of_equal_counts_is_zero_and_of_one_that_has_everything_nearly_one():
    assert gini([3, 3, 3, 3]) == 0
    assert gini([0, 0, 12, 0]) == pytest.approx(0.75)
    assert gini([1, 3]) == pytest.approx(0.25)
    assert gini([]) == gini([0, 0]) == 0


@given(st.lists(st.integers(0, 1000), max_size=20))
def test_gini_is_half_the_mean_difference_over_the_mean(numbers):
    pairs = sum(abs(x - y) for x in numbers for y in numbers)
    expected = pairs / (2 * len(numbers) * sum(numbers)) if sum(numbers) else 0
    assert gini(numbers) == pytest.approx(expected)
