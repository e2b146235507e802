"""What a run asks the generator for, what its answer goes on from, and how much of it has to be written: the same wherever a run asks."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import dagster as dg
from pydantic import Field

from golden_assets.defs.names import GENERATED_TESTSET
from golden_assets.domain.documents import Corpus
from golden_assets.domain.freshness import classify_rows
from golden_assets.domain.ports.generation import Progress, TestsetGenerator
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.regeneration import basis_for
from golden_assets.domain.requests import RequestDefaults, carried_request
from golden_assets.domain.review import after_review
from golden_assets.domain.testsets import GenerationRequest, Testset, TestsetRow, request_key
from golden_assets.domain.versions import StoredVersion
from golden_assets.domain.vouching import open_to_criticism

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
        None, description="A version instead: what its reviewers decided becomes the testset, and no row is written."
    )


def asked_config(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> GenerationConfig:
    """What this run asks the generator for; the defaults when the testset is not part of it."""
    ops: Any = context.run.run_config.get("ops", {})
    return GenerationConfig(**ops.get(GENERATED_TESTSET, {}).get("config", {}))


class Planner(NamedTuple):
    """What decides about the answer to a configuration."""

    artifacts: ArtifactStore
    versions: VersionStore
    generator: TestsetGenerator
    defaults: RequestDefaults

    async def request(self, config: GenerationConfig) -> GenerationRequest:
        """What a configuration asks for; what it leaves open is as it was for the present version, unless the settings say otherwise.

        Raises `ConfigurationError` for more rows than may be asked for.
        """
        stored = await present_version(self.versions)
        before = carried_request(stored.testset, self.generator.model) if stored else None
        seed = None if config.seed == AS_BEFORE_SEED else config.seed
        return self.defaults.request(config.size or None, seed, self.generator.default_question_types, before)

    async def base(self, request: GenerationRequest) -> Testset | None:
        """What the answer can go on from: the present version as its reviewers want it, for what they rejected is not to come back."""
        stored = await present_version(self.versions)
        if stored is None:
            return None
        decisions = await self.versions.decisions(stored.summary.version)
        return basis_for(after_review(stored.testset, decisions) if decisions else stored.testset, request, self.generator.model)

    async def work_ahead(self, corpus: Corpus, request: GenerationRequest) -> tuple[int, tuple[TestsetRow, ...]]:
        """How many rows have to be written, and which ones of the base critics look at: none when the request was answered before."""
        base = await self.base(request)
        if await self._recalled(self._keys(corpus, request, base), base) is not None:
            return 0, ()
        found = classify_rows(base.rows, corpus) if base else ()
        staying = sum(item.is_usable and not item.row.is_human for item in found)
        return max(0, request.size - staying), open_to_criticism(base, found) if base else ()

    async def answer(self, corpus: Corpus, request: GenerationRequest, progress: Progress, base: Testset | None) -> tuple[Testset, bool]:
        """The draft that answered this request before, or a new one; (testset, whether it was there). Only full answers are kept.

        An answer from scratch to these very documents is as good as one that goes on from the base. What is written now is the answer,
        too, when it has become the base itself.
        """
        keys = self._keys(corpus, request, base)
        known = await self._recalled(keys, base)
        if known is not None:
            return known, True
        testset = await self.generator.generate(corpus, request, progress, base)
        if len(testset.generated_rows) == request.size:
            own_key = request_key(corpus.corpus_hash, request, self.generator.code_version, testset.testset_hash)
            for key in dict.fromkeys([keys[-1], own_key]):
                await self.artifacts.remember_draft(key, await self.artifacts.put_testset(testset))
        return testset, False

    async def _recalled(self, keys: Iterable[str], base: Testset | None) -> Testset | None:
        """The draft that answered one of these requests before, unless it has a row that was rejected since."""
        for address in [await self.artifacts.recall_draft(key) for key in keys]:
            known = await self.artifacts.get_testset(address) if address else None
            if known and not (base and base.rejected_ids & {row.row_id for row in known.rows}):
                return known
        return None

    def _keys(self, corpus: Corpus, request: GenerationRequest, base: Testset | None) -> list[str]:
        """The keys of an answer from scratch and, last, of one that goes on from the base."""
        bases = [None, base.testset_hash] if base else [None]
        return [request_key(corpus.corpus_hash, request, self.generator.code_version, base_hash) for base_hash in bases]


async def present_version(versions: VersionStore) -> StoredVersion | None:
    """The active version, or before there is one the newest that passed its gates."""
    stored = await versions.get_active_version()
    if stored is not None:
        return stored
    validated = [summary.version for summary in await versions.list_versions() if summary.status == "validated"]
    return await versions.get_version(validated[0]) if validated else None
