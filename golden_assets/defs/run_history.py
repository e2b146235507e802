"""What sensors tried before, read from run tags: a run key alone is spent even by a run that failed."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import dagster as dg

MAX_ATTEMPTS = 3
REMEMBERED_RUNS = 500


class History(NamedTuple):
    """Runs of one job per value of a tag: with an unfinished run, number of runs, failures since the last success."""

    in_flight: frozenset[str]
    runs: Counter[str]
    failures: Counter[str]


def history_by_tag(instance: dg.DagsterInstance, job_name: str, tag: str, where: Mapping[str, str] | None = None) -> History:
    """What the last `REMEMBERED_RUNS` runs of a job, those with the tags ``where``, did per value of ``tag``."""
    records = instance.get_run_records(dg.RunsFilter(job_name=job_name, tags=where or {}), limit=REMEMBERED_RUNS)
    newest_first = [record.dagster_run for record in records if tag in record.dagster_run.tags]
    failures: Counter[str] = Counter()
    succeeded: set[str] = set()
    for run in newest_first:
        value = run.tags[tag]
        if run.status is dg.DagsterRunStatus.SUCCESS:
            succeeded.add(value)
        elif value not in succeeded and run.is_finished:
            failures[value] += 1
    in_flight = frozenset(run.tags[tag] for run in newest_first if not run.is_finished)
    return History(in_flight, Counter(run.tags[tag] for run in newest_first), failures)
