"""What runs and commands did before.

What sensors tried is read from run tags, for a run key alone is spent even by a run that failed. Activations that no run made, but a
command or a program, are those that Dagster has still to show.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import dagster as dg

from golden_assets.defs.presentation.versions import describe_version
from golden_assets.domain.versions.versions import VersionSummary

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


DATA_VERSION_TAG = "dagster/data_version"


def unseen_activation(instance: dg.DagsterInstance, key: dg.AssetKey, active: VersionSummary | None) -> dg.AssetMaterialization | None:
    """The materialization of `active_version`, whose key is ``key``, that Dagster lacks; None when it shows the active version."""
    event = instance.get_latest_materialization_event(key)
    known = event.asset_materialization if event else None
    shown = {name: value.value for name, value in known.metadata.items()} if known else {}
    if active is None or (shown.get("testset"), shown.get("version")) == (active.testset_name, active.version):
        return None
    return dg.AssetMaterialization(
        asset_key=key,
        description="Activated by a command or a program, not by a run.",
        metadata=describe_version(active, None) | {"previous": shown.get("version", "none")},
        tags={DATA_VERSION_TAG: active.testset_hash},
    )
