"""The sensor that evaluates the automation conditions of `golden_assets.defs.policies`."""

import dagster as dg

from golden_assets.defs.names import PHOENIX_DATASET, QUALITY_REPORT, STORED_VERSION

following_steps_sensor = dg.AutomationConditionSensorDefinition(
    "following_steps_sensor",
    target=dg.AssetSelection.assets(QUALITY_REPORT, STORED_VERSION, PHOENIX_DATASET),
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Judges, stores and publishes a testset that was not written by build_testset_job. Writes no rows, activates nothing.",
)
