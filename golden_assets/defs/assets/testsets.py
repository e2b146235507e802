"""The generated testset: questions with reference answers, each traced to the passages it comes from."""

import dagster as dg
from pydantic import Field

from golden_assets.defs.handoff import upstream_address
from golden_assets.defs.names import GENERATED_TESTSET, LLM_POOL, OWNERS, SOURCE_DOCUMENTS, TESTSETS
from golden_assets.defs.presentation import describe_testset
from golden_assets.defs.progress import log_progress
from golden_assets.domain.documents import Corpus
from golden_assets.domain.ports import ArtifactStore, Progress, TestsetGenerator
from golden_assets.domain.testsets import GenerationRequest, QuestionType, Testset, request_key

QuestionTypes = dict[QuestionType, float]


class GenerationConfig(dg.Config):
    """The testset to ask for. ``seed`` decides which passages and personas are drawn: another seed, other questions."""

    size: int = Field(20, ge=1, le=100_000)
    seed: int = 0


@dg.asset(name=GENERATED_TESTSET, group_name=TESTSETS, owners=OWNERS, kinds={"python", "ragas"}, deps=[SOURCE_DOCUMENTS], pool=LLM_POOL)
async def generated_testset(
    context: dg.AssetExecutionContext,
    config: GenerationConfig,
    artifacts: dg.ResourceParam[ArtifactStore],
    generator: dg.ResourceParam[TestsetGenerator],
    question_types: dg.ResourceParam[QuestionTypes],
) -> dg.MaterializeResult[None]:
    """Questions, references and the passages they come from, drawn evenly over the documents. What was asked before is not paid twice."""
    corpus = await artifacts.get_corpus(upstream_address(context, SOURCE_DOCUMENTS))
    request = asked_request(config, generator, question_types)
    testset, reused = await _answer(corpus, request, generator, artifacts, log_progress(context.log))
    metadata = describe_testset(testset, await artifacts.put_testset(testset), reused=reused)
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(testset.testset_hash))


def asked_request(config: GenerationConfig, generator: TestsetGenerator, question_types: QuestionTypes) -> GenerationRequest:
    """The request that a configuration stands for."""
    return GenerationRequest(size=config.size, seed=config.seed, question_types=question_types or generator.default_question_types)


async def rows_to_write(corpus: Corpus, request: GenerationRequest, generator: TestsetGenerator, artifacts: ArtifactStore) -> int:
    """How many rows a request would have to be paid for: none when it was answered before."""
    known = await artifacts.recall_draft(request_key(corpus.corpus_hash, request, generator.code_version))
    return request.size if known is None else 0


async def _answer(
    corpus: Corpus, request: GenerationRequest, generator: TestsetGenerator, artifacts: ArtifactStore, progress: Progress
) -> tuple[Testset, bool]:
    """The draft that answered this request before, or a new one; (testset, whether it was there). Only full answers are kept for reuse."""
    key = request_key(corpus.corpus_hash, request, generator.code_version)
    known = await artifacts.recall_draft(key)
    if known is not None:
        return await artifacts.get_testset(known), True
    testset = await generator.generate(corpus, request, progress)
    if len(testset.rows) == request.size:
        await artifacts.remember_draft(key, await artifacts.put_testset(testset))
    return testset, False
