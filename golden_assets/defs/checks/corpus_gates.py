"""Pre-generation gates: a corpus that cannot yield a testset, or one that cannot be paid for, stops the run before anything is spent.

What the run asks for and what that is expected to take was worked out when the documents were read; the limits are looked at now.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import dagster as dg

from golden_assets.defs.checks._factory import check_specs
from golden_assets.defs.evaluations import check_results
from golden_assets.defs.names import ADDRESS, EXPECTED, REQUEST, SOURCE_DOCUMENTS
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_metadata
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.costs.calls import Estimate
from golden_assets.domain.gates.evaluate import judge_budget, judge_documents, judge_request
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore
from golden_assets.domain.testsets.testset import GenerationRequest


@dg.multi_asset_check(specs=check_specs(SOURCE_DOCUMENTS, "documents", blocking=True))
@traced_step
def corpus_gates(
    context: dg.AssetCheckExecutionContext,
    artifacts: dg.ResourceParam[ArtifactStore],
    thresholds: dg.ResourceParam[Thresholds],
    budget: dg.ResourceParam[BudgetPlanner],
) -> Iterator[dg.AssetCheckResult]:
    """Whether questions can be asked about these documents at all, and whether there is budget for those that this run asks."""
    read: dict[str, Any] = upstream_metadata(context, SOURCE_DOCUMENTS, EXPECTED)
    corpus = asyncio.run(artifacts.get_corpus(read[ADDRESS]))
    planned = asyncio.run(budget.beside(Estimate(**read[EXPECTED])))
    request = GenerationRequest(**read[REQUEST])
    yield from check_results(
        (*judge_documents(corpus, thresholds), *judge_request(request, thresholds), *judge_budget(planned, thresholds))
    )
