"""How counts moved between two versions: tested for significance, measured for size, and checked for whether there are enough of them."""

from collections import Counter
from collections.abc import Mapping
from math import sqrt
from typing import Literal

from golden_assets.domain.core.records import Record
from golden_assets.domain.statistics.distributions import ALPHA, POWER, total_variation

Finding = Literal["shifted", "no shift seen", "too few to conclude", "nothing to test"]

LARGE_EFFECT = 0.5
"""Cramér's V from which Cohen (1988, ch. 7) calls an effect large, for tables of two rows."""


class Shift(Record):
    """How counts moved between two versions.

    ``chi_square`` with ``degrees_of_freedom`` and ``p_value`` test whether both came from one distribution (Pearson's test of
    homogeneity). ``effect_size`` is Cramér's V, 0 (same shares) to 1 (nothing in common); ``total_variation`` is the share that would
    have to move for both to be alike, 0 to 1. ``totals`` are the counts in all, before and after. ``smallest_detectable`` is the V that
    the test notices with a probability of 80 % at the ``tested`` totals; None where nothing is tested. What both versions share is no
    evidence of two samples, so ``tested`` counts what only one has, or, where one has nothing of its own, that against what is shared.
    """

    before: dict[str, int]
    after: dict[str, int]
    totals: tuple[int, int]
    chi_square: float = 0.0
    degrees_of_freedom: int = 0
    p_value: float = 1.0
    effect_size: float = 0.0
    total_variation: float
    smallest_detectable: float | None = None
    tested: tuple[int, int] | None = None
    finding: Finding = "nothing to test"


def shift(before: Mapping[str, int], after: Mapping[str, int], shared: Mapping[str, int] | None = None) -> Shift:
    """Test two sets of counts for one distribution. With one name only, or an empty side, nothing is tested: 0, p = 1.

    ``shared`` are counts of what is in both sets. It is the same on both sides, so the two are dependent: what left is tested against what
    came, which are independent; where nothing left, or nothing came, the other against what stayed.
    """
    totals = (sum(before.values()), sum(after.values()))
    distance = total_variation(before, after) if all(totals) else float(any(totals))
    counted = Shift(before=dict(before), after=dict(after), totals=totals, total_variation=distance)
    left, came = (dict(Counter(side) - Counter(shared or {})) for side in (before, after))
    one, other = left or dict(shared or {}), came or dict(shared or {})
    names = [name for name in dict.fromkeys([*one, *other]) if one.get(name, 0) + other.get(name, 0)]
    if len(names) < 2 or not (left or came) or not (sum(one.values()) and sum(other.values())):
        return counted
    sample = counted.model_copy(update={"before": one, "after": other, "totals": (sum(one.values()), sum(other.values()))})
    found = _tested(sample, names)
    return found.model_copy(update={"before": counted.before, "after": counted.after, "totals": totals, "tested": sample.totals})


def _tested(counted: Shift, names: list[str]) -> Shift:
    from scipy.special import chdtrc, chdtri, chndtrinc

    cells = list(_cells(counted, names))
    statistic = sum((observed - expected) ** 2 / expected for observed, expected in cells)
    degrees, n = len(names) - 1, sum(counted.totals)
    p_value = float(chdtrc(degrees, statistic))
    # the noncentrality at which the test has this power, over n (Cohen 1988, 7.2); two rows in the table, so Cramér's V is his w
    detectable = sqrt(float(chndtrinc(float(chdtri(degrees, ALPHA)), degrees, 1 - POWER)) / n)
    return counted.model_copy(
        update={
            "chi_square": statistic,
            "degrees_of_freedom": degrees,
            "p_value": p_value,
            # two rows in the table, so Cramér's V is the square root of chi-square by n (Cramér 1946, 21.9)
            "effect_size": sqrt(statistic / n),
            "smallest_detectable": detectable,
            "finding": _finding([expected for _, expected in cells], p_value, detectable),
        }
    )


def _cells(counted: Shift, names: list[str]) -> list[tuple[int, float]]:
    """(observed, expected under one distribution) for every name on either side."""
    grand = sum(counted.totals)
    sides = ((counted.before, counted.totals[0]), (counted.after, counted.totals[1]))
    together = {name: counted.before.get(name, 0) + counted.after.get(name, 0) for name in names}
    return [(counts.get(name, 0), together[name] * total / grand) for name in names for counts, total in sides]


def _finding(expected: list[float], p_value: float, detectable: float) -> Finding:
    """Cochran (1954): the chi-square approximation holds when no expected count is below 1 and at most a fifth of them below 5.

    Beyond that, seeing nothing means something only where at least a large effect would have been noticed.
    """
    if min(expected) < 1 or sum(count < 5 for count in expected) > len(expected) / 5:
        return "too few to conclude"
    if p_value < ALPHA:
        return "shifted"
    return "no shift seen" if detectable <= LARGE_EFFECT else "too few to conclude"
