"""Progress of long work in Dagster's log: the first and last step and about every tenth in between."""

import logging

from golden_assets.domain.ports.generation import Progress

STEPS = 10


def log_progress(log: logging.Logger) -> Progress:
    """A progress callback that writes ``stage: done of total``."""

    def _report(stage: str, done: int, total: int) -> None:
        if done == total or done % max(1, total // STEPS) == 0:
            log.info("%s: %d of %d", stage, done, total)

    return _report


def log_batches(log: logging.Logger) -> Progress:
    """A progress callback for work in few, large batches: every one is written."""

    def _report(stage: str, done: int, total: int) -> None:
        log.info("%s: %d of %d", stage, done, total)

    return _report
