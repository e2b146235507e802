"""The quality report: what was measured on the generated testset, and how every gate judged it."""

import dagster as dg

from golden_assets.adapters.critics.judge import hear
from golden_assets.adapters.critics.panel import similarity_for
from golden_assets.adapters.reference_data import background_of
from golden_assets.adapters.reports.embedding import as_markdown
from golden_assets.adapters.reports.quality_pictures import report_pictures
from golden_assets.defs.names import GENERATED_TESTSET, OWNERS, QUALITY, QUALITY_REPORT, SOURCE_DOCUMENTS
from golden_assets.defs.policies import FOLLOWS_CONTENT
from golden_assets.defs.presentation.reports import describe_report
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_address
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.quality.embedder_calibration import calibration_passages, corpus_spread
from golden_assets.services.evaluate import trend_of, versions_in_use_until


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
    thresholds: dg.ResourceParam[Thresholds],
    versions: dg.ResourceParam[VersionStore],
) -> dg.MaterializeResult[None]:
    """Distribution, diversity, duplicates, coverage, completeness, language, lengths, leakage of the generated testset; every gate."""
    corpus = await artifacts.get_corpus(upstream_address(context, SOURCE_DOCUMENTS))
    testset = await artifacts.get_testset(upstream_address(context, GENERATED_TESTSET))
    embeddings = await embedder.embed([row.user_input for row in testset.rows])
    spread = corpus_spread(await embedder.embed(calibration_passages(corpus, embedder.name)))
    similarity = await similarity_for(testset.rows, embedder)
    testimony = await hear(judge, testset.rows)
    in_use = await versions_in_use_until(versions)
    background = await background_of(testset, in_use, await versions.waivers())
    report = write_report(testset, corpus, embeddings, embedder.name, thresholds, spread, similarity, background, testimony)
    await artifacts.put_report(report)
    pictures = report_pictures(testset, report, embeddings, trend_of(in_use))
    metadata = describe_report(report, as_markdown(pictures))
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(report.report_hash))
