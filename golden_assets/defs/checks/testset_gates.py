"""Post-generation gates on the testset alone: what can be judged without the documents.

They do not block: a testset that fails is still measured and stored, as a version of status ``failed``; `version_gates` stops it there.
"""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.checks._factory import check_specs
from golden_assets.defs.evaluations import check_results
from golden_assets.defs.names import GENERATED_TESTSET
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_address
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.evaluate import judge_testset
from golden_assets.domain.ports.stores import ArtifactStore


@dg.multi_asset_check(specs=check_specs(GENERATED_TESTSET, "testset", blocking=False))
@traced_step
def testset_gates(
    context: dg.AssetCheckExecutionContext, artifacts: dg.ResourceParam[ArtifactStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether the rows are complete, enough, and what they claim to be."""
    testset = asyncio.run(artifacts.get_testset(upstream_address(context, GENERATED_TESTSET)))
    yield from check_results(judge_testset(testset, thresholds))
