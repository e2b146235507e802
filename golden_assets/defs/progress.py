"""Progress of long work in Dagster's log: each step that counts, how many model calls it took, and about how long the rest takes."""

import logging
import time
from collections.abc import Callable

from golden_assets.domain.ports.generation import Progress

STEPS = 10
QUIET_SECONDS = 15.0
"""Progress is told at least as often while work is reported, whether or not a row came of it: a local model takes its time."""
MEASURED_SECONDS = 5.0
"""Work must have taken so long before the time that is left is estimated from it."""


def log_progress(log: logging.Logger, calls: Callable[[], int] = lambda: 0, clock: Callable[[], float] = time.monotonic) -> Progress:
    """A progress callback that writes ``stage: done of total``: the first and last step, about every tenth, and every 15 seconds.

    Args:
        log: takes the lines.
        calls: tells how many model calls were made so far; none are mentioned while there are none.
        clock: seconds.
    """
    started, told_at, told = clock(), clock(), -1

    def _report(stage: str, done: int, total: int) -> None:
        nonlocal told_at, told
        is_step = done != told and (done == total or done % max(1, total // STEPS) == 0)
        if is_step or clock() - told_at >= QUIET_SECONDS:
            told_at, told = clock(), done
            log.info("%s: %d of %d%s", stage, done, total, _remarks(calls(), done, total, clock() - started))

    return _report


def _remarks(calls: int, done: int, total: int, seconds: float) -> str:
    """The calls so far and the time that is left, as far as either is known."""
    made = [f"{calls} model call{'s' if calls != 1 else ''}"] if calls else []
    is_measured = 0 < done < total and seconds >= MEASURED_SECONDS
    left = [f"about {_duration(seconds / done * (total - done))} left"] if is_measured else []
    return "".join(f", {remark}" for remark in made + left)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def log_batches(log: logging.Logger) -> Progress:
    """A progress callback for work in few, large batches: every one is written."""

    def _report(stage: str, done: int, total: int) -> None:
        log.info("%s: %d of %d", stage, done, total)

    return _report
