"""Simulations of the A/B test, written to `docs/statistics.md`: `make statistics-doc`. Seeded; a few minutes on one core.

The functions that are simulated are those that ship. A simulated testset has documents that differ in difficulty, and in how well each side
copes with them: that is what makes the rows of a document alike, and what an interval over rows overlooks.
"""

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.figures import ROOT
from golden_assets.domain.experiments import inference
from golden_assets.domain.experiments.inference import (
    DocumentTotals,
    bootstrap_interval,
    difference,
    mcnemar_mid_p,
    power_of,
    randomisation_p_value,
)
from golden_assets.domain.statistics.distributions import ALPHA

SEED = 20261126
NULL_SIMULATIONS = 4000
POWER_SIMULATIONS = 1500
PILOT_SIMULATIONS = 1500
DRAWS = 999
"""Draws of each test and interval; the product takes 1,999, which changes nothing but their Monte-Carlo error."""
EFFECT = 0.05
NULL_TOLERANCE, POWER_TOLERANCE = 0.015, 0.05
NORMAL_95 = 1.959964
PAGE = ROOT / "docs" / "statistics.md"

Scores = NDArray[np.float64]


class Design(NamedTuple):
    """A testset: documents, rows of each (from, to), and the share of rows that both sides have."""

    name: str
    documents: int
    rows: tuple[int, int]
    shared: float = 1.0


class Testset(NamedTuple):
    """Scores by arm, each row's document, and which rows each arm has."""

    a: Scores
    b: Scores
    document: NDArray[np.intp]
    in_a: NDArray[np.bool_]
    in_b: NDArray[np.bool_]

    def totals(self, unit: NDArray[np.intp]) -> DocumentTotals:
        """Sums and counts per unit: per document, or per row as if rows were independent."""
        size = int(unit.max()) + 1
        arms = []
        for scores, there in ((self.a, self.in_a), (self.b, self.in_b)):
            arms += [np.bincount(unit[there], scores[there], size), np.bincount(unit[there], np.ones(int(there.sum())), size)]
        sum_a, rows_a, sum_b, rows_b = arms
        return DocumentTotals(sum_a, rows_a, sum_b, rows_b)


NULL_DESIGNS = (
    Design("paired, 12 documents of 8 rows", 12, (8, 8)),
    Design("paired, 20 documents of 10 rows", 20, (10, 10)),
    Design("paired, 40 documents of 5 rows", 40, (5, 5)),
    Design("paired, 30 documents of 1 to 19 rows", 30, (1, 19)),
    Design("half of the rows shared, 30 documents of 9 rows", 30, (9, 9), 0.5),
    Design("no row shared, 30 documents of 10 rows", 30, (10, 10), 0.0),
)
POWER_DESIGNS = tuple(
    Design(f"paired, {documents} documents of {rows} rows", documents, (rows, rows)) for documents, rows in ((120, 10), (270, 10), (320, 4))
)


def draw(design: Design, effect: float, rng: np.random.Generator) -> Testset:
    """Right or wrong, with probability 0.5 + a document's difficulty (up to 0.15 either way) + how each side copes with the document (up
    to 0.25 either way, each side by itself) + the effect, for B. No probability is cut off, so the effect is exact.
    """
    sizes = rng.integers(design.rows[0], design.rows[1] + 1, design.documents)
    document = np.repeat(np.arange(design.documents), sizes)
    difficulty = rng.uniform(-0.15, 0.15, design.documents)
    p_a, p_b = (0.5 + difficulty + rng.uniform(-0.25, 0.25, design.documents) for _ in range(2))
    a, b = (rng.random(len(document)) < p[document] for p in (p_a, p_b + effect))
    place = rng.random(len(document))
    apart = (1 - design.shared) / 2
    return Testset(a.astype(float), b.astype(float), document, place >= apart, place < 1 - apart)


class Found(NamedTuple):
    """How often each method calls a difference: the interval over documents, the randomisation test, the interval over rows, McNemar."""

    interval: float
    randomisation: float
    naive: float
    mcnemar: float | None


def simulate(design: Design, effect: float, simulations: int, rng: np.random.Generator) -> Found:
    """Shares of the simulations."""
    counts = np.zeros(4)
    for _ in range(simulations):
        testset = draw(design, effect, rng)
        totals = testset.totals(testset.document)
        interval = bootstrap_interval(totals, rng, draws=DRAWS)
        counts[0] += interval is not None and not interval[0] <= 0 <= interval[1]
        counts[1] += randomisation_p_value(totals, rng, draws=DRAWS) < ALPHA
        by_row = difference(testset.totals(np.arange(len(testset.document))))
        counts[2] += abs(by_row.difference) > NORMAL_95 * by_row.standard_error
        discordant = testset.a - testset.b
        counts[3] += mcnemar_mid_p(int((discordant > 0).sum()), int((discordant < 0).sum())) < ALPHA
    shares = counts / simulations
    return Found(*shares[:3], float(shares[3]) if design.shared == 1 else None)


def stated_power(design: Design, rng: np.random.Generator) -> float:
    """The power that the product would state for the effect, from the root mean square of its standard errors in a pilot of its own."""
    squares = []
    for _ in range(PILOT_SIMULATIONS):
        testset = draw(design, EFFECT, rng)
        squares.append(difference(testset.totals(testset.document)).standard_error ** 2)
    return power_of(EFFECT, math.sqrt(float(np.mean(squares))), design.documents)


def monte_carlo_error(share: float, simulations: int) -> float:
    """Standard error of a simulated share."""
    return math.sqrt(share * (1 - share) / simulations)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}".replace("%", " %")


def _null_section(rng: np.random.Generator) -> tuple[str, list[str]]:
    found = {design.name: simulate(design, 0.0, NULL_SIMULATIONS, rng) for design in NULL_DESIGNS}
    rows = [(name, *map(_percent, shares)) for name, shares in found.items()]
    failed = [f"{name}: {share:.3f}" for name, shares in found.items() for share in shares[:2] if abs(share - ALPHA) > NULL_TOLERANCE] + [
        f"{name}: naive {shares.naive:.3f}" for name, shares in found.items() if abs(shares.naive - ALPHA) <= NULL_TOLERANCE
    ]
    headings = ["testset", "bootstrap-t interval over documents", "randomisation test", "interval over rows", "McNemar mid-p over rows"]
    return _table(headings, rows), failed


def _power_section(rng: np.random.Generator) -> tuple[str, list[str]]:
    rows, failed = [], []
    for design in POWER_DESIGNS:
        stated, found = stated_power(design, rng), simulate(design, EFFECT, POWER_SIMULATIONS, rng)
        rows.append((design.name, *map(_percent, (stated, found.interval, found.randomisation))))
        failed += [f"{design.name}: {share:.3f} for {stated:.3f}" for share in found[:2] if abs(share - stated) > POWER_TOLERANCE]
    return _table(["testset", "stated", "bootstrap-t interval over documents", "randomisation test"], rows), failed


TEXT = """# How far the A/B test can be trusted

Written by `make statistics-doc` (seed {seed}); do not edit. The functions that are simulated are those that ship, in
`golden_assets/domain/abtesting`.

Rows that were made from one document are alike: a retriever that fails on a document fails on all its questions. Whoever takes the rows for
independent sees differences where there are none. `golden-assets ab-test` therefore takes documents for the independent units, in the
test as in the interval.

## False positives

{null_simulations:,} testsets of each kind, scored by two sides that are equally good on the whole, each better on some documents.
Shown is how often a method finds a difference at the level of 5 %, which should be 5 % of the time. The Monte-Carlo error is
{null_error:.2f} points (one standard error at 5 %).

{null}

## Power

A true difference of 5 points, planted. *Stated* is the power that the product computes from the standard error (noncentral t
distribution, documents - 1 degrees of freedom), by {pilot:,} testsets of their own; beside it is how often the difference was found in
{power_simulations:,} others. The Monte-Carlo error is at most {power_error:.1f} points.

{power}

So many documents are needed for five points because the two sides differ strongly from document to document here (up to 25 points either
way, each). `ab-test` prints the difference that could have been found (*detectable*, at a power of 80 %) beside every score.

## What is computed

- The difference of the means, sum(scores of B)/rows of B - sum(scores of A)/rows of A. Its standard error is that of a ratio estimate with
  documents as units, so shared rows count as pairs and the others do not, in one formula.
- p: randomisation test that exchanges the two sides within whole documents, every way of it up to 10 documents, beyond that {draws:,} of
  them; assignments just as extreme as the observed one count half (mid-p). Below 6 documents no decision is made. Holm's correction over
  all scores but the one that decides, which is tested alone.
- The interval: every difference that this test does not reject at 5 % (the test inverted), so interval and test never disagree on zero. The
  tables show a symmetric bootstrap-t interval beside it, which is as good with many documents and finds less with a dozen: `python -m bench
  difference_intervals` prints both, with the coverage. Where documents are too few for the test to reject anything, it is the bootstrap's.
- McNemar's mid-p is printed for right-or-wrong scores on shared rows, for those who expect it; the table shows what it is worth on
  clustered rows.
- A row that cites several documents is counted with the first.
"""


def main() -> None:
    """Simulate, write the page, and end with 1 when a claim of it does not hold."""
    rng = np.random.default_rng(SEED)
    (null, broken_null), (power, broken_power) = _null_section(rng), _power_section(rng)
    text = TEXT.format(
        seed=SEED,
        null_simulations=NULL_SIMULATIONS,
        power_simulations=POWER_SIMULATIONS,
        pilot=PILOT_SIMULATIONS,
        null=null,
        power=power,
        null_error=100 * monte_carlo_error(ALPHA, NULL_SIMULATIONS),
        power_error=100 * monte_carlo_error(0.5, POWER_SIMULATIONS),
        draws=inference.DRAWS,
    )
    PAGE.write_text(text, encoding="utf-8")
    failed = broken_null + broken_power
    sys.exit("\n".join(["claims that do not hold:", *failed]) if failed else 0)


if __name__ == "__main__":
    main()
