"""The jobs: what is materialized together, and by which executor."""

import dagster as dg

from golden_assets.defs.names import (
    ACTIVE_VERSION,
    BUILD_JOB,
    BUILT,
    COSTS_JOB,
    GENERATION_COSTS,
    MONITOR_JOB,
    MONITORED,
    PROMOTE_JOB,
    PROPOSE_JOB,
    REGENERATION_PROPOSAL,
    STORED_VERSION,
)
from golden_assets.defs.tracing import traced_in_process_executor

build_testset_job = dg.define_asset_job(
    BUILD_JOB,
    selection=dg.AssetSelection.assets(*BUILT),
    executor_def=traced_in_process_executor,
    description="Read the documents, generate, judge, store and publish a testset; the promotion sensor activates it.",
)
promote_version_job = dg.define_asset_job(
    PROMOTE_JOB,
    selection=dg.AssetSelection.assets(ACTIVE_VERSION).without_checks()
    | dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey(STORED_VERSION), "is_approved")),
    executor_def=traced_in_process_executor,
    description="Make a validated, published version the active one.",
)
monitor_testset_job = dg.define_asset_job(
    MONITOR_JOB,
    selection=dg.AssetSelection.assets(*MONITORED) | dg.AssetSelection.checks_for_assets(ACTIVE_VERSION),
    executor_def=traced_in_process_executor,
    description="Check the active version: stale rows, Phoenix against the registry, every hash "
    "and the audit chain, rates and latencies of our own operations, quality over versions, costs. Spends nothing.",
)
propose_regeneration_job = dg.define_asset_job(
    PROPOSE_JOB,
    selection=dg.AssetSelection.assets(REGENERATION_PROPOSAL),
    executor_def=traced_in_process_executor,
    description="Say what writing every row again would take. Spends nothing.",
)
report_costs_job = dg.define_asset_job(
    COSTS_JOB,
    selection=dg.AssetSelection.assets(GENERATION_COSTS),
    executor_def=traced_in_process_executor,
    description="Show what model calls cost: the trend, the limits, a row. Spends nothing.",
)
