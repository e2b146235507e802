"""How counts moved: the test, the sizes of the effect, and whether there are enough of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.statistics.distributions import POWER
from golden_assets.domain.statistics.homogeneity import shift

counts = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 50))


def test_a_shift_is_tested_as_scipy_does():
    from scipy.stats import chi2_contingency
    from scipy.stats.contingency import association

    before, after = {"a": 30, "b": 10, "c": 10}, {"a": 12, "b": 20, "c": 18}
    found = shift(before, after)
    table = [list(before.values()), list(after.values())]
    expected = chi2_contingency(table, correction=False)
    assert found.chi_square == pytest.approx(expected.statistic)
    assert found.degrees_of_freedom == expected.dof
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.effect_size == pytest.approx(association(table, method="cramer"))
    assert found.totals == (50, 50)
    assert found.total_variation == pytest.approx((18 + 10 + 8) / 50 / 2)
    assert found.finding == "shifted"


def test_the_smallest_detectable_effect_is_noticed_with_the_power_that_is_promised():
    from scipy.stats import chi2, ncx2

    found = shift({"a": 50, "b": 30, "c": 20}, {"a": 50, "b": 30, "c": 20})
    power = ncx2.sf(chi2.isf(0.05, df=2), df=2, nc=200 * found.smallest_detectable**2)
    assert power == pytest.approx(POWER, abs=1e-6)
    # Cohen 1988, table 7.4.7: alpha .05, power .80, two degrees of freedom: w = .3 needs n = 107
    at_107 = shift({"a": 27, "b": 13, "c": 13}, {"a": 27, "b": 13, "c": 14})
    assert at_107.smallest_detectable == pytest.approx(0.3, abs=0.001)


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ({"a": 100, "b": 100}, {"a": 100, "b": 100}, "no shift seen"),
        ({"a": 100, "b": 100}, {"a": 150, "b": 50}, "shifted"),
        ({"a": 2, "b": 1}, {"a": 1, "b": 2}, "too few to conclude"),
        ({"a": 3, "b": 0}, {"a": 0, "b": 3}, "too few to conclude"),
        ({"a": 100, "b": 100, "c": 1}, {"a": 100, "b": 100}, "too few to conclude"),
        ({"a": 7, "b": 7}, {"a": 7, "b": 7}, "too few to conclude"),
        ({"a": 9}, {"a": 90}, "nothing to test"),
        ({}, {"a": 90, "b": 10}, "nothing to test"),
    ],
)
def test_a_conclusion_is_drawn_only_where_there_are_enough_counts(before: dict, after: dict, finding: str):
    assert shift(before, after).finding == finding


def test_nothing_in_common_is_the_largest_effect():
    found = shift({"a": 10}, {"b": 10})
    assert found.effect_size == pytest.approx(1)
    assert found.total_variation == pytest.approx(1)


@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [({}, {}, 0.0), ({"a": 3}, {}, 1.0), ({}, {"a": 3}, 1.0), ({"a": 3}, {"a": 9}, 0.0), ({"a": 3, "b": 0}, {"a": 1}, 0.0)],
)
def test_what_cannot_be_tested_has_no_significance_but_a_distance(before: dict, after: dict, distance: float):
    found = shift(before, after)
    assert (found.chi_square, found.p_value, found.effect_size, found.smallest_detectable) == (0.0, 1.0, 0.0, None)
    assert found.total_variation == distance


@given(counts)
def test_equal_shares_are_no_shift(before: dict[str, int]):
    found = shift(before, {name: 3 * count for name, count in before.items()})
    assert found.effect_size == pytest.approx(0, abs=1e-6)
    assert found.total_variation == pytest.approx(0, abs=1e-9)
    assert found.p_value == pytest.approx(1)


@given(counts, counts)
def test_the_effect_lies_between_none_and_total_whichever_way_one_looks(before: dict[str, int], after: dict[str, int]):
    there, back = shift(before, after), shift(after, before)
    assert 0 <= there.effect_size <= 1 + 1e-9
    assert 0 <= there.total_variation <= 1 + 1e-9
    assert there.effect_size == pytest.approx(back.effect_size)
    assert there.total_variation == pytest.approx(back.total_variation)
    assert there.finding == back.finding


def test_what_two_versions_share_is_no_evidence_that_they_are_alike():
    before, shared = {"single": 50, "multi": 50}, {"single": 25, "multi": 25}
    after = {"single": 25, "multi": 75}
    found = shift(before, after, shared)
    assert (found.tested, found.totals, found.finding) == ((50, 50), (100, 100), "shifted")
    assert found.chi_square > shift(before, after).chi_square
    assert (found.before, found.after) == (before, after)


def test_a_version_that_only_grew_is_tested_by_what_came_against_what_stayed():
    kept = {"single": 40, "multi": 40}
    found = shift(kept, {"single": 40, "multi": 60}, kept)
    assert (found.tested, found.finding) == ((80, 20), "shifted")
    assert shift(kept, kept, kept).finding == "nothing to test"


def test_versions_that_share_most_rows_are_called_shifted_at_the_level():
    rng, shifted = np.random.default_rng(23), 0
    for _ in range(600):
        stayed, left, came = (rng.binomial(n, 0.5) for n in (160, 40, 40))
        shared = {"single": int(stayed), "multi": int(160 - stayed)}
        before, after = ({"single": int(stayed + own), "multi": int(200 - stayed - own)} for own in (left, came))
        shifted += shift(before, after, shared).finding == "shifted"
    assert 0.02 <= shifted / 600 <= 0.08
