"""The alert sensor: looks at what is on record, takes down what people should know, and sends what has not arrived yet.

It is apart from every run: a sink that is down, or slow, holds up nothing but this sensor's own tick. What there is to tell is decided in
`domain.alerts`; telling the same twice is prevented by the alert desk.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from golden_assets.defs.names import ADDRESS, ASSETS, JOBS, SOURCE_DOCUMENTS, TESTSET_TAG, with_our_resources
from golden_assets.defs.readings import last_reading
from golden_assets.defs.upstream import key_beside
from golden_assets.domain.core.text import counted
from golden_assets.domain.monitoring.alerts import Alert, AlertDesk, failed_run
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.versions.promotion import OperatingRules
from golden_assets.services.monitor import look_around, tell

FIRST_LOOK_BACK = timedelta(days=1)
OVERLAP = timedelta(minutes=2)
"""A run's end may be written after a tick that lies later; looking at it twice is harmless."""


@dg.sensor(
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends one alert per failed run or gate, exhausted budget, stale rows or quality drop.",
)
@with_our_resources
def alert_sensor(
    context: dg.SensorEvaluationContext,
    versions: dg.ResourceParam[VersionStore],
    artifacts: dg.ResourceParam[ArtifactStore],
    alerts: dg.ResourceParam[AlertDesk],
    rules: dg.ResourceParam[OperatingRules],
) -> dg.SensorResult:
    """Tells of failed runs, failed gates, spent shares of cost limits, stale rows and low quality, each once."""
    known: dict[str, Any] = json.loads(context.cursor or "{}")
    now = datetime.now(UTC)
    reading = last_reading(context.instance, key_beside(context, SOURCE_DOCUMENTS), versions.testset_name)
    situation, known = asyncio.run(look_around(versions, artifacts, alerts, reading, str(reading.get(ADDRESS, "")), known))
    failed = _failed_runs(context, versions.testset_name, known)
    new, delivery = asyncio.run(tell(alerts, failed, situation, rules.quality_alert_threshold))
    reason = f"{counted(new, 'new alert')}, {delivery.delivered} delivered." + "".join(f" {failure}" for failure in delivery.failures)
    return dg.SensorResult(skip_reason=reason, cursor=json.dumps(known | {"since": (now - OVERLAP).isoformat()}))


def _failed_runs(context: dg.SensorEvaluationContext, testset_name: str, known: dict[str, Any]) -> list[Alert]:
    """Runs of this testset that failed since the last look."""
    since = datetime.fromisoformat(known["since"]) if "since" in known else datetime.now(UTC) - FIRST_LOOK_BACK
    failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=since)
    runs = [record.dagster_run for record in context.instance.get_run_records(failed)]
    prefix = key_beside(context, SOURCE_DOCUMENTS).path[:-1]
    mine = [run for run in runs if _is_ours(run, testset_name, prefix)]
    return [failed_run(testset_name, run.job_name, run.run_id, _problem(context.instance, run.run_id)) for run in mine]


def _is_ours(run: dg.DagsterRun, testset_name: str, prefix: Sequence[str]) -> bool:
    """Whether a run is of this testset: an instance has runs of others, and may have those of other projects."""
    if TESTSET_TAG in run.tags:
        return run.tags[TESTSET_TAG] == testset_name
    if run.asset_selection:
        return any(key.path[:-1] == prefix and key.path[-1] in ASSETS for key in run.asset_selection)
    return run.job_name in JOBS and not prefix


def _problem(instance: dg.DagsterInstance, run_id: str) -> str:
    """The innermost cause of the first step that failed, else that the run ended."""
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records
    events = [record.event_log_entry.dagster_event for record in records]
    error = next((event.step_failure_data.error for event in events if event and event.step_failure_data.error), None)
    while error is not None and error.cause is not None:
        error = error.cause
    return str(error.message).strip() if error else "The run ended before a step could say why (killed, or its process crashed)."
