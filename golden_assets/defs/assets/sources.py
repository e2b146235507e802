"""The source documents: where every lineage begins."""

import dagster as dg
from pydantic import Field

from golden_assets.defs.assets.testsets import asked_config, planned_budget
from golden_assets.defs.handoff import reading_of
from golden_assets.defs.names import LOCATION, OWNERS, SOURCE_DOCUMENTS, SOURCES
from golden_assets.defs.presentation.testsets import describe_corpus
from golden_assets.defs.spending import describe_budget
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.ports.documents import DocumentLibrary
from golden_assets.domain.ports.generation import TestsetGenerator
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.requests import RequestDefaults


class SourceConfig(dg.Config):
    """Where the documents are. Empty: as configured, else the sample corpus; in a run that makes a version of a review, where those of
    the reviewed version were.
    """

    docs: str | None = Field(None, description="A folder, or table:NAME. Never a URL with a password: Dagster keeps this with the run.")


@dg.asset(name=SOURCE_DOCUMENTS, group_name=SOURCES, owners=OWNERS, kinds={"python", "file"})
@traced_step
async def source_documents(
    context: dg.AssetExecutionContext,
    config: SourceConfig,
    documents: dg.ResourceParam[DocumentLibrary],
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    generator: dg.ResourceParam[TestsetGenerator],
    defaults: dg.ResourceParam[RequestDefaults],
    budget: dg.ResourceParam[BudgetPlanner],
) -> dg.MaterializeResult[None]:
    """The documents that questions are asked about, each with the hash of its content, and what a testset of them is expected to cost."""
    asked = asked_config(context)
    location = config.docs or (await location_of(context, versions, asked.review_of) if asked.review_of else None)
    corpus = documents.open(location).read()
    address = await artifacts.put_corpus(corpus)
    planned = await planned_budget(corpus, asked, artifacts, versions, generator, defaults, budget)
    metadata = describe_corpus(corpus, address) | {LOCATION: location or ""} | describe_budget(planned)
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(corpus.corpus_hash))


async def location_of(context: dg.AssetExecutionContext, versions: VersionStore, version: str) -> str | None:
    """Where the documents of a version were read, None for those that are configured, and when it is not known any more."""
    stored = await versions.get_version(version)
    return str(reading_of(context, stored.summary.corpus_hash).get(LOCATION) or "") or None
