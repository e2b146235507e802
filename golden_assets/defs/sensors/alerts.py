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
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.monitoring.alerts import Alert, AlertDesk, Situation, failed_run, find_alerts
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.testsets.freshness import classify_rows, measure_freshness
from golden_assets.domain.versions.promotion import OperatingRules
from golden_assets.domain.versions.versions import StoredVersion, VersionSummary

FIRST_LOOK_BACK = timedelta(days=1)
OVERLAP = timedelta(minutes=2)
"""A run's end may be written after a tick that lies later; looking at it twice is harmless."""
LATEST_FAILED = 5


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
    situation, known = asyncio.run(look_around(context, versions, artifacts, alerts, known))
    found = [*_failed_runs(context, versions.testset_name, known), *find_alerts(situation, rules.quality_alert_threshold)]
    new, delivery = asyncio.run(_tell(alerts, found))
    reason = f"{counted(new, 'new alert')}, {delivery.delivered} delivered." + "".join(f" {failure}" for failure in delivery.failures)
    return dg.SensorResult(skip_reason=reason, cursor=json.dumps(known | {"since": (now - OVERLAP).isoformat()}))


async def look_around(
    context: dg.SensorEvaluationContext, versions: VersionStore, artifacts: ArtifactStore, alerts: AlertDesk, known: dict[str, Any]
) -> tuple[Situation, dict[str, Any]]:
    """The situation, and what to remember of it: rows are compared with documents once for each pair of version and corpus."""
    stored = await versions.list_versions()
    active = next((summary.version for summary in stored if summary.status == "active"), None)
    documents = last_reading(context.instance, key_beside(context, SOURCE_DOCUMENTS), versions.testset_name)
    pair = f"{active} {documents.get('corpus_hash')}"
    if active and documents and known.get("pair") != pair:
        version = await versions.get_active_version()
        outdated = await _outdated(version, artifacts, str(documents[ADDRESS])) if version else 0
        known |= {"pair": pair, "outdated": outdated, "measures": version.report.measures if version and version.report else {}}
    failed = await _failed_gates(versions, stored, known.get("failed", []))
    situation = Situation(
        testset_name=versions.testset_name,
        versions=tuple(stored),
        failed_gates=failed,
        measures=known.get("measures", {}) if active else {},
        corpus_hash=str(documents.get("corpus_hash", "")),
        outdated=known.get("outdated", 0) if active else 0,
        cost_shares=tuple(await alerts.reached_cost_shares()),
    )
    return situation, known | {"failed": [*known.get("failed", []), *failed][-100:]}


async def _outdated(version: StoredVersion, artifacts: ArtifactStore, address: str) -> int:
    """Rows that no longer hold on these documents."""
    return measure_freshness(classify_rows(version.testset.rows, await artifacts.get_corpus(address))).outdated


async def _failed_gates(versions: VersionStore, stored: list[VersionSummary], told: list[str]) -> dict[str, tuple[Verdict, ...]]:
    """Verdicts of the newest failed versions that were not told of."""
    numbers = [summary.version for summary in stored if summary.status == "failed"][:LATEST_FAILED]
    reports = {number: (await versions.get_version(number)).report for number in numbers if number not in told}
    return {number: report.verdicts if report else () for number, report in reports.items()}


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


async def _tell(desk: AlertDesk, found: list[Alert]) -> tuple[int, Any]:
    return await desk.record(found), await desk.deliver()
