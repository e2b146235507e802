"""How often the interval of an estimate holds what a run costs: `python -m bench cost_intervals`. Seeded; seconds.

A simulated run writes rows until enough are accepted. Runs differ in the share of rows that critics reject and in the length of passages.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bench.figures import Figure
from golden_assets.domain.costs.calls import PurposeHistory
from golden_assets.domain.costs.estimates import estimate_from_history

SEED = 20261130
SIMULATIONS = 2000
REJECTED = 0.15
NAMING = 2.0
"""Calls that name terms, for each row that is written."""


class Cell(NamedTuple):
    """Runs on record, rows of each and of the next run, and how far runs differ (log standard deviation of what a call costs)."""

    runs: int
    before: int
    after: int
    spread: float


CELLS = tuple(
    Cell(runs, before, after, spread)
    for spread in (0.0, 0.1)
    for runs, before, after in ((1, 10, 10), (1, 50, 50), (1, 10, 100), (1, 50, 500), (1, 1000, 100), (5, 50, 500))
)


def simulate_run(run: str, rows: int, spread: float, rng: np.random.Generator) -> list[PurposeHistory]:
    """The record of one run."""
    rejected = rng.beta(REJECTED / 0.005, (1 - REJECTED) / 0.005) if spread else REJECTED
    writing = rows + int(rng.negative_binomial(rows, 1 - rejected))
    scale = math.exp(rng.normal(0, spread)) if spread else 1.0
    found = []
    for purpose, calls, usual in (("single_hop_specific", writing, 0.002), ("entities", int(rng.poisson(NAMING * writing)), 0.001)):
        costs = usual * scale * rng.lognormal(0, 0.3, max(1, calls))
        found.append(
            PurposeHistory(
                purpose=purpose,
                calls=len(costs),
                mean_usd=float(costs.mean()),
                mean_square_usd=float((costs**2).mean()),
                run_id=run,
                rows=rows,
            )
        )
    return found


def coverage(cell: Cell, simulations: int, rng: np.random.Generator) -> float:
    """How often the cost of the next run lies in the interval."""
    held = 0
    for _ in range(simulations):
        history = [one for run in range(cell.runs) for one in simulate_run(f"run-{run}", cell.before, cell.spread, rng)]
        estimate = estimate_from_history(cell.after, history)
        cost = math.fsum(one.calls * one.mean_usd for one in simulate_run("next", cell.after, cell.spread, rng))
        held += estimate is not None and estimate.cost_low_usd <= cost <= estimate.cost_high_usd
    return held / simulations


def measure() -> Iterator[Figure]:
    """The coverage of each cell, with its Monte-Carlo error."""
    rng = np.random.default_rng(SEED)
    for cell in CELLS:
        share = coverage(cell, SIMULATIONS, rng)
        error = math.sqrt(share * (1 - share) / SIMULATIONS)
        runs = f"{cell.runs} x {cell.before} -> {cell.after} rows, runs differ by {cell.spread:.0%}"
        yield Figure(f"cost interval, {runs}: coverage (n {SIMULATIONS}, se {100 * error:.1f})", 100 * share, None, "%")
