"""The promotion sensor: a translator from the registry's state to a run request. The decision itself is `domain.promotion.decide`."""

import asyncio

import dagster as dg

from golden_assets.defs.jobs import promote_version_job
from golden_assets.defs.names import ACTIVE_VERSION, ATTEMPT_TAG, TESTSET_TAG, VERSION_TAG, with_our_resources
from golden_assets.defs.run_history import MAX_ATTEMPTS, history_by_tag
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.versions.promotion import OperatingRules, Promote, Wait, decide, unaided
from golden_assets.domain.versions.versions import VersionSummary
from golden_assets.services.promote import losses_of


@dg.sensor(
    job_name=promote_version_job.name,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Activates the newest version whose gates all passed and that is in Phoenix.",
)
@with_our_resources
def promotion_sensor(
    context: dg.SensorEvaluationContext,
    versions: dg.ResourceParam[VersionStore],
    rules: dg.ResourceParam[OperatingRules],
    thresholds: dg.ResourceParam[Thresholds],
) -> dg.RunRequest | dg.SkipReason:
    """Requests the activation of the newest version whose gates all passed and that is in Phoenix."""
    stored, published, approved = asyncio.run(_registry(versions, rules))
    if not rules.auto_promote:
        return dg.SkipReason(unaided(stored, approved))
    testset = versions.testset_name
    history = history_by_tag(context.instance, promote_version_job.name, VERSION_TAG, {TESTSET_TAG: testset})
    decision = decide(stored, history.in_flight, history.runs, published, approved, MAX_ATTEMPTS)
    if not isinstance(decision, Promote):
        return dg.SkipReason(asyncio.run(_reason(decision, versions, thresholds)))
    if not rules.awaits_phoenix and (loss := asyncio.run(_loss(decision.version, versions, thresholds))):
        return dg.SkipReason(loss)
    return dg.RunRequest(
        run_key=f"promote:{testset}:{decision.version}:{decision.attempt}",
        run_config={"ops": {ACTIVE_VERSION: {"config": {"version": decision.version}}}},
        tags={TESTSET_TAG: testset, VERSION_TAG: decision.version, ATTEMPT_TAG: str(decision.attempt)},
    )


async def _reason(decision: Wait, versions: VersionStore, thresholds: Thresholds) -> str:
    """Why nothing is promoted; what keeps a version from being published is a loss against the active one, unless Phoenix is late."""
    if decision.unpublished is None:
        return decision.reason
    return await _loss(decision.unpublished, versions, thresholds) or decision.reason


async def _loss(number: str, versions: VersionStore, thresholds: Thresholds) -> str:
    """What a version loses against the active one, in sentences; empty without a loss."""
    losses = await losses_of(versions, number, thresholds)
    return f"Version {number} is blocked by {losses[0].name}. {losses[0].explanation} {losses[0].remedy}" if losses else ""


async def _registry(versions: VersionStore, rules: OperatingRules) -> tuple[list[VersionSummary], frozenset[str], frozenset[str] | None]:
    """(all versions, those that need not wait for Phoenix, those that are approved or None when approval is not required)."""
    approved = await versions.approved_versions() if versions.require_approval else None
    stored = await versions.list_versions()
    published = await versions.published_versions() if rules.awaits_phoenix else frozenset(one.version for one in stored)
    return stored, published, approved
