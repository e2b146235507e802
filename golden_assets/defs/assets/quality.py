"""The quality report: what was measured on the generated testset, and how every gate judged it."""

import dagster as dg

from golden_assets.defs.names import GENERATED_TESTSET, OWNERS, QUALITY, QUALITY_REPORT, SOURCE_DOCUMENTS
from golden_assets.defs.policies import FOLLOWS_CONTENT
from golden_assets.defs.presentation.reports import describe_evaluation
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_address
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.services.evaluate import Evaluator, FindBackground


@dg.asset(
    name=QUALITY_REPORT,
    group_name=QUALITY,
    owners=OWNERS,
    kinds={"python", "scipy"},
    deps=[SOURCE_DOCUMENTS, GENERATED_TESTSET],
    automation_condition=FOLLOWS_CONTENT,
)
@traced_step
async def quality_report(
    context: dg.AssetExecutionContext,
    artifacts: dg.ResourceParam[ArtifactStore],
    embedder: dg.ResourceParam[Embedder],
    judge: dg.ResourceParam[RowCritic],
    background: dg.ResourceParam[FindBackground],
    thresholds: dg.ResourceParam[Thresholds],
    versions: dg.ResourceParam[VersionStore],
) -> dg.MaterializeResult[None]:
    """Distribution, diversity, duplicates, coverage, completeness, language, lengths, leakage of the generated testset; every gate."""
    corpus = await artifacts.get_corpus(upstream_address(context, SOURCE_DOCUMENTS))
    testset = await artifacts.get_testset(upstream_address(context, GENERATED_TESTSET))
    evaluation = await Evaluator(versions, embedder, judge, background, thresholds).evaluate(testset, corpus)
    await artifacts.put_report(evaluation.report)
    return dg.MaterializeResult(
        metadata=describe_evaluation(testset, evaluation), data_version=dg.DataVersion(evaluation.report.report_hash)
    )
