"""How assets find what their upstream made: by the content address in its materialization, in Dagster's own event log.

Values stay in the store; what travels is a hash. A run that materialized the upstream itself reads its own, never another run's. Assets
are meant by name: which key that is depends on the testset that the asking asset, check, sensor or schedule belongs to. A code location
may have other assets; ours are those that our job selects.
"""

import dagster as dg

from golden_assets.defs.names import ADDRESS, BUILD_JOB

RECENT = 25
Context = dg.AssetExecutionContext | dg.AssetCheckExecutionContext
AnyContext = Context | dg.SensorEvaluationContext | dg.ScheduleEvaluationContext


def key_beside(context: AnyContext, asset: str) -> dg.AssetKey:
    """The key of the asset of this name in the same testset.

    Raises:
        ValueError: a sensor or schedule outside of a code location.
    """
    if isinstance(context, dg.AssetExecutionContext):
        here = context.asset_key
    elif isinstance(context, dg.AssetCheckExecutionContext):
        here = next(iter(context.selected_asset_check_keys)).asset_key
    elif context.repository_def is None:
        raise ValueError("which testset is meant is known from the code location: build the context with its definitions")
    else:
        here = min(context.repository_def.get_job(BUILD_JOB).asset_layer.selected_asset_keys)
    return dg.AssetKey([*here.path[:-1], asset])


def upstream_address(context: Context, asset: str) -> str:
    """The address that this run, or else the newest run, recorded for ``asset``. Raises `dg.Failure` as `upstream_metadata`."""
    return str(upstream_metadata(context, asset)[ADDRESS])


def upstream_metadata(context: Context, asset: str, needed: str = ADDRESS) -> dict[str, object]:
    """The plain values of the metadata that this run, or else the newest run, recorded for ``asset``.

    Raises:
        dg.Failure: the asset was never materialized, or not by a release that records what is ``needed``.
    """
    events = context.instance.fetch_materializations(key_beside(context, asset), limit=RECENT).records
    found = next((e for e in events if e.run_id == context.run.run_id), events[0] if events else None)
    materialization = found.asset_materialization if found else None
    if materialization is None or needed not in materialization.metadata:
        raise dg.Failure(f"{asset} has not been materialized yet: materialize it first, or run the whole job.")
    return {name: value.value for name, value in materialization.metadata.items()}
