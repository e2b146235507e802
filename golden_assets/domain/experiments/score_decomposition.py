"""The bridge: why the score of one version differs from that of another.

The way from A to B takes three steps: take away the rows that only A has, replace the scores of the rows that both have, add the rows that
only B has. The first and last are the testset's doing, the middle one that of the system under test. What a step changes depends on those
taken before it, so each part is its mean change over all six orders: the Shapley value, the only split that is complete, symmetric and
additive (Shapley 1953; for decompositions of indicators, Shorrocks 2013). The parts sum to the whole but for rounding in the last digits.
"""

import math
from collections.abc import Mapping
from itertools import permutations

from golden_assets.domain.core.records import Record

MIN_COMMON_ROWS = 20
"""With fewer common rows a single one moves their mean by more than 5 points, and the parts say nothing."""
STEPS = ("removed", "common", "added")


class Bridge(Record):
    """Two means and what lies between: ``mean_a + removed + common + added == mean_b`` to 1e-12 for scores of the order of 1.

    ``common_low`` and ``common_high`` bound the common part at 95 %, None without an interval.
    """

    mean_a: float
    removed: float
    common: float
    added: float
    mean_b: float
    removed_rows: int
    common_rows: int
    added_rows: int
    common_low: float | None = None
    common_high: float | None = None

    @property
    def change(self) -> float:
        """The whole: mean of B minus mean of A."""
        return self.mean_b - self.mean_a

    @property
    def can_be_read(self) -> bool:
        """Whether the parts say something: with rows that only one has, a few common ones tell too little of the system."""
        return not self.common_rows or self.common_rows >= MIN_COMMON_ROWS or not (self.removed_rows or self.added_rows)

    @property
    def common_weight(self) -> float:
        """The common part over the mean difference of the common rows: 1 when no other rows are there, 0 without common ones."""
        if not self.common_rows:
            return 0.0
        of_a, of_b = self.removed_rows + self.common_rows, self.added_rows + self.common_rows
        return self.common_rows * (1 / of_a / 3 + 1 / self.common_rows / 6 + 1 / (of_a + self.added_rows) / 6 + 1 / of_b / 3)


def build_bridge(scores_a: Mapping[str, float], scores_b: Mapping[str, float]) -> Bridge:
    """Split the change of the mean score exactly.

    Without a common row there is nothing to stand on in the middle: then ``removed`` takes A's mean away whole and ``added`` brings B's.

    Args:
        scores_a: score by row id, at least one.
        scores_b: likewise.
    """
    common = scores_a.keys() & scores_b.keys()
    mean_a, mean_b = _mean(scores_a), _mean(scores_b)
    parts = _shapley(scores_a, scores_b) if common else {"removed": -mean_a, "common": 0.0, "added": mean_b}
    return Bridge(
        mean_a=mean_a,
        removed=parts["removed"],
        common=parts["common"],
        added=parts["added"],
        mean_b=mean_b,
        removed_rows=len(scores_a) - len(common),
        common_rows=len(common),
        added_rows=len(scores_b) - len(common),
    )


def _shapley(scores_a: Mapping[str, float], scores_b: Mapping[str, float]) -> dict[str, float]:
    """The mean change of each step over all orders."""
    orders = list(permutations(STEPS))
    changes: dict[str, list[float]] = {step: [] for step in STEPS}
    for order in orders:
        for taken, step in enumerate(order):
            before, after = (_after(scores_a, scores_b, order[:steps]) for steps in (taken, taken + 1))
            changes[step].append(after - before)
    return {step: math.fsum(found) / len(orders) for step, found in changes.items()}


def _after(scores_a: Mapping[str, float], scores_b: Mapping[str, float], steps: tuple[str, ...]) -> float:
    """The mean after some steps."""
    kept = {row: score for row, score in scores_a.items() if "removed" not in steps or row in scores_b}
    if "common" in steps:
        kept |= {row: scores_b[row] for row in kept if row in scores_b}
    if "added" in steps:
        kept |= {row: score for row, score in scores_b.items() if row not in scores_a}
    return _mean(kept)


def _mean(scores: Mapping[str, float]) -> float:
    return math.fsum(scores.values()) / len(scores)
