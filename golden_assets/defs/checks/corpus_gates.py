"""Pre-generation gates: a corpus that cannot yield a testset, or one that cannot be paid for, stops the run before anything is spent."""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.active_checks import freshness, report_verdicts
from golden_assets.defs.assets.testsets import asked_config, asked_request, planned_budget
from golden_assets.defs.checks._factory import check_results, check_specs
from golden_assets.defs.handoff import upstream_address
from golden_assets.defs.names import SOURCE_DOCUMENTS
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.judging import judge_budget, judge_documents, judge_request
from golden_assets.domain.ports.generation import TestsetGenerator
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.requests import RequestDefaults


@dg.multi_asset_check(specs=check_specs(SOURCE_DOCUMENTS, "documents", blocking=True))
@traced_step
def corpus_gates(
    context: dg.AssetCheckExecutionContext,
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    thresholds: dg.ResourceParam[Thresholds],
    generator: dg.ResourceParam[TestsetGenerator],
    defaults: dg.ResourceParam[RequestDefaults],
    budget: dg.ResourceParam[BudgetPlanner],
) -> Iterator[dg.AssetCheckResult]:
    """Whether questions can be asked about these documents at all, and whether there is budget for those that this run asks.

    The documents were just read, so it is reported, too, whether the rows of the active version still hold on them.
    """
    corpus = asyncio.run(artifacts.get_corpus(upstream_address(context, SOURCE_DOCUMENTS)))
    asked = asked_config(context)
    request = asked_request(asked, defaults, generator)
    planned = asyncio.run(planned_budget(corpus, asked, artifacts, versions, generator, defaults, budget))
    report_verdicts(context, asyncio.run(freshness(context, artifacts, versions, thresholds)))
    yield from check_results(
        (*judge_documents(corpus, thresholds), *judge_request(request, thresholds), *judge_budget(planned, thresholds))
    )
