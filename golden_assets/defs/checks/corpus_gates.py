"""Pre-generation gates: a corpus that cannot yield a testset stops the run before anything is paid for."""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.checks._factory import check_results, check_specs
from golden_assets.defs.handoff import upstream_address
from golden_assets.defs.names import SOURCE_DOCUMENTS
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.judging import judge_documents
from golden_assets.domain.ports import ArtifactStore


@dg.multi_asset_check(specs=check_specs(SOURCE_DOCUMENTS, "documents", blocking=True))
def corpus_gates(
    context: dg.AssetCheckExecutionContext, artifacts: dg.ResourceParam[ArtifactStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether questions can be asked about these documents at all."""
    corpus = asyncio.run(artifacts.get_corpus(upstream_address(context, SOURCE_DOCUMENTS)))
    yield from check_results(SOURCE_DOCUMENTS, judge_documents(corpus, thresholds))
