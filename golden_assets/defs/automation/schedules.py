"""Schedules. All are off by default: some spend money, and all are somebody's habit. Switch them on in the UI."""

import asyncio
from datetime import UTC, datetime, timedelta

import dagster as dg

from golden_assets.defs.automation.regeneration import build_testset_job
from golden_assets.defs.handoff import latest_metadata
from golden_assets.defs.names import LOCATION, MONITORING, REGENERATION_PROPOSAL, SOURCE_DOCUMENTS, TESTSET_TAG
from golden_assets.domain.ports import DocumentLibrary, VersionStore

RECENT = timedelta(days=7)
"""A version younger than this is recent: the plan's weekly workflow skips it."""

monitor_testset_job = dg.define_asset_job(
    "monitor_testset_job",
    selection=dg.AssetSelection.groups(MONITORING) - dg.AssetSelection.assets(REGENERATION_PROPOSAL),
    description="Look after the active version: hashes, rates and latencies of our own operations, quality over versions. Spends nothing.",
)


@dg.schedule(job_name=build_testset_job.name, cron_schedule="0 3 * * 1", execution_timezone="UTC")
def testset_weekly_schedule(
    context: dg.ScheduleEvaluationContext, documents: dg.ResourceParam[DocumentLibrary], versions: dg.ResourceParam[VersionStore]
) -> dg.RunRequest | dg.SkipReason:
    """A new testset every Monday, unless the active version is younger than 7 days and the documents are what it was made from."""
    known = latest_metadata(context, SOURCE_DOCUMENTS)
    location = str(known[LOCATION]) or None if known else None
    active = asyncio.run(versions.get_active_version())
    is_recent = active is not None and datetime.now(UTC) - (active.summary.activated_at or active.summary.created_at) < RECENT
    if active and is_recent and documents.open(location).read().corpus_hash == active.summary.corpus_hash:
        return dg.SkipReason(f"Version {active.summary.version} is younger than {RECENT.days} days, and no document changed.")
    config = {"ops": {SOURCE_DOCUMENTS: {"config": {"docs": location}}}}
    return dg.RunRequest(run_config=config, tags={TESTSET_TAG: versions.testset_name})


monitoring_daily_schedule = dg.ScheduleDefinition(
    name="monitoring_daily_schedule",
    job_name=monitor_testset_job.name,
    cron_schedule="0 6 * * *",
    execution_timezone="UTC",
    description="Look after the active version every day.",
)


propose_regeneration_job = dg.define_asset_job(
    "propose_regeneration_job",
    selection=dg.AssetSelection.assets(REGENERATION_PROPOSAL),
    description="Say what writing every row anew would take. Spends nothing.",
)
full_regeneration_monthly_schedule = dg.ScheduleDefinition(
    name="full_regeneration_monthly_schedule",
    job_name=propose_regeneration_job.name,
    cron_schedule="0 4 1 * *",
    execution_timezone="UTC",
    description="Propose to write every row anew, once a month.",
)
