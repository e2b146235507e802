"""What a run is expected to cost, by the runs on record: a mean for each row that stays, and a 95 % prediction interval.

Three things make a run cost other than expected, and their variances add up. Its own calls vary: those of each purpose come at a rate for
each row, independently, each with a cost of its purpose's distribution (a compound Poisson process; Feller 1968, ch. XII). The rate is an
estimate from a finite record. And runs differ, in the passages they ask about and in how many rows the critics reject: the spread of the
rates from run to run is estimated from the record and from `PRIOR_RUNS` assumed ones (a scaled inverse chi-square prior; Gelman et al.
2013, sec. 2.6), so that a single run on record does not pass for the rule. The interval is that of Student's t distribution.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from golden_assets.domain.core.text import counted
from golden_assets.domain.costs.calls import Estimate, PurposeHistory
from golden_assets.domain.quality.power import t_quantile
from golden_assets.domain.testsets.testset import QUESTION_TYPES

PRIOR_RUNS = 12
"""Runs that the assumed spread counts for."""
PRIOR_SPREAD = 0.1
"""Assumed standard deviation between runs of what a row takes, as a share of it."""
CONFIDENCE = 0.95


class Moments(NamedTuple):
    """Calls of one purpose in one run, of one amount (calls, tokens or dollars): their number, mean and mean square."""

    calls: int
    mean: float
    mean_square: float


class Interval(NamedTuple):
    """An expected amount between two ends."""

    low: float
    mean: float
    high: float


def estimate_from_history(rows: int, history: Sequence[PurposeHistory], besides: Mapping[str, int] | None = None) -> Estimate | None:
    """What ``rows`` rows take when they are like those before; None without a call that wrote a row. ``besides``: calls to be made in
    addition, purpose to number; those of a purpose without history are left out.

    All calls count, those of runs that came to nothing included. A record that knows of no row takes each writing call for one.
    """
    written = rows_by_run(history)
    if not sum(written.values()):
        return None
    amounts = {
        "calls": [Moments(one.calls, 1.0, 1.0) for one in history],
        "tokens": [Moments(one.calls, one.mean_tokens, one.mean_square_tokens) for one in history],
        "usd": [Moments(one.calls, one.mean_usd, one.mean_square_usd) for one in history],
    }
    found = {name: _predicted(rows, history, moments, written, besides or {}) for name, moments in amounts.items()}
    calls, tokens, usd = found["calls"], found["tokens"], found["usd"]
    return Estimate(
        calls=calls.mean,
        calls_low=calls.low,
        calls_high=calls.high,
        tokens=tokens.mean,
        tokens_low=tokens.low,
        tokens_high=tokens.high,
        cost_usd=usd.mean,
        cost_low_usd=usd.low,
        cost_high_usd=usd.high,
        basis=f"{counted(sum(one.calls for one in history), 'call')} on record",
    )


def rows_by_run(history: Sequence[PurposeHistory]) -> dict[str, int]:
    """Run to the rows it wrote; runs that wrote none have 0."""
    rows = {one.run_id: one.rows for one in history}
    if any(rows.values()):
        return rows
    return {run: sum(one.calls for one in history if one.run_id == run and one.purpose in QUESTION_TYPES) for run in rows}


def _predicted(
    rows: int, history: Sequence[PurposeHistory], moments: Sequence[Moments], written: Mapping[str, int], besides: Mapping[str, int]
) -> Interval:
    """The prediction interval of one amount."""
    base = sum(written.values())
    rate = math.fsum(one.calls * one.mean for one in moments) / base
    noise = math.fsum(one.calls * one.mean_square for one in moments) / base
    more = _besides(history, moments, besides)
    runs = {run: math.fsum(one.calls * one.mean for of, one in zip(history, moments, strict=True) if of.run_id == run) for run in written}
    spread, degrees = _spread_between_runs([(runs[run], n) for run, n in written.items() if n], rate, noise)
    weight = sum((n / base) ** 2 for n in written.values())
    variance = noise * rows * (1 + rows / base) + (spread * rate * rows) ** 2 * (1 + weight) + more.mean_square
    mean, half = rate * rows + more.mean, t_quantile((1 + CONFIDENCE) / 2, degrees) * math.sqrt(variance)
    return Interval(max(0.0, mean - half), mean, mean + half)


def _besides(history: Sequence[PurposeHistory], moments: Sequence[Moments], besides: Mapping[str, int]) -> Moments:
    """Calls in addition, together: their expected amount and its variance."""
    totals = []
    for purpose, calls in besides.items():
        own = [one for of, one in zip(history, moments, strict=True) if of.purpose == purpose]
        if on_record := sum(one.calls for one in own):
            sums = [math.fsum(one.calls * value for one, value in zip(own, values, strict=True)) for values in zip(*own, strict=True)][1:]
            totals.append((calls * sums[0] / on_record, calls * sums[1] / on_record))
    return Moments(0, math.fsum(mean for mean, _ in totals), math.fsum(square for _, square in totals))


def _spread_between_runs(runs: Sequence[tuple[float, int]], rate: float, noise: float) -> tuple[float, float]:
    """The standard deviation of the runs' rates as a share of the rate, beyond the noise of their calls, and its degrees of freedom.

    Args:
        runs: the amount and the rows of each.
        rate: the amount for a row, over all runs.
        noise: the variance of that amount within a run, for a row.
    """
    if not rate:
        return 0.0, PRIOR_RUNS
    observed = math.fsum(max(0.0, (amount / n / rate - 1) ** 2 - noise / n / rate**2) for amount, n in runs) if len(runs) > 1 else 0.0
    degrees = PRIOR_RUNS + max(0, len(runs) - 1)
    return math.sqrt((PRIOR_RUNS * PRIOR_SPREAD**2 + observed) / degrees), degrees
