"""The source documents: where every lineage begins."""

from collections.abc import Sequence

import dagster as dg
from pydantic import Field

from golden_assets.adapters.documents.library import require_readable
from golden_assets.defs.assets.testsets import asked_config
from golden_assets.defs.evaluations import report_on_active
from golden_assets.defs.names import CAUTION, EXPECTED, LOCATION, OWNERS, REQUEST, SOURCE_DOCUMENTS, SOURCES, TESTSET
from golden_assets.defs.presentation.spending import describe_budget
from golden_assets.defs.presentation.tables import Metadata
from golden_assets.defs.presentation.testsets import describe_corpus, describe_types
from golden_assets.defs.readings import last_reading, location_of, reading_of
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import key_beside
from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.corpus.locations import SAMPLE, Patterns, absolute_location, chosen_files, other_documents, unnamed_location
from golden_assets.domain.ports.documents import DocumentLibrary
from golden_assets.domain.ports.generation import TestsetGenerator
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.testsets.requests import RequestDefaults
from golden_assets.services.evaluate import judge_rows_in_use
from golden_assets.services.generate import Asked, Planner

READ = "read_documents"


class SourceConfig(dg.Config):
    """Where the documents are."""

    docs: str | None = Field(
        "",
        description="An absolute folder, table:NAME, or sample, the sample corpus. Empty: where the settings say, else where documents "
        "were read last, and the sample corpus the first time; for a version of a review, where those of the reviewed version are. "
        "A URL, which may hold a password, is refused before there is a run.",
    )
    include: list[str] = Field([], description="Patterns of the only files to read, such as guides/ or *.md. Empty: what the settings say.")
    exclude: list[str] = Field([], description="Patterns of files and folders to leave out. Empty: what the settings say.")


class RunRefusedError(dg.DagsterError):
    """There is nothing to read where a run should read. Dagster shows its own errors as they are, and wraps all others."""


@dg.config_mapping
def only_what_can_be_read(config: SourceConfig) -> dict[str, object]:
    """The configuration of a reading, checked when a run is asked for: when nothing can be read, no run and no record of one is made.

    Raises:
        RunRefusedError: a URL, or no such folder.
    """
    try:
        require_readable(config.docs or SAMPLE)
    except GoldenAssetsError as error:
        raise RunRefusedError(str(error)) from error
    return {READ: {"config": config.model_dump()}}


@traced_step
async def read_documents(
    context: dg.AssetExecutionContext,
    config: SourceConfig,
    documents: dg.ResourceParam[DocumentLibrary],
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    generator: dg.ResourceParam[TestsetGenerator],
    defaults: dg.ResourceParam[RequestDefaults],
    budget: dg.ResourceParam[BudgetPlanner],
    thresholds: dg.ResourceParam[Thresholds],
) -> dg.MaterializeResult[None]:
    """Read the documents, keep them, and compare the active version with them."""
    location = await find_location(context, config, documents, versions)
    corpus = documents.open(location).read()
    metadata = describe_corpus(corpus, await artifacts.put_corpus(corpus)) | {LOCATION: location, TESTSET: versions.testset_name}
    metadata |= await describe_request(corpus, asked_config(context).asked, Planner(artifacts, versions, generator, defaults), budget)
    metadata |= await compare_with_active(context, corpus, versions, thresholds)
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(corpus.corpus_hash))


def source_documents_after(deps: Sequence[dg.AssetKey | str] = ()) -> dg.AssetsDefinition:
    """The asset `source_documents`; it comes after the assets at ``deps``, which write the documents.

    It is a graph of one op, for Dagster looks at the configuration of a graph before there is a run.
    """
    upstream = {f"after_{number}": dg.AssetKey.from_coercible(key) for number, key in enumerate(deps)}
    read = dg.op(name=READ, ins=dict.fromkeys(upstream, dg.In(dg.Nothing)), out=dg.Out(dg.Nothing))(read_documents)
    graph = dg.GraphDefinition(
        SOURCE_DOCUMENTS,
        description="The documents that questions are asked about, each with the hash of its content, and what a testset of them is "
        "expected to cost.",
        node_defs=[read],
        input_mappings=[dg.InputMapping(graph_input_name=name, mapped_node_name=READ, mapped_node_input_name=name) for name in upstream],
        output_mappings=[dg.OutputMapping(graph_output_name="result", mapped_node_name=READ, mapped_node_output_name="result")],
        config=only_what_can_be_read,
    )
    return dg.AssetsDefinition.from_graph(
        graph,
        keys_by_input_name=upstream,
        group_name=SOURCES,
        owners_by_output_name={"result": OWNERS},
        tags_by_output_name={"result": {"dagster/kind/python": "", "dagster/kind/file": ""}},
    )


async def find_location(context: dg.AssetExecutionContext, config: SourceConfig, documents: DocumentLibrary, versions: VersionStore) -> str:
    """Where this run reads: what it names, else what the settings name, else where documents were read last, else those of the present
    version. Raises `DocumentError` as `unnamed_location`, and `ConfigurationError` as `narrowed`.
    """
    key, reviewed = key_beside(context, SOURCE_DOCUMENTS), asked_config(context).review_of
    named = absolute_location(config.docs) if config.docs else None
    if reviewed and not named:
        version = await versions.get_version(reviewed)
        named = location_of(reading_of(context.instance, key, version.summary.corpus_hash)) or version.documents_location
    known = named or documents.configured or location_of(last_reading(context.instance, key, versions.testset_name))
    location = known or await _location_of_present(documents, versions)
    return chosen_files(location, Patterns(tuple(config.include), tuple(config.exclude)), documents.patterns, is_named=bool(named))


async def describe_request(corpus: Corpus, asked: Asked, planner: Planner, budget: BudgetPlanner) -> Metadata:
    """What the run asks for and what that is expected to take, for people and for the gates; a review writes nothing."""
    question = await planner.question(asked)
    planned = await budget.plan(*await planner.expected(corpus, asked, question))
    return {
        REQUEST: question.request.model_dump(mode="json"),
        EXPECTED: planned.estimate.model_dump(mode="json"),
        **describe_budget(planned),
        **({} if asked.review_of else describe_types(question.request, planner.generator.supported_types(corpus, question.request))),
    }


async def compare_with_active(
    context: dg.AssetExecutionContext, corpus: Corpus, versions: VersionStore, thresholds: Thresholds
) -> Metadata:
    """Put on record whether the rows in use hold on the documents as they are now; says so when none does."""
    verdicts = await judge_rows_in_use(versions, corpus, thresholds)
    report_on_active(context, verdicts)
    caution = other_documents(int(verdicts[0].measured), verdicts[0].n or 0)
    if caution is None:
        return {}
    context.log.warning(caution)
    return {CAUTION: caution}


async def _location_of_present(documents: DocumentLibrary, versions: VersionStore) -> str:
    """Where the documents of the active version were, or before there is one those of the newest of any status."""
    present = await versions.get_active_version()
    if present is None and (stored := await versions.list_versions()):
        present = await versions.get_version(stored[0].version)
    is_sample = present is None or present.summary.corpus_hash == documents.open(SAMPLE).corpus_hash()
    return unnamed_location(present.documents_location if present else None, is_sample=is_sample)
