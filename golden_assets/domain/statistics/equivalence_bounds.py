"""Whether shares are shown to be near a target, shown to be far from it, or neither, at this many rows: bounds on a total variation.

The total variation is the largest difference P(A) - T(A) between the true and the target share of any set of types A. For one set the share
has the one-sided bounds of Clopper and Pearson (1934), which hold at every number of rows. The largest of the sets' upper bounds is one for
the total variation at the same level, as whichever set is the true largest is bounded by its own (Berger 1982, intersection-union). A lower
bound has to hold for all sets at once, at alpha / (2^k - 2) for each (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Literal, NamedTuple

from golden_assets.domain.statistics.distributions import ALPHA, normalised

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Standing = Literal["within", "undecided", "outside"]
MOST_ROWS = 1_000_000


class Bounds(NamedTuple):
    """One-sided bounds of a total variation, 0 to 1, each wrong with a probability of at most alpha."""

    low: float
    high: float


def distance_bounds(counts: Mapping[str, float], target: Mapping[str, float], alpha: float = ALPHA) -> Bounds:
    """Bounds of the total variation between the shares that the rows were made with and the target. A type without a target share counts
    as one with none. One type cannot differ: 0 and 0. Without rows, or without a target: 0 and 1.
    """
    import numpy as np

    shares = normalised(target)
    names = sorted(shares.keys() | {name for name, count in counts.items() if count > 0})
    observed = np.array([[counts.get(name, 0) for name in names]], dtype=np.float64)
    if not shares or not observed.sum():
        return Bounds(0.0, 1.0)
    low, high = bounds_of(observed, [shares.get(name, 0.0) for name in names], alpha)
    return Bounds(float(low[0]), float(high[0]))


def bounds_of(counts: "Numbers", target: Sequence[float], alpha: float = ALPHA) -> "tuple[Numbers, Numbers]":
    """Lower and upper bounds for each line of ``counts``, shape (testsets, types), none of them empty; ``target`` sums to 1."""
    import numpy as np

    types = range(len(target))
    sets = [list(chosen) for size in range(1, len(target)) for chosen in combinations(types, size)]
    if not sets:
        return np.zeros(len(counts)), np.zeros(len(counts))

    from scipy.special import betaincinv

    rows = counts.sum(axis=1)[:, np.newaxis]
    hits = np.stack([counts[:, chosen].sum(axis=1) for chosen in sets], axis=1)
    wanted = np.array([sum(target[place] for place in chosen) for chosen in sets])
    full, none = hits >= rows, hits <= 0
    upper = np.where(full, 1.0, betaincinv(hits + 1, np.where(full, 1.0, rows - hits), 1 - alpha)) - wanted
    lower = np.where(none, 0.0, betaincinv(np.where(none, 1.0, hits), rows - hits + 1, alpha / len(sets))) - wanted
    return np.maximum(0.0, lower.max(axis=1)), np.minimum(1.0, upper.max(axis=1))


def standing(bounds: Bounds, limit: float) -> Standing:
    """Whether a total variation is shown to be at most ``limit``, shown to be above it, or neither."""
    return "within" if bounds.high <= limit else "outside" if bounds.low > limit else "undecided"


def rows_to_decide(counts: Mapping[str, int], target: Mapping[str, float], limit: float, alpha: float = ALPHA) -> int | None:
    """How many rows with the shares of ``counts`` would not be undecided, parts of rows included; None where `MOST_ROWS`
    would be, or without rows.
    """
    rows = sum(counts.values())

    def _decides(size: int) -> bool:
        scaled = {name: count * size / rows for name, count in counts.items()}
        return standing(distance_bounds(scaled, target, alpha), limit) != "undecided"

    if not rows or not _decides(MOST_ROWS):
        return None
    low, high = 0, MOST_ROWS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if middle and _decides(middle) else (middle, high)
    return high
