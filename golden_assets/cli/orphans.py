"""Runs whose process died (a killed `golden-assets run`): marked failed, so that they block neither sensors nor the model pool."""

import os

import dagster as dg
import psutil

from golden_assets.defs.names import PROCESS_TAG


def process_tag() -> dict[str, str]:
    """The run tag that names this process; the start time tells it from a later process with the same id."""
    return {PROCESS_TAG: f"{os.getpid()}:{psutil.Process().create_time():.2f}"}


def fail_orphans(instance: dg.DagsterInstance) -> None:
    """Report every unfinished run of a dead command process as failed and give back its concurrency slots."""
    unfinished = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED]
    for record in instance.get_run_records(dg.RunsFilter(statuses=unfinished)):
        run = record.dagster_run
        if PROCESS_TAG in run.tags and not _is_alive(run.tags[PROCESS_TAG]):
            instance.report_run_failed(run, "The process that ran this was killed.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _is_alive(tag: str) -> bool:
    pid, _, started = tag.partition(":")
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == started
    except psutil.NoSuchProcess:
        return False
