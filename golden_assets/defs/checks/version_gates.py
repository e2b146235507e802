"""Pre-activation gates: a version whose gates are not all passed, on record, for this very content goes no further."""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.checks._factory import check_results, check_specs
from golden_assets.defs.handoff import upstream_address
from golden_assets.defs.names import STORED_VERSION
from golden_assets.domain.judging import judge_version
from golden_assets.domain.ports import VersionStore


@dg.multi_asset_check(specs=check_specs(STORED_VERSION, "version", blocking=True))
def version_gates(context: dg.AssetCheckExecutionContext, versions: dg.ResourceParam[VersionStore]) -> Iterator[dg.AssetCheckResult]:
    """Whether every gate passed for exactly what is stored."""
    version = asyncio.run(versions.get_version(upstream_address(context, STORED_VERSION)))
    verdicts = judge_version(version.summary.status, version.report, version.testset.testset_hash)
    yield from check_results(STORED_VERSION, verdicts)
