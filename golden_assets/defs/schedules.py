"""Schedules. All are off by default: some spend money, and habits differ. The UI or a time in the settings switches them on."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from golden_assets.defs.jobs import build_testset_job, monitor_testset_job, propose_regeneration_job
from golden_assets.defs.names import (
    SOURCE_DOCUMENTS,
    TESTSET_TAG,
    with_our_resources,
)
from golden_assets.defs.readings import last_reading, location_of
from golden_assets.defs.upstream import key_beside
from golden_assets.domain.ports.documents import DocumentLibrary
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.settings.groups import ScheduleSettings

RECENT = timedelta(days=7)
"""A version younger than this is recent: the plan's weekly workflow skips it."""


def schedules_for(settings: ScheduleSettings) -> list[dg.ScheduleDefinition]:
    """The schedules of a testset, running at the times that its settings name."""
    weekly = dg.schedule(
        job_name=build_testset_job.name,
        description="Build a testset, unless the active version is younger than 7 days and no document changed.",
        **_at(settings.regeneration_schedule, "0 3 * * 1"),
    )
    return [
        weekly(testset_weekly_schedule),
        dg.ScheduleDefinition(
            name="monitoring_daily_schedule",
            job_name=monitor_testset_job.name,
            description="Check the active version every day: stale rows, hashes, Phoenix, costs.",
            **_at(settings.monitoring_schedule, "0 6 * * *"),
        ),
        dg.ScheduleDefinition(
            name="full_regeneration_monthly_schedule",
            job_name=propose_regeneration_job.name,
            description="Propose to write every row again, once a month.",
            **_at(settings.proposal_schedule, "0 4 1 * *"),
        ),
    ]


@with_our_resources
def testset_weekly_schedule(
    context: dg.ScheduleEvaluationContext, documents: dg.ResourceParam[DocumentLibrary], versions: dg.ResourceParam[VersionStore]
) -> dg.RunRequest | dg.SkipReason:
    """A new testset of the documents that were read last, unless the active version is younger than 7 days and they did not change."""
    location = location_of(last_reading(context.instance, key_beside(context, SOURCE_DOCUMENTS), versions.testset_name))
    active = asyncio.run(versions.get_active_version())
    is_recent = active is not None and datetime.now(UTC) - (active.summary.activated_at or active.summary.created_at) < RECENT
    if active and location and is_recent and documents.open(location).corpus_hash() == active.summary.corpus_hash:
        return dg.SkipReason(f"Version {active.summary.version} is younger than {RECENT.days} days, and no document changed.")
    config = {"ops": {SOURCE_DOCUMENTS: {"config": {"docs": location}}}} if location else {}
    return dg.RunRequest(run_config=config, tags={TESTSET_TAG: versions.testset_name})


def _at(time: str | None, usual_time: str) -> dict[str, Any]:
    """When, in UTC, and whether from the start."""
    status = dg.DefaultScheduleStatus.RUNNING if time else dg.DefaultScheduleStatus.STOPPED
    return {"cron_schedule": time or usual_time, "execution_timezone": "UTC", "default_status": status}
