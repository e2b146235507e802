"""How many rejections a critic that errs owes to its own errors: arithmetic on the binomial distribution, no testsets.

SciPy's special functions are used as in `distributions`; the tests compare them with sums of the distribution's terms.
"""

from math import ceil

from golden_assets.domain.statistics.distributions import ALPHA

PLANTED = 0.1
"""The share of bad rows that the stated power is about: one in ten."""


def allowed_rejections(rows: int, false_rejects: float, alpha: float = ALPHA) -> int:
    """The fewest rejections c with P(more than c of ``rows`` sound rows are rejected) <= ``alpha``, each with probability
    ``false_rejects``: the one-sided binomial test that no row is bad. 0 without rows.
    """
    if rows < 1 or false_rejects <= 0:
        return 0
    if false_rejects >= 1:
        return rows

    from scipy.special import bdtrik

    return ceil(round(float(bdtrik(1 - alpha, rows, false_rejects)), 9))


def rejection_power(rows: int, allowed: int, recall: float, false_rejects: float, bad: float = PLANTED) -> float:
    """P(more than ``allowed`` of ``rows`` rows are rejected) where each is bad with probability ``bad``, and bad ones are rejected with
    probability ``recall``, sound ones with ``false_rejects``. 0 without so many rows.
    """
    from scipy.special import bdtrc

    rejected = min(1.0, max(0.0, bad * recall + (1 - bad) * false_rejects))
    return float(bdtrc(allowed, rows, rejected)) if allowed < rows else 0.0
