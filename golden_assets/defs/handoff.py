"""How assets find what their upstream made: by the content address in its materialization, in Dagster's own event log.

Values stay in the store; what travels is a hash. A run that materialized the upstream itself reads its own, never another run's.
"""

import dagster as dg

from golden_assets.defs.names import ADDRESS

RECENT = 25
Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext


def upstream_address(context: Context, asset: str) -> str:
    """The address that this run, or else the newest run, recorded for ``asset``.

    Raises:
        dg.Failure: the asset was never materialized.
    """
    key = dg.AssetKey(asset)
    events = context.instance.fetch_materializations(key, limit=RECENT).records
    found = next((e for e in events if e.run_id == context.run.run_id), events[0] if events else None)
    materialization = found.asset_materialization if found else None
    if materialization is None or ADDRESS not in materialization.metadata:
        raise dg.Failure(f"{asset} has not been materialized yet: materialize it first, or run the whole job.")
    return str(materialization.metadata[ADDRESS].value)


def latest_metadata(instance: dg.DagsterInstance, asset: str) -> dict[str, object]:
    """The plain values of the newest materialization's metadata, empty when there is none."""
    event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    materialization = event.asset_materialization if event else None
    return {key: value.value for key, value in materialization.metadata.items()} if materialization else {}
