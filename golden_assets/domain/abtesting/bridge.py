"""The bridge: why the score of one version differs from that of another.

The way from A to B is walked in three steps, and each step's change of the mean is a part: take away the rows that only A has, replace the
scores of the rows that both have, add the rows that only B has. The first and last are the testset's doing, the middle one that of the
system under test. The parts sum to the whole but for rounding in the last digits.
"""

import math
from collections.abc import Iterable, Mapping

from golden_assets.domain.documents import Record


class Bridge(Record):
    """Two means and what lies between: ``mean_a + removed + common + added == mean_b`` to 1e-12 for scores of the order of 1."""

    mean_a: float
    removed: float
    common: float
    added: float
    mean_b: float
    removed_rows: int
    common_rows: int
    added_rows: int

    @property
    def change(self) -> float:
        """The whole: mean of B minus mean of A."""
        return self.mean_b - self.mean_a


def build_bridge(scores_a: Mapping[str, float], scores_b: Mapping[str, float]) -> Bridge:
    """Split the change of the mean score exactly.

    Without a common row there is nothing to stand on in the middle: then ``removed`` takes A's mean away whole and ``added`` brings B's.

    Args:
        scores_a: score by row id, at least one.
        scores_b: likewise.
    """
    common = sorted(scores_a.keys() & scores_b.keys())
    mean_a, mean_b = _mean(scores_a, scores_a.keys()), _mean(scores_b, scores_b.keys())
    before, after = _mean(scores_a, common), _mean(scores_b, common)
    return Bridge(
        mean_a=mean_a,
        removed=before - mean_a,
        common=after - before,
        added=mean_b - after,
        mean_b=mean_b,
        removed_rows=len(scores_a) - len(common),
        common_rows=len(common),
        added_rows=len(scores_b) - len(common),
    )


def _mean(scores: Mapping[str, float], rows: Iterable[str]) -> float:
    chosen = [scores[row] for row in rows]
    return math.fsum(chosen) / len(chosen) if chosen else 0.0
