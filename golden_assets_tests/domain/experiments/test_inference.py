"""Estimates and tests over documents, held against textbook formulas, SciPy and exact enumeration."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.difference_intervals import clustered
from golden_assets.domain.experiments.inference import (
    DocumentTotals,
    bootstrap_interval,
    difference,
    holm,
    mcnemar_mid_p,
    power_of,
    randomisation_interval,
    randomisation_p_value,
)
from golden_assets.domain.quality.power import design_effect, paired_difference, smallest_difference

RNG = np.random.default_rng(7)


def totals(sum_a: object, rows_a: object, sum_b: object, rows_b: object) -> DocumentTotals:
    return DocumentTotals(*(np.asarray(values, dtype=float) for values in (sum_a, rows_a, sum_b, rows_b)))


def one_row_each(a: np.ndarray, b: np.ndarray) -> DocumentTotals:
    """Every row a document of its own, in both arms."""
    return totals(a, np.ones(len(a)), b, np.ones(len(b)))


def test_with_one_row_per_document_the_error_is_that_of_the_paired_t_test():
    a, b = RNG.random(30), RNG.random(30)
    estimate = difference(one_row_each(a, b))
    assert estimate.difference == pytest.approx((b - a).mean())
    assert estimate.standard_error == pytest.approx(stats.sem(b - a))


def test_with_rows_of_one_arm_only_the_error_is_that_of_two_samples():
    a, b = RNG.random(40), RNG.random(60)
    estimate = difference(totals([*a, *[0] * 60], [1] * 40 + [0] * 60, [*[0] * 40, *b], [0] * 40 + [1] * 60))
    expected = math.sqrt((a.var() / 40 + b.var() / 60) * 100 / 99)
    assert estimate.standard_error == pytest.approx(expected)


def test_rows_that_agree_within_documents_count_as_one_each():
    a, b = RNG.random(12), RNG.random(12)
    single = difference(one_row_each(a, b))
    tenfold = difference(totals(a * 10, [10] * 12, b * 10, [10] * 12))
    assert tenfold.standard_error == pytest.approx(single.standard_error)


def test_few_documents_are_swapped_in_every_possible_way():
    a, b = RNG.random(6), RNG.random(6) + 0.3
    d = b - a
    ratios = [abs(stats.ttest_1samp(d * signs, 0).statistic) for signs in product((1, -1), repeat=6)]
    seen = abs(stats.ttest_1samp(d, 0).statistic)
    expected = np.mean([(ratio > seen * (1 + 1e-9)) / 2 + (ratio >= seen * (1 - 1e-9)) / 2 for ratio in ratios])
    assert randomisation_p_value(one_row_each(a, b), RNG) == pytest.approx(expected)


def test_many_documents_give_nearly_the_p_value_of_scipys_permutation_test():
    a, b = RNG.normal(0, 1, 40), RNG.normal(0.4, 1, 40)
    result = stats.permutation_test((b, a), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=4000, rng=RNG)
    assert randomisation_p_value(one_row_each(a, b), RNG, draws=4000) == pytest.approx(result.pvalue, abs=0.02)


def test_the_most_extreme_assignment_of_few_documents_counts_half():
    assert randomisation_p_value(one_row_each(np.zeros(6), np.linspace(0.9, 1, 6)), RNG) == pytest.approx(1 / 2**6)


def test_false_positives_are_near_the_level_on_clustered_rows_and_far_above_it_when_rows_are_taken_for_independent():
    rng, found = np.random.default_rng(3), np.zeros(3)
    for _ in range(600):
        p_a, p_b = (np.clip(0.5 + rng.uniform(-0.4, 0.4, (20, 1)), 0, 1) for _ in range(2))
        a, b = (1.0 * (rng.random((20, 10)) < p) for p in (p_a, p_b))
        documents = totals(a.sum(1), [10] * 20, b.sum(1), [10] * 20)
        low, high = bootstrap_interval(documents, rng, draws=299) or (0, 0)
        by_row = difference(one_row_each(a.ravel(), b.ravel()))
        found += [randomisation_p_value(documents, rng, draws=299) < 0.05, not low <= 0 <= high, abs(by_row[0]) > 1.96 * by_row[1]]
    test, interval, naive = found / 600
    assert 0.02 < test < 0.08
    assert 0.02 < interval < 0.08
    assert naive > 0.2


def test_arms_that_are_the_same_show_nothing():
    same = one_row_each(np.ones(20), np.ones(20))
    assert difference(same) == (0.0, 0.0, 20)
    assert randomisation_p_value(same, RNG) == 1.0
    assert bootstrap_interval(same, RNG) == (0.0, 0.0)


def test_a_single_document_has_neither_error_nor_interval():
    alone = totals([3], [5], [4], [5])
    assert math.isnan(difference(alone).standard_error)
    assert bootstrap_interval(alone, RNG) is None
    assert randomisation_p_value(alone, RNG) == 0.5


def test_arms_without_a_common_document_can_be_compared():
    apart = totals([*RNG.random(15), *[0] * 15], [1] * 15 + [0] * 15, [*[0] * 15, *(RNG.random(15) + 5)], [0] * 15 + [1] * 15)
    assert randomisation_p_value(apart, RNG) < 0.01
    low, high = bootstrap_interval(apart, RNG) or (0, 0)
    assert 4 < low < difference(apart).difference < high < 6


def test_the_interval_is_near_the_t_interval_for_normal_scores():
    a, b = RNG.normal(0, 1, 60), RNG.normal(0.5, 1, 60)
    low, high = bootstrap_interval(one_row_each(a, b), RNG, draws=6000) or (0, 0)
    expected = stats.t.interval(0.95, 59, (b - a).mean(), stats.sem(b - a))
    assert (low, high) == pytest.approx(expected, abs=0.05)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(1, 9)), min_size=2, max_size=12))
def test_exchanging_the_arms_changes_only_the_sign(rows: list[tuple[float, float, int]]):
    a, b, n = (np.array(values, dtype=float) for values in zip(*rows, strict=True))
    there, back = difference(totals(a * n, n, b * n, n)), difference(totals(b * n, n, a * n, n))
    assert there.difference == pytest.approx(-back.difference, abs=1e-12)
    assert there.standard_error == pytest.approx(back.standard_error, abs=1e-7)


def test_the_mid_p_is_the_exact_one_without_half_the_probability_of_what_was_seen():
    exact = stats.binomtest(3, 15).pvalue
    assert mcnemar_mid_p(3, 12) == pytest.approx(exact - stats.binom.pmf(3, 15, 0.5))
    assert mcnemar_mid_p(12, 3) == mcnemar_mid_p(3, 12)
    assert mcnemar_mid_p(0, 0) == 1.0
    assert mcnemar_mid_p(4, 4) == pytest.approx(1.0)
    assert mcnemar_mid_p(0, 6) == pytest.approx(2 * 0.5**6 - 0.5**6)


def test_documents_that_nearly_all_agree_get_the_interval_of_student():
    a, b = np.zeros(12), np.array([1.0] * 11 + [0.5])
    low, high = bootstrap_interval(one_row_each(a, b), RNG) or (0, 0)
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 11, b.mean(), stats.sem(b)))


def test_three_documents_that_differ_among_a_hundred_do_not_exclude_zero():
    b = np.array([1.0] * 3 + [0.0] * 97)
    low, high = bootstrap_interval(one_row_each(np.zeros(100), b), RNG) or (1, 1)
    assert low < 0 < high


@pytest.mark.parametrize("documents", [6, 8, 12, 30])
def test_the_interval_excludes_zero_where_the_test_finds_a_difference(documents: int):
    rng = np.random.default_rng(5)
    for seed in range(30):
        there = clustered(8 * documents, documents, 0.08, rng)
        p, interval = (of(there, np.random.default_rng(seed), draws=299) for of in (randomisation_p_value, randomisation_interval))
        assert isinstance(interval, tuple)
        assert (p < 0.05) == (not interval[0] <= 0 <= interval[1])


@pytest.mark.parametrize(("rows", "documents", "least"), [(100, 12, 0.76), (100, 8, 0.74), (500, 12, 0.74)])
def test_the_difference_that_a_certificate_states_is_found_four_times_in_five(rows: int, documents: int, least: float):
    """Of documents of equal size; the bootstrap's interval finds 58 to 70 %."""
    rng, detectable = np.random.default_rng(13), paired_difference(rows / design_effect([rows // documents] * documents))
    assert detectable is not None
    found = 0
    for _ in range(300):
        low, high = randomisation_interval(clustered(rows, documents, detectable, rng), rng, draws=299) or (0, 0)
        found += not low <= 0 <= high
    assert found / 300 >= least


def test_the_interval_holds_the_difference_19_times_in_20():
    rng, held = np.random.default_rng(17), 0
    for _ in range(400):
        low, high = randomisation_interval(clustered(96, 12, 0.1, rng), rng, draws=299) or (1, 1)
        held += low <= 0.1 <= high
    assert 0.92 <= held / 400 <= 0.98


def test_documents_too_few_to_reject_any_shift_get_the_interval_of_the_bootstrap():
    few = one_row_each(np.zeros(3), np.array([0.2, 0.3, 0.5]))
    assert randomisation_interval(few, np.random.default_rng(1)) == bootstrap_interval(few, np.random.default_rng(1))
    assert randomisation_interval(totals([3], [5], [4], [5]), RNG) is None
    assert randomisation_interval(one_row_each(np.zeros(9), np.ones(9)), RNG) == (1.0, 1.0)


def test_holms_correction_multiplies_the_smallest_most_and_keeps_the_order():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5]) == [0.5]
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_minimum_detectable_effect_is_found_with_the_power_it_is_stated_for():
    effect = smallest_difference(stats.t.ppf(0.975, 39) * 0.02, 0.02, 39)
    assert power_of(effect, 0.02, 40) == pytest.approx(0.8, abs=0.01)
    assert power_of(0.0, 0.02, 40) == pytest.approx(0.05)
