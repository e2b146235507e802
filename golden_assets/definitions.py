"""What exists: assets, gates, sensors, jobs and resources. Read this first, then `defs/assets` from top to bottom."""

from collections.abc import Mapping, Sequence

import dagster as dg

from golden_assets.defs.assets.costs import generation_costs
from golden_assets.defs.assets.evaluation import ab_comparison, baseline_experiment
from golden_assets.defs.assets.monitoring import operation_rates, quality_history, regeneration_proposal, registry_integrity
from golden_assets.defs.assets.publishing import phoenix_dataset
from golden_assets.defs.assets.quality import quality_report
from golden_assets.defs.assets.sources import source_documents_after
from golden_assets.defs.assets.testsets import generated_testset
from golden_assets.defs.assets.versions import active_version, stored_version
from golden_assets.defs.checks import CHECKS
from golden_assets.defs.jobs import build_testset_job, monitor_testset_job, promote_version_job, propose_regeneration_job, report_costs_job
from golden_assets.defs.names import TESTSET_ATTRIBUTE
from golden_assets.defs.resources import resources_for
from golden_assets.defs.schedules import schedules_for
from golden_assets.defs.sensors.activations import activation_sensor
from golden_assets.defs.sensors.alerts import alert_sensor
from golden_assets.defs.sensors.automation_conditions import following_steps_sensor
from golden_assets.defs.sensors.documents import document_change_sensor
from golden_assets.defs.sensors.promotion import promotion_sensor
from golden_assets.defs.testset_prefix import with_prefix
from golden_assets.defs.tracing import traced_in_process_executor
from golden_assets.settings.settings import all_testsets, load_settings

ASSETS = [
    generated_testset,
    quality_report,
    stored_version,
    phoenix_dataset,
    active_version,
    baseline_experiment,
    ab_comparison,
    generation_costs,
    operation_rates,
    quality_history,
    registry_integrity,
    regeneration_proposal,
]
JOBS = [build_testset_job, promote_version_job, monitor_testset_job, propose_regeneration_job, report_costs_job]
SENSORS = [promotion_sensor, activation_sensor, document_change_sensor, alert_sensor, following_steps_sensor]


def build_definitions(
    resource_overrides: Mapping[str, object] | None = None,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
    testset: str | None = None,
    executor: dg.ExecutorDefinition | None = None,
    deps: Sequence[dg.AssetKey | str] = (),
) -> dg.Definitions:
    """Everything, assembled; `dg.Definitions.merge` puts it beside what else a code location has.

    Args:
        resource_overrides: objects that implement a port, by resource name, in place of the real adapters.
        loggers: further loggers that jobs can be configured to use.
        testset: a testset of the settings: its settings are used, and its name begins every asset key.
        executor: of runs that are started from assets; our jobs have their own. Without one it is left to the code location.
        deps: assets that write the documents: they come before `source_documents`.
    """
    definitions = dg.Definitions(
        assets=[source_documents_after(deps), *ASSETS],
        asset_checks=CHECKS,
        jobs=JOBS,
        schedules=schedules_for(load_settings(testset if testset in all_testsets() else None)),
        sensors=SENSORS,
        resources=resources_for(testset, resource_overrides),
        executor=executor,
        loggers=loggers,
    )
    return with_prefix(definitions, testset) if testset else definitions


defs = build_definitions(executor=traced_in_process_executor)


def __getattr__(name: str) -> dg.Definitions:
    """``testset:NAME``, the definitions of a testset of the settings; a workspace file names it as the attribute of a code location."""
    testset = name.removeprefix(TESTSET_ATTRIBUTE)
    if testset == name or testset not in all_testsets():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return build_definitions(testset=testset, executor=traced_in_process_executor)
