"""The generated testset: questions with reference answers, each traced to the passages it comes from."""

from collections.abc import Iterable
from typing import Any

import dagster as dg
from pydantic import Field

from golden_assets.defs.changes import describe_continuation
from golden_assets.defs.handoff import recall_corpus, upstream_address
from golden_assets.defs.names import GENERATED_TESTSET, LLM_POOL, OWNERS, SOURCE_DOCUMENTS, TESTSETS
from golden_assets.defs.presentation.tables import rounded
from golden_assets.defs.presentation.testsets import describe_testset
from golden_assets.defs.progress import log_progress
from golden_assets.defs.spending import watched_limits
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.costs import Budget
from golden_assets.domain.documents import Corpus
from golden_assets.domain.errors import TestsetError
from golden_assets.domain.freshness import classify_rows
from golden_assets.domain.ports.generation import Progress, TestsetGenerator
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.regeneration import basis_for
from golden_assets.domain.requests import RequestDefaults
from golden_assets.domain.review import after_review, apply_decisions, with_current_citations, with_review_of
from golden_assets.domain.testsets import GenerationRequest, Testset, TestsetRow, request_key
from golden_assets.domain.vouching import honours, open_to_criticism, with_approvals


class GenerationConfig(dg.Config):
    """The testset to ask for. ``seed`` decides which passages and personas are drawn: another seed, other questions. ``size`` is the
    configured one when it is left empty.

    ``review_of`` names a version instead: what its reviewers decided becomes the testset. No row is written but for those whose passages
    have changed since.
    """

    size: int | None = Field(None, ge=1)
    seed: int = 0
    review_of: str | None = None


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
    request = asked_request(config, defaults, generator)
    base = None if config.review_of else await base_for(versions, request, generator.model)
    async with watched_limits(context, budget) as spent:
        progress = log_progress(context.log)
        if config.review_of:
            testset, reused = await _finish(await reviewed(versions, config.review_of), corpus, generator, progress)
        else:
            testset, reused = await _answer(corpus, request, generator, artifacts, progress, base)
    metadata = describe_testset(testset, await artifacts.put_testset(testset), reused=reused) | spent
    metadata |= {"review_of": config.review_of} if config.review_of else {}
    if base:
        before = await recall_corpus(context, artifacts, base.corpus_hash)
        metadata |= describe_continuation(base, before, testset, corpus)
    return dg.MaterializeResult(metadata=rounded(metadata), data_version=dg.DataVersion(testset.testset_hash))


def asked_config(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> GenerationConfig:
    """What this run asks the generator for; the defaults when the testset is not part of it."""
    ops: Any = context.run.run_config.get("ops", {})
    return GenerationConfig(**ops.get(GENERATED_TESTSET, {}).get("config", {}))


def asked_request(config: GenerationConfig, defaults: RequestDefaults, generator: TestsetGenerator) -> GenerationRequest:
    """The request that a configuration stands for. Raises `ConfigurationError` for more rows than may be asked for."""
    return defaults.request(config.size, config.seed, generator.default_question_types)


async def reviewed(versions: VersionStore, version: str) -> Testset:
    """A version as its reviewers want it. Raises `TestsetError` when nobody decided anything."""
    decisions = await versions.decisions(version)
    if not decisions:
        raise TestsetError(f"nobody reviewed version {version}", f"`golden-assets review {version}`")
    return apply_decisions((await versions.get_version(version)).testset, decisions)


async def base_for(versions: VersionStore, request: GenerationRequest, model: str) -> Testset | None:
    """What the answer can go on from: the active version, or before there is one the newest that passed its gates; as its reviewers, and
    those of versions stored since, want it: what they rejected is not to come back, and what they approved or edited stays.
    """
    stored = await versions.get_active_version()
    if stored is None:
        validated = [summary.version for summary in await versions.list_versions() if summary.status == "validated"]
        stored = await versions.get_version(validated[0]) if validated else None
    if stored is None:
        return None
    decisions = await versions.decisions(stored.summary.version)
    base = after_review(stored.testset, decisions) if decisions else stored.testset
    later = [one.version for one in await versions.list_versions() if one.created_at > stored.summary.created_at]
    for number in reversed(later):
        if said := await versions.decisions(number):
            base = with_review_of(base, (await versions.get_version(number)).testset, said)
    return basis_for(base, request, model)


async def planned_budget(
    corpus: Corpus,
    asked: GenerationConfig,
    artifacts: ArtifactStore,
    versions: VersionStore,
    generator: TestsetGenerator,
    defaults: RequestDefaults,
    budget: BudgetPlanner,
) -> Budget:
    """What a configuration's testset is expected to cost on these documents, beside what may be spent."""
    if asked.review_of:
        return await budget.plan(*_renewals(await reviewed(versions, asked.review_of), corpus))
    request = asked_request(asked, defaults, generator)
    base = await base_for(versions, request, generator.model)
    return await budget.plan(*await work_ahead(corpus, request, generator, artifacts, base))


def _renewals(decided: Testset, corpus: Corpus) -> tuple[int, tuple[TestsetRow, ...]]:
    """How many rows of a finished review have to be written, and which ones critics look at; see `work_ahead`."""
    found = classify_rows(decided.rows, corpus)
    missing = sum(not (item.is_usable or item.row.is_human) for item in found)
    return missing, open_to_criticism(decided, found) if missing else ()


async def work_ahead(
    corpus: Corpus, request: GenerationRequest, generator: TestsetGenerator, artifacts: ArtifactStore, base: Testset | None
) -> tuple[int, tuple[TestsetRow, ...]]:
    """How many rows have to be written, and which ones of the base critics look at: none when the request was answered before."""
    if await _recalled(_keys(corpus, request, generator, base), artifacts, base, corpus) is not None:
        return 0, ()
    found = classify_rows(base.rows, corpus) if base else ()
    staying = sum(item.is_usable and not item.row.is_human for item in found)
    return max(0, request.size - staying), open_to_criticism(base, found) if base else ()


async def _finish(decided: Testset, corpus: Corpus, generator: TestsetGenerator, progress: Progress) -> tuple[Testset, bool]:
    """A finished review on the documents as they are now, and whether no row had to be written. Rows whose passages have changed since
    are written again; rejected ones are not replaced.
    """
    standing = with_current_citations(decided, corpus)
    if standing is not None:
        return standing, True
    request = decided.request.model_copy(update={"size": max(1, len(decided.generated_rows))})
    written = await generator.generate(corpus, request, progress, decided)
    fields = {name: getattr(written, name) for name in Testset.model_fields}
    return Testset(**fields | {"request": decided.request}), False


async def _answer(
    corpus: Corpus,
    request: GenerationRequest,
    generator: TestsetGenerator,
    artifacts: ArtifactStore,
    progress: Progress,
    base: Testset | None,
) -> tuple[Testset, bool]:
    """The draft that answered this request before, or a new one; (testset, whether it was there). Only full answers are kept for reuse.

    An answer from scratch to these very documents is as good as one that goes on from the base. What is written now is the answer, too,
    when it has become the base itself.
    """
    keys = _keys(corpus, request, generator, base)
    known = await _recalled(keys, artifacts, base, corpus)
    if known is not None:
        return known, True
    testset = await generator.generate(corpus, request, progress, base)
    if len(testset.generated_rows) >= request.size:
        own_key = request_key(corpus.corpus_hash, request, generator.code_version, testset.testset_hash)
        for key in dict.fromkeys([keys[-1], own_key]):
            await artifacts.remember_draft(key, await artifacts.put_testset(testset))
    return testset, False


async def _recalled(keys: Iterable[str], artifacts: ArtifactStore, base: Testset | None, corpus: Corpus) -> Testset | None:
    """The draft that answered one of these requests before, as far as it is what people have said of its rows since."""
    for address in [await artifacts.recall_draft(key) for key in keys]:
        known = await artifacts.get_testset(address) if address else None
        if known and (base is None or honours(known, base, corpus)):
            return known if base is None else with_approvals(known, base, corpus)
    return None


def _keys(corpus: Corpus, request: GenerationRequest, generator: TestsetGenerator, base: Testset | None) -> list[str]:
    """The keys of an answer from scratch and, last, of one that goes on from the base."""
    bases = [None, base.testset_hash] if base else [None]
    return [request_key(corpus.corpus_hash, request, generator.code_version, base_hash) for base_hash in bases]
