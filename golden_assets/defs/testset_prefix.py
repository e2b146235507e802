"""Definitions of a named testset: the same assets, checks, jobs, sensors and schedules under keys that begin with its name.

Everything is written once, without a prefix, and stays so for who has one testset. Names of ops stay, too, so run configuration is the same
for every testset. Jobs, sensors and schedules belong to a code location, so those of several testsets do not meet; sensors and schedules
name their job by ``job_name``, for a job object would be the one without the prefix.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from golden_assets.defs.names import TESTSET_TAG

Keys = Mapping[dg.AssetKey, dg.AssetKey]


def with_prefix(definitions: dg.Definitions, prefix: str) -> dg.Definitions:
    """The same definitions with every asset key under ``prefix``."""
    graph: Any = definitions.resolve_asset_graph()
    keys = {key: dg.AssetKey([prefix, *key.path]) for key in graph.materializable_asset_keys}
    jobs = [_job(job, _renamed(job.selection, graph, keys), prefix) for job in _all(definitions.jobs)]
    return dg.Definitions(
        assets=[asset.with_attributes(asset_key_replacements=keys) for asset in _all(definitions.assets)],
        asset_checks=[_check(check.with_attributes(asset_key_replacements=keys), keys) for check in _all(definitions.asset_checks)],
        jobs=jobs,
        sensors=[_sensor(sensor, graph, keys) for sensor in _all(definitions.sensors)],
        schedules=definitions.schedules,
        resources=definitions.resources,
        executor=definitions.executor,
        loggers=definitions.loggers,
    )


def _all(parts: Iterable[Any] | None) -> Iterable[Any]:
    return parts or ()


def _check(renamed: Any, keys: Keys) -> dg.AssetChecksDefinition:
    """A check after `with_attributes`, which forgets additional dependencies, and makes an `AssetsDefinition` of it that Dagster would turn
    back with a warning about a parameter in beta."""
    check: dg.AssetChecksDefinition = dg.AssetChecksDefinition.create(
        keys_by_input_name=renamed.node_keys_by_input_name,
        node_def=renamed.node_def,
        check_specs_by_output_name={name: _spec(spec, keys) for name, spec in renamed.node_check_specs_by_output_name.items()},
        can_subset=renamed.can_subset,
    )
    return check


def _spec(spec: dg.AssetCheckSpec, keys: Keys) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        spec.name,
        asset=spec.asset_key,
        description=spec.description,
        additional_deps=[keys[dep.asset_key] for dep in spec.additional_deps],
        blocking=spec.blocking,
        metadata=spec.metadata,
        automation_condition=spec.automation_condition,
    )


def _job(job: Any, selection: dg.AssetSelection, testset: str) -> Any:
    """The same job on other assets; its runs are tagged with the testset, however they are started."""
    return dg.define_asset_job(
        job.name,
        selection=selection,
        config=job.config,
        description=job.description,
        tags=job.tags,
        run_tags={**(job.run_tags or {}), TESTSET_TAG: testset},
        metadata=job.metadata,
        executor_def=job.executor_def,
        hooks=job.hooks,
        op_retry_policy=job.op_retry_policy,
    )


def _sensor(sensor: Any, graph: Any, keys: Keys) -> Any:
    """The same sensor; one that evaluates automation conditions has a selection of assets."""
    if not isinstance(sensor, dg.AutomationConditionSensorDefinition):
        return sensor
    return dg.AutomationConditionSensorDefinition(
        sensor.name,
        target=_renamed(sensor.asset_selection, graph, keys),
        default_status=sensor.default_status,
        description=sensor.description,
    )


def _renamed(selection: dg.AssetSelection, graph: Any, keys: Keys) -> dg.AssetSelection:
    """What a selection selects in the plain graph, by the new keys."""
    assets = [keys[key] for key in selection.resolve(graph)]
    checks = [dg.AssetCheckKey(keys[check.asset_key], check.name) for check in selection.resolve_checks(graph)]
    return dg.AssetSelection.assets(*assets).without_checks() | dg.AssetSelection.checks(*checks)
