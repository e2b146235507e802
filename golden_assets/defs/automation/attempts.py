"""What sensors tried before, read from run tags: a run key alone is spent even by a run that failed."""

from collections import Counter

import dagster as dg

MAX_ATTEMPTS = 3
REMEMBERED_RUNS = 500
UNFINISHED = frozenset(
    {
        dg.DagsterRunStatus.QUEUED,
        dg.DagsterRunStatus.NOT_STARTED,
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.CANCELING,
    }
)


def attempts_by_tag(instance: dg.DagsterInstance, job_name: str, tag: str) -> tuple[frozenset[str], Counter[str]]:
    """(tag values with an unfinished run, runs so far per tag value) among the last `REMEMBERED_RUNS` runs of a job."""
    records = instance.get_run_records(dg.RunsFilter(job_name=job_name), limit=REMEMBERED_RUNS)
    runs = [record.dagster_run for record in records if tag in record.dagster_run.tags]
    return frozenset(run.tags[tag] for run in runs if run.status in UNFINISHED), Counter(run.tags[tag] for run in runs)
