"""The difference between two means when rows come in documents: standard error, randomisation test and interval, power.

One estimator serves every design. With S the sum of the scores of a document and n its rows, in each arm, the difference is
sum(S_b)/sum(n_b) - sum(S_a)/sum(n_a), and document g contributes (S_bg - m_b n_bg)/N_b - (S_ag - m_a n_ag)/N_a to its error (the
linearisation of a ratio; Cochran 1977, ch. 6). Rows that both arms share are thereby paired, rows that only one has are not, and both may
occur together. Draws are whole documents, and all of them are computed at once: every quantity is linear in a draw's document weights.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

from golden_assets.domain.quality.power import t_quantile
from golden_assets.domain.statistics.distributions import ALPHA

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

DRAWS = 1999
"""Random draws of a test or an interval: the Monte-Carlo error of p = 0.05 is then half a point."""
EXACT_DOCUMENTS = 10
"""Up to here all 2^n ways to swap the arms of n documents are tried, fewer than `DRAWS`."""
_DOUBLINGS, _PRECISION = 8, 5e-3
"""How far, in standard errors as a power of two, and how finely the ends of an interval are looked for."""
_NOTHING = 1e-7
"""A standard error below this is a rounding remainder of zero: scores are of the order of 1."""


class DocumentTotals(NamedTuple):
    """Per document, shape (documents,): the sum of the scores and the number of rows of each arm; a row is scored 0 to 1, or any number."""

    sum_a: "Vector"
    rows_a: "Vector"
    sum_b: "Vector"
    rows_b: "Vector"

    @property
    def swapped(self) -> "DocumentTotals":
        """The arms exchanged in every document."""
        return DocumentTotals(self.sum_b, self.rows_b, self.sum_a, self.rows_a)


class Difference(NamedTuple):
    """Mean of B minus mean of A, its standard error over documents (0 when they all agree, NaN for fewer than two), and the documents."""

    difference: float
    standard_error: float
    documents: int


def difference(totals: DocumentTotals) -> Difference:
    """The estimate. Both arms must have rows."""
    moments = _moments(totals).sum(axis=0, keepdims=True)
    documents = len(totals.rows_a)
    estimate, error = _estimates(moments, documents)
    return Difference(float(estimate[0]), float(error[0]) if documents > 1 else math.nan, documents)


def randomisation_p_value(totals: DocumentTotals, rng: "np.random.Generator", draws: int = DRAWS) -> float:
    """Two-sided mid-p of the hypothesis that within every document it does not matter which arm is A and which is B.

    The arms of whole documents are swapped, and the difference over its standard error compared with the observed one; draws that are just
    as large count half (Lancaster 1961), since scores of 0 and 1 give many of them and would make the test timid. Whatever the
    distribution, its size is that of the level but for those ties. Without a difference p = 1.
    """
    swaps = _assignments(len(totals.rows_a), rng, draws)
    return _p_value(totals, swaps)


def randomisation_interval(totals: DocumentTotals, rng: "np.random.Generator", draws: int = DRAWS) -> tuple[float, float] | None:
    """The 95 % interval of the difference: every shift of B that `randomisation_p_value` does not reject (Lehmann and Romano 2005,
    sec. 5.6; Garthwaite 1996), None for a single document.

    It excludes zero exactly where that test, with the same draws, finds a difference, and so has its power, which the bootstrap has not at
    a dozen documents. (Ties make p jump at zero; the ends are moved past it where the search missed that.) Where no shift is ever rejected,
    the documents being too few, the bootstrap's interval is all there is.
    """
    estimate, error, documents = difference(totals)
    if documents < 2 or error == 0:
        return None if documents < 2 else (estimate, estimate)
    swaps = _assignments(documents, rng, draws)
    ends = [_rejected_from(totals, swaps, estimate, side * error) for side in (-1, 1)]
    if ends[0] is None or ends[1] is None:
        return bootstrap_interval(totals, rng)
    return _agreeing((ends[0], ends[1]), estimate, _p_value(totals, swaps) < ALPHA, _PRECISION * error)


def bootstrap_interval(
    totals: DocumentTotals, rng: "np.random.Generator", confidence: float = 1 - ALPHA, draws: int = DRAWS
) -> tuple[float, float] | None:
    """The interval of the difference by a symmetric bootstrap-t over documents (Hall 1992, sec. 3.6); None for a single document.

    A percentile interval is too short for the few dozen documents of a testset; studentised it is not. Where so few documents are unlike
    the others that many draws have no spread at all, and so no ratio, Student's t replaces the quantile of the draws.
    """
    import numpy as np

    documents = len(totals.rows_a)
    if documents < 2:
        return None
    kept = _moments(totals)
    estimate, error = _estimates(kept.sum(axis=0, keepdims=True), documents)
    weights = rng.multinomial(documents, np.full(documents, 1 / documents), size=draws).astype(np.float64)
    drawn, errors = _estimates(weights @ kept, documents)
    quantile = float(np.quantile(_ratios(drawn - estimate[0], errors), confidence, method="higher"))
    if not math.isfinite(quantile):
        quantile = t_quantile((1 + confidence) / 2, documents - 1)
    half = quantile * float(error[0])
    return float(estimate[0]) - half, float(estimate[0]) + half


def power_of(effect: float, standard_error: float, documents: int, alpha: float = ALPHA) -> float:
    """The probability that a true difference is found, by the noncentral t distribution with documents - 1 degrees of freedom."""
    from scipy.special import nctdtr

    degrees, shift = documents - 1, abs(effect) / standard_error
    critical = t_quantile(1 - alpha / 2, degrees)
    return float(1 - nctdtr(degrees, shift, critical) + nctdtr(degrees, shift, -critical))


def mcnemar_mid_p(only_a: int, only_b: int) -> float:
    """Two-sided mid-p of McNemar's test: rows that only A, and that only B, got right. It takes rows for independent.

    Fagerland, Lydersen and Laake 2013. Without a discordant row p = 1.
    """
    from scipy.special import bdtr

    total, fewer = only_a + only_b, min(only_a, only_b)
    if total == 0:
        return 1.0
    below = float(bdtr(fewer - 1, total, 0.5)) if fewer else 0.0
    return min(1.0, float(bdtr(fewer, total, 0.5)) + below)


def holm(p_values: list[float]) -> list[float]:
    """Adjusted p-values, in the order given: below alpha where Holm's step-down procedure (1979) rejects."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, position in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[position]))
        adjusted[position] = largest
    return adjusted


def _assignments(documents: int, rng: "np.random.Generator", draws: int) -> "Vector":
    """Which documents to swap, one line a draw: every way of it up to `EXACT_DOCUMENTS`, else random ones."""
    import numpy as np

    if documents > EXACT_DOCUMENTS:
        return rng.integers(0, 2, size=(draws, documents)).astype(np.float64)
    return ((np.arange(2**documents)[:, np.newaxis] >> np.arange(documents)) & 1).astype(np.float64)


def _p_value(totals: DocumentTotals, swaps: "Vector") -> float:
    """See `randomisation_p_value`."""
    documents = len(totals.rows_a)
    kept = _moments(totals)
    (observed,) = _ratios(*_estimates(kept.sum(axis=0, keepdims=True), documents))
    if observed == 0:
        return 1.0
    ratios = _ratios(*_estimates(kept.sum(axis=0) + swaps @ (_moments(totals.swapped) - kept), documents))
    larger, as_large = int((ratios > observed * (1 + 1e-9)).sum()), int((ratios >= observed * (1 - 1e-9)).sum())
    own = 0 if documents <= EXACT_DOCUMENTS else 1  # the observed assignment is one of the possible ones
    return (larger + as_large + own) / 2 / (len(ratios) + own)


def _rejected_from(totals: DocumentTotals, swaps: "Vector", estimate: float, step: float) -> float | None:
    """The first shift in the direction of ``step`` that is rejected, to `_PRECISION` of it, by doubling and bisection; None without one."""

    def _is_rejected(shift: float) -> bool:
        return _p_value(totals._replace(sum_b=totals.sum_b - shift * totals.rows_b), swaps) < ALPHA

    reach = next((2**k for k in range(_DOUBLINGS) if _is_rejected(estimate + 2**k * step)), None)
    if reach is None:
        return None
    inside, outside = 0.0 if reach == 1 else reach / 2, float(reach)
    while outside - inside > _PRECISION:
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if _is_rejected(estimate + middle * step) else (middle, outside)
    return estimate + outside * step


def _agreeing(interval: tuple[float, float], estimate: float, zero_is_rejected: bool, margin: float) -> tuple[float, float]:
    """The interval with zero outside, by the margin, or inside, as the test says."""
    low, high = interval
    if not zero_is_rejected:
        return min(low, 0.0), max(high, 0.0)
    return (max(low, margin), high) if estimate > 0 else (low, min(high, -margin))


def _moments(totals: DocumentTotals) -> "Vector":
    """Per document the sums and products that `_estimates` needs, shape (documents, 14)."""
    import numpy as np

    s, n, t, m = totals
    return np.stack([n, s, m, t, s * s, s * n, n * n, t * t, t * m, m * m, s * t, n * t, s * m, n * m], axis=1)


def _estimates(moments: "Vector", documents: int) -> "tuple[Vector, Vector]":
    """Differences and standard errors of many draws; moments have shape (draws, 14). NaN where an arm has no row."""
    import numpy as np

    n, s, m, t, ss, sn, nn, tt, tm, mm, st, nt, sm, nm = moments.T
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = s / n, t / m
        within_a = (ss - 2 * a * sn + a * a * nn) / (n * n)
        within_b = (tt - 2 * b * tm + b * b * mm) / (m * m)
        between = (st - a * nt - b * sm + a * b * nm) / (n * m)
        variance = (within_a + within_b - 2 * between) * documents / max(1, documents - 1)
    errors = np.sqrt(np.maximum(variance, 0.0))
    return b - a, np.where(errors < _NOTHING, 0.0, errors)


def _ratios(differences: "Vector", errors: "Vector") -> "Vector":
    """Absolute differences over their errors; 0 for nothing over nothing, infinite for something over nothing.

    Draws that leave an arm without a row say nothing and are left out, so the result may be shorter.
    """
    import numpy as np

    possible = np.isfinite(differences)
    size, errors = np.abs(differences[possible]), errors[possible]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size < _NOTHING, 0.0, size / errors)
