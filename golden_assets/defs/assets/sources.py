"""The source documents: where every lineage begins."""

import dagster as dg

from golden_assets.defs.names import LOCATION, OWNERS, SOURCE_DOCUMENTS, SOURCES
from golden_assets.defs.presentation.testsets import describe_corpus
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.ports import ArtifactStore, DocumentLibrary


class SourceConfig(dg.Config):
    """Where the documents are: a folder, or ``table:NAME``. Empty: as configured, else the sample corpus."""

    docs: str | None = None


@dg.asset(name=SOURCE_DOCUMENTS, group_name=SOURCES, owners=OWNERS, kinds={"python", "file"})
@traced_step
async def source_documents(
    config: SourceConfig, documents: dg.ResourceParam[DocumentLibrary], artifacts: dg.ResourceParam[ArtifactStore]
) -> dg.MaterializeResult[None]:
    """The documents that questions are asked about, each with the hash of its content; the data version is the hash of them all."""
    corpus = documents.open(config.docs).read()
    address = await artifacts.put_corpus(corpus)
    metadata = describe_corpus(corpus, address) | {LOCATION: config.docs or ""}
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(corpus.corpus_hash))
