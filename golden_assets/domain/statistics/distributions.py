"""Numbers about counts, shares and vectors: no testsets here, only arithmetic with its source.

SciPy's special functions are used instead of ``scipy.stats``, which gives the same figures (the tests compare them) but takes over
two seconds to import. Whatever would be NaN has a defined value, stated with each function.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from golden_assets.domain.core.errors import TestsetError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

Name = TypeVar("Name", bound=str)

ALPHA = 0.05
"""Significance level of every test, the customary one."""
POWER = 0.8
"""Probability with which a difference that is stated as detectable is found, the customary one (Cohen 1988)."""
NORMAL_95 = 1.96
"""Standard deviations to either side that hold 95 % of a normal distribution."""


class ChiSquare(NamedTuple):
    """Pearson's statistic, the probability of one at least as large under the target, and its degrees of freedom."""

    statistic: float
    p_value: float
    degrees_of_freedom: int


def normalised(weights: Mapping[Name, float]) -> dict[Name, float]:
    """The positive weights, scaled to sum 1; empty when there are none."""
    total = sum(weight for weight in weights.values() if weight > 0)
    return {name: weight / total for name, weight in weights.items() if weight > 0}


def total_variation(counts: Mapping[str, int], target: Mapping[str, float]) -> float:
    """Half the sum of |observed share - target share|, 0 to 1: the share of rows that would have to change their type.

    No counts against a target: 1. No target: 0, for there is nothing to be distant from.
    """
    target, observed = normalised(target), normalised(counts)
    if not target or not observed:
        return float(bool(target))
    return sum(abs(observed.get(name, 0.0) - target.get(name, 0.0)) for name in sorted(observed.keys() | target.keys())) / 2


def apportion(total: int, target: Mapping[Name, float]) -> dict[Name, int]:
    """``total`` split into whole numbers as near to the target as can be: largest remainders (Hamilton), the first of equals first.

    No split of whole numbers has a smaller `total_variation` from the target.
    """
    quotas = {name: share * total for name, share in normalised(target).items()}
    split = {name: int(round(quota, 9)) for name, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda name: round(split[name] - quotas[name], 9))
    for name in by_remainder[: total - sum(split.values())]:
        split[name] += 1
    return split


def chi_square(counts: Mapping[str, int], target: Mapping[str, float]) -> ChiSquare:
    """Pearson's goodness of fit, the sum of (observed - expected)^2 / expected over the types of the target.

    Expected counts are the target's shares of the rows of those types. A row of any other type cannot occur under the target, so
    then p = 0. With a single type, without rows, or without a target nothing is tested: statistic 0, p = 1.
    """
    target = normalised(target)
    observed = {name: counts.get(name, 0) for name in target}
    total, degrees = sum(observed.values()), max(0, len(target) - 1)
    statistic = sum((observed[name] - share * total) ** 2 / (share * total) for name, share in target.items()) if total else 0.0
    if target and any(count > 0 for name, count in counts.items() if name not in target):
        return ChiSquare(statistic, 0.0, degrees)
    if not degrees:
        return ChiSquare(0.0, 1.0, 0)

    from scipy.special import chdtrc

    return ChiSquare(statistic, float(chdtrc(degrees, statistic)), degrees)


def chi_square_power(rows: int, target: Mapping[str, float], distance: float, alpha: float = ALPHA) -> float:
    """The least probability that the chi-square test notices a drift of this total variation from the target, at this many rows.

    Under a drift d the statistic follows a noncentral chi-square with noncentrality n * sum(d_i^2 / t_i) (Cohen 1988, ch. 7). Over
    all drifts of total variation D that move mass into a set of types with target mass P, Cauchy-Schwarz gives the least of it,
    n * D^2 / (P * (1 - P)), and the set with P nearest 1/2 gives the least of all. For 50/25/25 and D = 0.1 that drift is 60/20/20:
    power 0.23 at 50 rows, 0.72 at 200, 0.99 at 500.
    Without two types or without rows nothing is tested: 0.
    """
    shares = list(normalised(target).values())
    if len(shares) < 2 or rows < 1:
        return 0.0

    from scipy.special import chdtri, chndtr

    masses = [sum(subset) for size in range(1, len(shares)) for subset in combinations(shares, size)]
    noncentrality = rows * distance**2 / max(mass * (1 - mass) for mass in masses)
    degrees = len(shares) - 1
    return float(1 - chndtr(chdtri(degrees, alpha), degrees, noncentrality))


def unit_matrix(vectors: Sequence[Sequence[float]]) -> "Matrix":
    """The vectors as rows of length 1, shape (n, dimensions).

    Raises:
        TestsetError: a vector has no direction (all zero, not finite), or they differ in their dimensions.
    """
    import numpy as np

    if len({len(vector) for vector in vectors}) > 1:
        raise TestsetError("the embedder returned vectors of different dimensions", "embed all questions with one model")
    matrix = np.array(vectors, dtype=np.float64).reshape(len(vectors), -1 if len(vectors) else 0)
    peaks = np.maximum(matrix.max(axis=1, initial=0.0), -matrix.min(axis=1, initial=0.0))
    for row in np.flatnonzero(~(np.isfinite(peaks) & (peaks > 0))):
        problem = f"the embedding of question {row + 1} of {len(vectors)} has no direction (zero or not finite)"
        raise TestsetError(problem, "check the embedding model, and that the question is not blank")
    matrix /= peaks[:, np.newaxis]  # no square of it can overflow or vanish
    matrix /= np.sqrt(np.einsum("ij,ij->i", matrix, matrix))[:, np.newaxis]
    return matrix


def mean_pairwise_distance(units: "Matrix") -> float:
    """Mean cosine distance over all pairs of unit rows: 0 (all alike) to n/(n-1); about 1 when unrelated. Fewer than two rows: 1.

    The sum of all products is the squared length of the sum, so that no n x n matrix is needed.
    """
    rows = len(units)
    if rows < 2:
        return 1.0
    total = units.sum(axis=0)
    return max(0.0, 1.0 - (float(total @ total) - rows) / (rows * (rows - 1)))


def wilson(successes: int, total: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927); (0, 1) without an observation."""
    if total == 0:
        return 0.0, 1.0
    share, square = successes / total, NORMAL_95**2
    centre = (share + square / (2 * total)) / (1 + square / total)
    spread = NORMAL_95 * math.sqrt(share * (1 - share) / total + square / (4 * total**2)) / (1 + square / total)
    return max(0.0, centre - spread), min(1.0, centre + spread)
