"""Post-generation gates on the quality report. They do not block, for the reason given in `testset_gates`."""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.checks._factory import check_specs
from golden_assets.defs.evaluations import check_results
from golden_assets.defs.names import QUALITY_REPORT
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_address
from golden_assets.domain.gates.evaluate import GATES
from golden_assets.domain.ports.stores import ArtifactStore


@dg.multi_asset_check(specs=check_specs(QUALITY_REPORT, "report", blocking=False))
@traced_step
def report_gates(context: dg.AssetCheckExecutionContext, artifacts: dg.ResourceParam[ArtifactStore]) -> Iterator[dg.AssetCheckResult]:
    """Whether questions are unique, diverse, of the asked types, and drawn from all documents."""
    report = asyncio.run(artifacts.get_report(upstream_address(context, QUALITY_REPORT)))
    verdicts = [verdict for verdict in report.verdicts if GATES[verdict.name].subject == "report"]
    yield from check_results(verdicts)
