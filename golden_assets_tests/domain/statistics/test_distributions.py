"""Arithmetic against known figures, against scipy.stats, and against its own definitions on drawn input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.statistics import distributions
from golden_assets_tests.factories import TARGETS

NAMES = "abcde"
counts = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 500), max_size=5)
targets = st.dictionaries(st.sampled_from(NAMES), st.floats(0.05, 1), min_size=1, max_size=5)
vectors = st.lists(st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda v: math.hypot(*v) > 0.01), min_size=2, max_size=12)


def test_weights_are_scaled_to_sum_one_and_those_that_are_not_positive_are_dropped():
    assert distributions.normalised({"a": 3, "b": 1, "c": 0, "d": -1}) == {"a": 0.75, "b": 0.25}
    assert distributions.normalised({}) == {}


def test_total_variation_is_the_share_of_rows_that_would_have_to_change():
    assert distributions.total_variation({"a": 60, "b": 20, "c": 20}, {"a": 50, "b": 25, "c": 25}) == pytest.approx(0.1)
    assert distributions.total_variation({"z": 7}, {"a": 1}) == 1.0


def test_total_variation_without_rows_is_one_and_without_target_zero():
    assert distributions.total_variation({}, {"a": 1}) == 1.0
    assert distributions.total_variation({"a": 3}, {}) == 0.0


@given(counts, targets)
def test_total_variation_is_between_zero_and_one_and_ignores_order_and_scale(observed, target):
    distance = distributions.total_variation(observed, target)
    assert 0 <= distance <= 1 + 1e-9
    reordered = dict(reversed(observed.items()))
    assert distributions.total_variation(reordered, {name: 10 * share for name, share in target.items()}) == pytest.approx(distance)


def test_apportioning_ten_rows_gives_the_odd_row_to_the_first_of_equals():
    assert distributions.apportion(10, TARGETS) == {"single_hop_specific": 5, "multi_hop_specific": 3, "multi_hop_abstract": 2}
    assert distributions.apportion(1, TARGETS) == {"single_hop_specific": 1, "multi_hop_specific": 0, "multi_hop_abstract": 0}
    assert distributions.apportion(0, {"a": 1.0}) == {"a": 0}
    assert distributions.apportion(7, {}) == {}


def test_whole_quotas_are_met_exactly_in_spite_of_floating_point():
    shares = {"single_hop_specific": 0.7, "multi_hop_specific": 0.2, "multi_hop_abstract": 0.1}
    assert distributions.apportion(10, shares) == {"single_hop_specific": 7, "multi_hop_specific": 2, "multi_hop_abstract": 1}


@given(st.integers(0, 10_000), targets)
def test_apportioned_rows_sum_to_the_total_and_stay_within_one_of_their_quota(total, target):
    split = distributions.apportion(total, target)
    shares = distributions.normalised(target)
    assert sum(split.values()) == total
    assert all(abs(split[name] - shares[name] * total) < 1 + 1e-6 for name in shares)


@given(st.integers(1, 12), targets.filter(lambda target: len(target) == 3))
def test_no_split_of_whole_rows_is_nearer_to_the_target(total, target):
    names = list(target)
    splits = [dict(zip(names, (a, b, total - a - b), strict=True)) for a in range(total + 1) for b in range(total + 1 - a)]
    best = min(distributions.total_variation(split, target) for split in splits)
    assert distributions.total_variation(distributions.apportion(total, target), target) == pytest.approx(best)


def test_chi_square_of_known_counts():
    result = distributions.chi_square({"a": 60, "b": 20, "c": 20}, {"a": 0.5, "b": 0.25, "c": 0.25})
    assert result.statistic == pytest.approx(4.0)
    assert result.p_value == pytest.approx(math.exp(-2))  # with two degrees of freedom p is exp(-x/2)
    assert result.degrees_of_freedom == 2


def test_mendels_peas_agree_with_the_textbook():
    result = distributions.chi_square({"round": 5474, "wrinkled": 1850}, {"round": 3, "wrinkled": 1})
    assert result.statistic == pytest.approx(0.2629, abs=1e-4)
    assert result.p_value == pytest.approx(0.6081, abs=1e-4)


@given(st.lists(st.integers(1, 300), min_size=2, max_size=5))
def test_chi_square_agrees_with_scipy_stats(observed):
    from scipy import stats

    expected = stats.chisquare(observed)
    result = distributions.chi_square(dict(zip(NAMES, observed, strict=False)), dict.fromkeys(NAMES[: len(observed)], 1.0))
    assert result.statistic == pytest.approx(expected.statistic)
    assert result.p_value == pytest.approx(expected.pvalue, abs=1e-12)


def test_a_row_of_a_type_without_share_is_impossible_under_the_target():
    result = distributions.chi_square({"a": 50, "b": 50, "imported": 1}, {"a": 0.5, "b": 0.5, "imported": 0.0})
    assert (result.statistic, result.p_value) == (0.0, 0.0)


@pytest.mark.parametrize(("observed", "target"), [({}, {"a": 1, "b": 1}), ({"a": 9}, {"a": 1}), ({"a": 9}, {})])
def test_where_nothing_can_be_tested_the_statistic_is_zero_and_p_is_one(observed, target):
    result = distributions.chi_square(observed, target)
    assert (result.statistic, result.p_value) == (0.0, 1.0)


@pytest.mark.parametrize(("rows", "power"), [(50, 0.23), (200, 0.72), (500, 0.99)])
def test_power_against_60_20_20_for_50_25_25_is_as_published(rows, power):
    assert distributions.chi_square_power(rows, TARGETS, 0.1) == pytest.approx(power, abs=0.02)


def test_power_is_what_scipy_stats_gives_for_the_least_noticeable_drift():
    from scipy import stats

    target = np.array([0.6, 0.3, 0.1])
    drifted = np.array([0.7, 0.3 * 0.75, 0.1 * 0.75])  # 0.1 into the set whose mass is nearest one half
    noncentrality = 150 * ((drifted - target) ** 2 / target).sum()
    expected = stats.ncx2.sf(stats.chi2.isf(0.05, 2), 2, noncentrality)
    assert distributions.chi_square_power(150, {"a": 6, "b": 3, "c": 1}, 0.1) == pytest.approx(expected)


@given(st.lists(st.floats(0.1, 1), min_size=2, max_size=4), st.lists(st.floats(-1, 1), min_size=4, max_size=4), st.integers(10, 500))
def test_no_drift_of_that_size_is_noticed_less_often(weights, moves, rows):
    from scipy import stats

    target = np.array(weights) / sum(weights)
    drift = np.array(moves[: len(weights)]) - np.mean(moves[: len(weights)])
    size = np.abs(drift).sum() / 2
    if size < 0.01:
        return
    drift *= 0.05 / size
    power = stats.ncx2.sf(stats.chi2.isf(0.05, len(weights) - 1), len(weights) - 1, rows * (drift**2 / target).sum())
    assert distributions.chi_square_power(rows, dict(zip(NAMES, weights, strict=False)), 0.05) <= power + 1e-9


def test_without_rows_or_a_second_type_there_is_no_power_and_without_drift_only_the_level():
    assert distributions.chi_square_power(0, TARGETS, 0.1) == 0.0
    assert distributions.chi_square_power(100, {"a": 1.0}, 0.1) == 0.0
    assert distributions.chi_square_power(100, TARGETS, 0.0) == pytest.approx(distributions.ALPHA)


def test_mean_pairwise_distance_of_known_vectors():
    same, opposite = [[1, 0], [2, 0]], [[1, 0], [-1, 0]]
    assert distributions.mean_pairwise_distance(distributions.unit_matrix(same)) == pytest.approx(0)
    assert distributions.mean_pairwise_distance(distributions.unit_matrix(opposite)) == pytest.approx(2)
    assert distributions.mean_pairwise_distance(distributions.unit_matrix([[1, 0, 0], [0, 1, 0], [0, 0, 1]])) == pytest.approx(1)


@given(vectors)
def test_pairwise_distances_agree_with_the_loop_over_pairs(drawn):
    units = distributions.unit_matrix(drawn)
    loop = [[1 - float(a @ b) for j, b in enumerate(units) if j != i] for i, a in enumerate(units)]
    assert distributions.mean_pairwise_distance(units) == pytest.approx(np.mean(loop), abs=1e-9)


@given(vectors, st.randoms())
def test_distances_do_not_depend_on_the_order_of_questions(drawn, random):
    shuffled = random.sample(drawn, len(drawn))
    one, other = distributions.unit_matrix(drawn), distributions.unit_matrix(shuffled)
    assert distributions.mean_pairwise_distance(one) == pytest.approx(distributions.mean_pairwise_distance(other), abs=1e-9)


def test_fewer_than_two_vectors_are_at_distance_one():
    assert distributions.mean_pairwise_distance(distributions.unit_matrix([])) == 1.0
    assert distributions.mean_pairwise_distance(distributions.unit_matrix([[3.0, 4.0]])) == 1.0


@pytest.mark.parametrize("broken", [[0.0, 0.0], [math.nan, 1.0], [math.inf, 0.0]])
def test_a_vector_without_direction_is_refused_by_its_position(broken):
    with pytest.raises(TestsetError, match=r"question 2 of 2 has no direction.*: check the embedding model"):
        distributions.unit_matrix([[1.0, 0.0], broken])


def test_vectors_of_any_length_are_scaled_to_one():
    units = distributions.unit_matrix([[3e200, 4e200], [3e-200, 4e-200], [3, 4]])
    assert units == pytest.approx(np.array([[0.6, 0.8]] * 3))


def test_vectors_of_different_dimensions_are_refused():
    with pytest.raises(TestsetError, match="different dimensions"):
        distributions.unit_matrix([[1.0, 0.0], [1.0]])


def test_vectors_without_dimensions_are_refused():
    with pytest.raises(TestsetError, match="no direction"):
        distributions.unit_matrix([[], []])
