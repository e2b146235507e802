"""Checks of monitoring: hints, for nothing waits for them; a damaged registry alone is an ERROR."""

from typing import Any

import dagster as dg

from golden_assets.defs.evaluations import check_result
from golden_assets.defs.names import OPERATION_RATES, QUALITY_HISTORY, REGISTRY_INTEGRITY
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_metadata
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates import monitoring as gates


@dg.asset_check(asset=OPERATION_RATES, description=gates.OPERATIONS_MEET_THEIR_TARGETS.description)
@traced_step
def operations_meet_their_targets(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether our own operations are as reliable and as fast as promised."""
    found: dict[str, Any] = upstream_metadata(context, OPERATION_RATES, "targets_missed")
    missed = [kind for kind in found["targets_missed"].split(", ") if kind]
    return check_result(gates.operations_meet_their_targets(missed, found["operations"], thresholds))


@dg.asset_check(asset=QUALITY_HISTORY, description=gates.QUALITY_HOLDS.description)
@traced_step
def quality_holds(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether quality drifts downwards over versions."""
    found: dict[str, Any] = upstream_metadata(context, QUALITY_HISTORY, "drift")
    return check_result(gates.quality_holds(found["drift"], found["versions_judged"], thresholds))


@dg.asset_check(asset=REGISTRY_INTEGRITY, description=gates.REGISTRY_IS_INTACT.description)
@traced_step
def registry_is_intact(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether anything that is stored was altered."""
    found: dict[str, Any] = upstream_metadata(context, REGISTRY_INTEGRITY, "faults")
    verdict = gates.registry_is_intact(found["first_faults"], found["faults"], found["hashed"], thresholds)
    return check_result(verdict, dg.AssetCheckSeverity.ERROR)


MONITORING_CHECKS = [operations_meet_their_targets, quality_holds, registry_is_intact]
