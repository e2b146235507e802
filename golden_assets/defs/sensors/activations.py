"""The sensor that shows which version is active when that was changed outside of Dagster, by a command or a program."""

import asyncio

import dagster as dg

from golden_assets.defs.assets.versions import judge_freshness
from golden_assets.defs.evaluations import evaluations_of_active
from golden_assets.defs.names import ACTIVE_VERSION, with_our_resources
from golden_assets.defs.run_history import unseen_activation
from golden_assets.defs.upstream import key_beside
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore


@dg.sensor(
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Records the active version as a materialization when no run activated it, and then how its rows hold on the documents. "
    "Starts nothing.",
)
@with_our_resources
def activation_sensor(
    context: dg.SensorEvaluationContext,
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    thresholds: dg.ResourceParam[Thresholds],
) -> dg.SensorResult:
    """Reports a materialization of `active_version` when the registry has another active version than Dagster shows, and at the next look
    the checks of what became active; the cursor is the version whose checks were reported."""
    active = next((summary for summary in asyncio.run(versions.list_versions()) if summary.status == "active"), None)
    found = unseen_activation(context.instance, key_beside(context, ACTIVE_VERSION), active)
    if found:
        reason = f"Version {found.metadata['version'].value} was activated outside of Dagster."
        return dg.SensorResult(skip_reason=reason, asset_events=[found])
    if active is None or context.cursor == active.version:
        return dg.SensorResult(skip_reason="Dagster shows the active version.")
    verdicts = asyncio.run(judge_freshness(context, artifacts, versions, thresholds))
    checked = list(evaluations_of_active(context, verdicts))
    return dg.SensorResult(skip_reason=f"Version {active.version} became active.", asset_events=checked, cursor=active.version)
