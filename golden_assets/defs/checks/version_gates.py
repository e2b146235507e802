"""Pre-activation gates: a version whose gates are not all passed, on record, for this very content goes no further.

One that only lacks an approval is published all the same, so that people can look at it; the promotion itself asks for the approval.
"""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.checks._factory import check_specs
from golden_assets.defs.evaluations import check_results
from golden_assets.defs.names import STORED_VERSION
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_address
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.evaluate import judge_approval, judge_regression, judge_version
from golden_assets.domain.ports.stores import VersionStore


@dg.multi_asset_check(specs=check_specs(STORED_VERSION, "version", blocking=True))
@traced_step
def version_gates(
    context: dg.AssetCheckExecutionContext, versions: dg.ResourceParam[VersionStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether every gate passed for exactly what is stored, and nothing is worse than in the active version."""
    version = asyncio.run(versions.get_version(upstream_address(context, STORED_VERSION)))
    active = asyncio.run(versions.get_active_version())
    verdicts = judge_version(version.summary.status, version.report, version.testset.testset_hash)
    yield from check_results((*verdicts, *judge_regression(version, active, thresholds)))


@dg.multi_asset_check(specs=check_specs(STORED_VERSION, "approval", blocking=False))
@traced_step
def approval_gates(
    context: dg.AssetCheckExecutionContext, versions: dg.ResourceParam[VersionStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether somebody approved what is stored, if anybody has to."""
    number = upstream_address(context, STORED_VERSION)
    approved = number in asyncio.run(versions.approved_versions())
    yield from check_results(judge_approval(number, thresholds, required=versions.require_approval, approved=approved))
