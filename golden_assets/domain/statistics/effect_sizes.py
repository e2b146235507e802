"""How large a difference between shares is, with an interval, and how evenly counts are spread. Arithmetic with its source, no testsets.

No interval needs a bootstrap, so that equal input gives equal figures.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from golden_assets.domain.statistics.distributions import ALPHA, chi_square, normalised, total_variation


class Estimate(NamedTuple):
    """A value from 0 to 1 and its two-sided 95 % interval."""

    value: float
    low: float
    high: float


def cramers_v(counts: Mapping[str, int], target: Mapping[str, float]) -> Estimate:
    """Cramer's V of counts against target shares: sqrt(chi-square / (n * (1/q - 1))), q being the smallest target share; 0 to 1.

    n * (1/q - 1) is the largest chi-square that n rows of the target's types can give (Johnston, Berry and Mielke 2006); with equal shares
    this is the customary sqrt(chi-square / (n * (k - 1))). The interval inverts the noncentral chi-square distribution of the statistic
    (Steiger 2004), V = sqrt(noncentrality / (n * (1/q - 1))). That distribution is an approximation which is good for small drifts, so the
    interval is rough far from the target. For the upper bound the statistic is at least its mean without a drift, the degrees of freedom:
    shares that fit better than chance would have it prove no more, and the inversion would yield no interval at all.
    A row of a type without a share makes chi-square infinite: 1, from 1 to 1. Without rows, or without two types in the target,
    nothing is known: 0, from 0 to 1.
    """
    shares, rows = normalised(target), sum(counts.values())
    if shares and any(count > 0 for name, count in counts.items() if name not in shares):
        return Estimate(1.0, 1.0, 1.0)
    if len(shares) < 2 or rows < 1:
        return Estimate(0.0, 0.0, 1.0)
    test, most = chi_square(counts, target), rows * (1 / min(shares.values()) - 1)
    degrees = test.degrees_of_freedom
    lowest = _noncentrality(test.statistic, degrees, 1 - ALPHA / 2)
    highest = _noncentrality(max(test.statistic, degrees), degrees, ALPHA / 2)
    return Estimate(*(min(1.0, math.sqrt(number / most)) for number in (test.statistic, lowest, highest)))


def distance_interval(counts: Mapping[str, int], target: Mapping[str, float]) -> Estimate:
    """`total_variation` with an interval for that of the true shares; 0 to 1.

    Half its width is sqrt(ln((2^k - 2) / alpha) / (2 n)) for k types. By that much at most the observed shares of n rows differ from the
    true ones, in total variation, with a probability of at least 1 - alpha (Weissman et al. 2003), and the triangle inequality carries it
    over. It holds for every n and every target, and is wider than need be. A type without a share counts as one of the k.
    One type cannot differ: no width. Without rows, or without a target: from 0 to 1.
    """
    value, rows = total_variation(counts, target), sum(counts.values())
    types = len(normalised(target).keys() | {name for name, count in counts.items() if count > 0})
    if rows < 1 or not normalised(target):
        return Estimate(value, 0.0, 1.0)
    half = math.sqrt(math.log((2**types - 2) / ALPHA) / (2 * rows)) if types > 1 else 0.0
    return Estimate(value, max(0.0, value - half), min(1.0, value + half))


def gini(counts: Sequence[int]) -> float:
    """Gini coefficient, sum over i of (2 i - m - 1) x_i / (m * sum of x), x in ascending order (Sen 1973): 0 where all m are equal, up to
    1 - 1/m where one has everything. 0 without counts."""
    total, size = sum(counts), len(counts)
    return sum((2 * i - size - 1) * count for i, count in enumerate(sorted(counts), 1)) / (size * total) if total else 0.0


def _noncentrality(statistic: float, degrees: int, probability: float) -> float:
    """The noncentrality at which a statistic up to this one has the probability; 0 where it is less likely even without any."""
    from scipy.special import chdtr, chndtrinc

    return float(chndtrinc(statistic, degrees, probability)) if chdtr(degrees, statistic) > probability else 0.0
