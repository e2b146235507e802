"""The sensor that shows which version is active when that was changed outside of Dagster, by a command or a program."""

import asyncio

import dagster as dg

from golden_assets.defs.activations import unseen_activation
from golden_assets.defs.handoff import key_beside
from golden_assets.defs.names import ACTIVE_VERSION
from golden_assets.defs.namespace import with_our_resources
from golden_assets.domain.ports.stores import VersionStore


@dg.sensor(
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Records the active version as a materialization when no run activated it. Starts nothing.",
)
@with_our_resources
def activation_sensor(context: dg.SensorEvaluationContext, versions: dg.ResourceParam[VersionStore]) -> dg.SensorResult:
    """Reports a materialization of `active_version` when the registry has another active version than Dagster shows."""
    active = next((summary for summary in asyncio.run(versions.list_versions()) if summary.status == "active"), None)
    found = unseen_activation(context.instance, key_beside(context, ACTIVE_VERSION), active)
    reason = (
        f"Version {found.metadata['version'].value} was activated outside of Dagster." if found else "Dagster shows the active version."
    )
    return dg.SensorResult(skip_reason=reason, asset_events=[found] if found else [])
