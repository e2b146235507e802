"""What a run asks the generator for, what its answer starts from, and how much of it has to be written: one rule for all callers."""

from collections.abc import Iterable
from typing import NamedTuple

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.generation.regeneration import basis_for
from golden_assets.domain.ports.generation import Progress, TestsetGenerator
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.review.queue import after_review, apply_decisions, with_current_citations, with_review_of
from golden_assets.domain.testsets.freshness import classify_rows
from golden_assets.domain.testsets.human_override import honours, open_to_criticism, with_approvals
from golden_assets.domain.testsets.requests import RequestDefaults, carried_request
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, TestsetRow, request_key
from golden_assets.domain.versions.versions import StoredVersion


class Asked(NamedTuple):
    """What a run asks for: rows and seed, None for as before; or a version whose review becomes the testset."""

    size: int | None = None
    seed: int | None = None
    review_of: str | None = None


class Question(NamedTuple):
    """What the generator is asked: a request, and what its answer starts from, if anything."""

    request: GenerationRequest
    base: Testset | None


class Planner(NamedTuple):
    """What decides about the answer to a run's request."""

    artifacts: ArtifactStore
    versions: VersionStore
    generator: TestsetGenerator
    defaults: RequestDefaults

    async def question(self, asked: Asked) -> Question:
        """What a run asks for; what it leaves open is as it was for the present version, unless the settings say otherwise.

        The answer starts from the present version as its reviewers want it: what they rejected must not come back. Raises
        `ConfigurationError` for more rows than may be asked for.
        """
        stored, model = await present_version(self.versions), self.generator.model
        before = carried_request(stored.testset, model) if stored else None
        request = self.defaults.request(asked.size, asked.seed, self.generator.default_question_types, before)
        if stored is None:
            return Question(request, None)
        return Question(request, basis_for(await self._as_reviewed(stored), request, model))

    async def _as_reviewed(self, stored: StoredVersion) -> Testset:
        """A version as its reviewers, and those of versions stored since, want it."""
        decisions = await self.versions.decisions(stored.summary.version)
        base = after_review(stored.testset, decisions) if decisions else stored.testset
        later = [one.version for one in await self.versions.list_versions() if one.created_at > stored.summary.created_at]
        for number in reversed(later):
            if said := await self.versions.decisions(number):
                base = with_review_of(base, (await self.versions.get_version(number)).testset, said)
        return base

    async def fulfil(self, asked: Asked, corpus: Corpus, progress: Progress) -> tuple[Testset | None, Testset, bool]:
        """What a run asks for: (what the answer starts from, the testset, whether no row had to be written)."""
        if asked.review_of:
            return None, *await self.finish(await self.reviewed(asked.review_of), corpus, progress)
        question = await self.question(asked)
        return question.base, *await self.answer(corpus, question, progress)

    async def reviewed(self, version: str) -> Testset:
        """A version as its reviewers want it. Raises `TestsetError` when nothing was decided."""
        decisions = await self.versions.decisions(version)
        if not decisions:
            raise TestsetError(f"version {version} has no review decisions", f"`golden-assets review {version}`")
        return apply_decisions((await self.versions.get_version(version)).testset, decisions)

    async def expected(self, corpus: Corpus, asked: Asked, question: Question) -> tuple[int, tuple[TestsetRow, ...]]:
        """The work that the answer is expected to take: see `work_ahead`, and `renewals` for a finished review."""
        if asked.review_of:
            return renewals(await self.reviewed(asked.review_of), corpus)
        return await self.work_ahead(corpus, question)

    async def finish(self, decided: Testset, corpus: Corpus, progress: Progress) -> tuple[Testset, bool]:
        """A finished review on the documents as they are now, and whether no row had to be written. Rows whose passages have changed since
        are written again; rejected ones are not replaced.
        """
        standing = with_current_citations(decided, corpus)
        if standing is not None:
            return standing, True
        request = decided.request.model_copy(update={"size": max(1, len(decided.generated_rows))})
        written = await self.generator.generate(corpus, request, progress, decided)
        fields = {name: getattr(written, name) for name in Testset.model_fields}
        return Testset(**fields | {"request": decided.request}), False

    async def work_ahead(self, corpus: Corpus, question: Question) -> tuple[int, tuple[TestsetRow, ...]]:
        """How many rows have to be written, and which ones of the base critics look at: none when the request was answered before."""
        request, base = question
        if await self._recalled(self._keys(corpus, question), base, corpus) is not None:
            return 0, ()
        found = classify_rows(base.rows, corpus) if base else ()
        staying = sum(item.is_usable and not item.row.is_human for item in found)
        return max(0, request.size - staying), open_to_criticism(base, found) if base else ()

    async def answer(self, corpus: Corpus, question: Question, progress: Progress) -> tuple[Testset, bool]:
        """The draft that answered this question before, or a new one; (testset, whether it was there). Only full answers are kept.

        An answer from scratch to these very documents is as good as one that starts from the base. What is written now is the answer,
        too, when it has become the base itself.
        """
        keys = self._keys(corpus, question)
        known = await self._recalled(keys, question.base, corpus)
        if known is not None:
            return known, True
        testset = await self.generator.generate(corpus, question.request, progress, question.base)
        if len(testset.generated_rows) >= question.request.size:
            for key in dict.fromkeys([keys[-1], self._key(corpus, question.request, testset)]):
                await self.artifacts.remember_draft(key, await self.artifacts.put_testset(testset))
        return testset, False

    async def _recalled(self, keys: Iterable[str], base: Testset | None, corpus: Corpus) -> Testset | None:
        """The draft that answered one of these requests before, as far as it is what people have said of its rows since."""
        for address in [await self.artifacts.recall_draft(key) for key in keys]:
            known = await self.artifacts.get_testset(address) if address else None
            if known and (base is None or honours(known, base, corpus)):
                return known if base is None else with_approvals(known, base, corpus)
        return None

    def _keys(self, corpus: Corpus, question: Question) -> list[str]:
        """The keys of an answer from scratch and, last, of one that starts from the base."""
        return [self._key(corpus, question.request, base) for base in ([None, question.base] if question.base else [None])]

    def _key(self, corpus: Corpus, request: GenerationRequest, base: Testset | None) -> str:
        return request_key(corpus.corpus_hash, request, self.generator.code_version, base.testset_hash if base else None)


async def present_version(versions: VersionStore) -> StoredVersion | None:
    """The active version, or before there is one the newest that passed its gates."""
    stored = await versions.get_active_version()
    if stored is not None:
        return stored
    validated = [summary.version for summary in await versions.list_versions() if summary.status == "validated"]
    return await versions.get_version(validated[0]) if validated else None


def renewals(decided: Testset, corpus: Corpus) -> tuple[int, tuple[TestsetRow, ...]]:
    """How many rows of a finished review have to be written, and which ones critics look at; see `Planner.work_ahead`."""
    found = classify_rows(decided.rows, corpus)
    missing = sum(not (item.is_usable or item.row.is_human) for item in found)
    return missing, open_to_criticism(decided, found) if missing else ()
