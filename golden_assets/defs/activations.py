"""Activations that no run made: a command or a program changed the active version, and Dagster has still to show it."""

import dagster as dg

from golden_assets.defs.presentation.versions import describe_version
from golden_assets.domain.versions.versions import VersionSummary

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
