"""The generated testset: questions with reference answers, each traced to the passages it comes from."""

from typing import Any

import dagster as dg
from pydantic import Field

from golden_assets.defs.names import ADDRESS, GENERATED_TESTSET, LLM_POOL, OWNERS, SOURCE_DOCUMENTS, TESTSETS
from golden_assets.defs.presentation.changes import describe_continuation
from golden_assets.defs.presentation.spending import watched_limits
from golden_assets.defs.presentation.tables import rounded
from golden_assets.defs.presentation.testsets import describe_testset
from golden_assets.defs.progress import log_progress
from golden_assets.defs.readings import reading_of
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import key_beside, upstream_address
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.ports.generation import TestsetGenerator
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.testsets.requests import RequestDefaults
from golden_assets.services.generate import Asked, Planner

AS_BEFORE_SIZE = 0
AS_BEFORE_SEED = -1


class GenerationConfig(dg.Config):
    """The testset to ask for."""

    size: int | None = Field(
        AS_BEFORE_SIZE,
        ge=AS_BEFORE_SIZE,
        description="Rows to generate. 0: default_size of the settings where it is set, else as many as the active version was asked for, "
        "else 20.",
    )
    seed: int | None = Field(
        AS_BEFORE_SEED,
        ge=AS_BEFORE_SEED,
        description="Decides which passages and personas are drawn: another seed, other questions. -1: the seed of the active version, "
        "else 0.",
    )
    review_of: str | None = Field(
        None,
        description="A version instead: what its reviewers decided becomes the testset. No row is written but for those whose passages "
        "have changed since.",
    )

    @property
    def asked(self) -> Asked:
        """What is asked for; sentinels are None."""
        return Asked(self.size or None, None if self.seed == AS_BEFORE_SEED else self.seed, self.review_of)


def asked_config(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> GenerationConfig:
    """What this run asks the generator for; the defaults when the testset is not part of it."""
    ops: Any = context.run.run_config.get("ops", {})
    return GenerationConfig(**ops.get(GENERATED_TESTSET, {}).get("config", {}))


@dg.asset(name=GENERATED_TESTSET, group_name=TESTSETS, owners=OWNERS, kinds={"python", "ragas"}, deps=[SOURCE_DOCUMENTS], pool=LLM_POOL)
@traced_step
async def generated_testset(
    context: dg.AssetExecutionContext,
    config: GenerationConfig,
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    generator: dg.ResourceParam[TestsetGenerator],
    defaults: dg.ResourceParam[RequestDefaults],
    budget: dg.ResourceParam[BudgetPlanner],
) -> dg.MaterializeResult[None]:
    """Questions, references and the passages they come from. Rows that still hold stay; what was asked before is not paid twice."""
    corpus = await artifacts.get_corpus(upstream_address(context, SOURCE_DOCUMENTS))
    planner = Planner(artifacts, versions, generator, defaults)
    async with watched_limits(context, budget) as spent:
        base, testset, reused = await planner.fulfil(config.asked, corpus, log_progress(context.log, lambda: generator.calls))
    metadata = describe_testset(testset, await artifacts.put_testset(testset), reused=reused) | spent
    metadata |= {"review_of": config.review_of} if config.review_of else {}
    if base:
        before = await recall_corpus(context, artifacts, base.corpus_hash)
        metadata |= describe_continuation(base, before, testset, corpus)
    return dg.MaterializeResult(metadata=rounded(metadata), data_version=dg.DataVersion(testset.testset_hash))


async def recall_corpus(context: dg.AssetExecutionContext, artifacts: ArtifactStore, corpus_hash: str) -> Corpus | None:
    """The newest reading of the documents with this hash, or None when it is too long ago."""
    read = reading_of(context.instance, key_beside(context, SOURCE_DOCUMENTS), corpus_hash)
    return await artifacts.get_corpus(str(read[ADDRESS])) if read else None
