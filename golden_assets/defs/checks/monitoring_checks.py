"""Checks of monitoring: hints, for nothing waits for them; a damaged registry alone is an ERROR."""

import dagster as dg

from golden_assets.defs.handoff import latest_metadata
from golden_assets.defs.names import OPERATION_RATES, QUALITY_HISTORY, REGISTRY_INTEGRITY
from golden_assets.defs.presentation.tables import Metadata

MAX_DRIFT = 0.1
"""A fall of the quality score by more than this, on a scale of 0 to 1, is worth a look."""


@dg.asset_check(asset=OPERATION_RATES)
def operations_meet_their_targets(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    """99.9 % of transactions succeed, and 95 % of queries take less than 2 seconds."""
    missed = str(latest_metadata(context, OPERATION_RATES)["targets_missed"])
    return _hint(not missed, len(missed.split(", ")) if missed else 0, 0, missed or "All targets are met, as far as there are numbers.")


@dg.asset_check(asset=QUALITY_HISTORY)
def quality_holds(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    """The newest version is no more than 0.1 worse than the mean of those before it."""
    drift = float(str(latest_metadata(context, QUALITY_HISTORY)["drift"]))
    return _hint(drift >= -MAX_DRIFT, drift, -MAX_DRIFT, f"The newest version differs by {drift:+.3f} from the mean of those before it.")


@dg.asset_check(asset=REGISTRY_INTEGRITY)
def registry_is_intact(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    """Every stored row and every audit entry matches its hash."""
    found = latest_metadata(context, REGISTRY_INTEGRITY)
    faults = int(str(found["faults"]))
    metadata: Metadata = {"measured": faults, "threshold": 0, "remedy": "see docs/runbook.md"}
    return dg.AssetCheckResult(passed=faults == 0, description=f"First fault: {found['first_fault']}.", metadata=metadata)


def _hint(passed: bool, measured: float, threshold: float, description: str) -> dg.AssetCheckResult:
    metadata: Metadata = {"measured": measured, "threshold": threshold, "remedy": "see docs/runbook.md"}
    return dg.AssetCheckResult(passed=passed, severity=dg.AssetCheckSeverity.WARN, description=description, metadata=metadata)


MONITORING_CHECKS = [operations_meet_their_targets, quality_holds, registry_is_intact]
