"""The `TestsetGenerator` port over RAGAS."""

import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version

from golden_assets.adapters.ragas.planning.chunked_corpus import ChunkedCorpus, Detect, chunk_corpus, in_language
from golden_assets.adapters.ragas.planning.markdown_blocks import chunk_document
from golden_assets.adapters.ragas.planning.personas import DEFAULT_PERSONAS, PersonaFields, checked_personas, in_turn, name_personas
from golden_assets.adapters.ragas.planning.resume_plan import ContinuationPlan, hold_against, plan_run
from golden_assets.adapters.ragas.writing.failure_log import FailureLog
from golden_assets.adapters.ragas.writing.row_builder import used_since
from golden_assets.adapters.ragas.writing.write_rows import GeneratorContext, RunInput, write_rows
from golden_assets.adapters.tracing import span
from golden_assets.domain.core.errors import ConfigurationError, GenerationError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.chunking import MAX_WORDS, MIN_WORDS
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.generation.human_rows import homeless_seeds, place_seeds, reviewed_seeds, without_seeds
from golden_assets.domain.generation.joining import positive, supported_shares
from golden_assets.domain.generation.regeneration import Plan, still_barred
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.models import ChatModel, Embedder, RowCritic
from golden_assets.domain.testsets.testset import QUESTION_TYPES, GenerationRequest, QuestionType, Testset, TestsetRow, TokenUsage

DRIVER_VERSION = 7
"""To be raised whenever the driver would write other rows for the same request."""
_MAX_QUESTION_SIMILARITY = Thresholds().max_question_similarity
DEFAULT_SHARES: Mapping[QuestionType, float] = {"single_hop_specific": 0.5, "multi_hop_specific": 0.25, "multi_hop_abstract": 0.25}
"""RAGAS's own default up to 0.2; it now takes thirds, which asks for more multi-hop questions than small corpora can bear."""


class RagasTestsetGenerator:
    """Writes testsets with RAGAS's extractors and synthesizers, under a driver that draws by length, exactly and reproducibly.

    Args:
        model: writes questions and answers, and names entities and themes.
        embedder: finds passages that resemble each other, for multi-hop questions.
        question_types: shares used when a request's user names none.
        offered_types: the types that the model can write.
        max_concurrency: model calls in flight at a time.
        personas: ``name`` and ``role_description`` each; three generic ones by default.
        named_personas: how many the model is to name after a look at the documents; 0 for ``personas``. Those of the base
            testset stay.
        run_id: the run that rows are written in, for their provenance.
        seed_rows: human-written rows that every testset has besides, at its end; no generated row asks what one of them asks.
        critic: looks at every row before it is accepted or taken over; a row that it rejects is replaced. None accepts all.
        max_question_similarity: from which on two questions are one, 0 to 100, as the gate `questions_are_unique` has it.
        detect: which language passages are in, to leave those out that are in another one than asked for; None takes all.

    Raises:
        ConfigurationError: an argument is out of range.
    """

    def __init__(
        self,
        model: ChatModel,
        embedder: Embedder,
        *,
        question_types: Mapping[QuestionType, float] = DEFAULT_SHARES,
        offered_types: Iterable[QuestionType] = QUESTION_TYPES,
        max_concurrency: int = 16,
        personas: Iterable[Mapping[str, str]] | None = None,
        named_personas: int = 0,
        run_id: str | None = None,
        seed_rows: Sequence[TestsetRow] = (),
        critic: RowCritic | None = None,
        max_question_similarity: float = _MAX_QUESTION_SIMILARITY,
        detect: Detect | None = None,
    ) -> None:
        if max_concurrency < 1:
            raise ConfigurationError(f"max_concurrency is {max_concurrency}", "set it to 1 or more")
        self._means = GeneratorContext(model, embedder, critic, max_concurrency, run_id, max_question_similarity)
        self._offered = tuple(offered_types)
        self._personas = checked_personas(DEFAULT_PERSONAS if personas is None else personas)
        self._named_personas = named_personas
        self._shares = self._checked_shares(question_types)
        self._seed_rows = tuple(seed_rows)
        self._detect = detect

    @property
    def name(self) -> str:
        """RAGAS with its version, and the model."""
        return f"ragas {version('ragas')} with {self._means.model.name}"

    @property
    def code_version(self) -> str:
        """Hash of RAGAS's version (which fixes its prompts), the driver's, the models' and every parameter; imports no ragas."""
        models = [self._means.model.name, self._means.model.version, self._means.embedder.name]
        personas = self._named_personas or list(self._personas)
        seeds = [row.row_hash for row in self._seed_rows]
        critic = [self._means.critic.version] if self._means.critic else []
        limits = [MIN_WORDS, MAX_WORDS, self._means.max_question_similarity]
        return sha256_json([version("ragas"), DRIVER_VERSION, *limits, models, personas, self._shares, seeds, *critic])

    @property
    def default_question_types(self) -> dict[QuestionType, float]:
        """The shares used when the user names none."""
        return dict(self._shares)

    def supported_types(self, corpus: Corpus, request: GenerationRequest) -> dict[QuestionType, float]:
        """The shares that the passages can yield, by the names that they share: see `supported_shares`."""
        passages = (chunk.text for document in corpus.documents for chunk in chunk_document(document))
        return supported_shares(positive(request.question_types), request.size, passages)

    @property
    def model(self) -> str:
        """The chat model's name."""
        return self._means.model.name

    @property
    def calls(self) -> int:
        """Calls of the chat model so far, those that the ledger answered included."""
        return self._means.model.usage.calls + self._means.model.usage.calls_replayed

    async def generate(self, corpus: Corpus, request: GenerationRequest, progress: Progress, base: Testset | None = None) -> Testset:
        """Write ``request.size`` rows, or as many as the corpus yields; what was replaced or left out is in ``Testset.failures``.

        Rows of ``base`` that still hold stay at their positions, as `plan_rows` decides, unless the critic rejects them and no person
        vouches for them. What was rejected is not asked again. Human-written rows come last. The stage ``rows`` of progress counts rows.

        Raises:
            ConfigurationError: the shares do not sum to 1, or name a type that the model does not offer.
            ModelAuthenticationError, GenerationError: the model refuses the key; not a single row could be written.
        """
        started, before = time.perf_counter(), self._usage
        self._checked_shares(request.question_types)
        asked = request.model_copy(update={"question_types": self.supported_types(corpus, request)})
        chunked = self._chunked(corpus, request)
        seeds = place_seeds(reviewed_seeds(self._seed_rows, base), corpus)
        continuation = await self._continuation(corpus, asked, chunked, base, seeds)
        failure_log = FailureLog(patience=2 * self._means.max_concurrency)
        personas = await self._voices(continuation.plan, chunked, request, failure_log, base)
        barred = (*still_barred(base, corpus), *continuation.refused)
        work = RunInput(continuation.plan, chunked, request, in_turn(personas, self._persona_count), seeds, barred, failure_log, progress)
        written = await write_rows(work, self._means)
        return Testset(
            rows=(*written.beside(continuation.plan), *seeds),
            corpus_hash=corpus.corpus_hash,
            request=request,
            generator="ragas",
            generator_version=version("ragas"),
            model=self._means.model.name,
            embedding_model=self._means.embedder.name,
            personas=personas,
            usage=used_since(before, self._usage),
            failures=(*chunked.failures, *continuation.known_failures, *homeless_seeds(seeds), *failure_log.failures),
            rejected=written.rejected,
            abstentions=written.abstentions,
            barred=barred,
            approved=tuple(sorted(continuation.approved)),
            rows_written=len(written.rows),
            duration_seconds=time.perf_counter() - started,
            supported_types={} if asked.question_types == positive(request.question_types) else asked.question_types,
        )

    def _chunked(self, corpus: Corpus, request: GenerationRequest) -> ChunkedCorpus:
        """The passages that questions are asked about. Raises `GenerationError` when there are none, or none in the language."""
        chunked = _chunked(corpus, request.seed)
        return in_language(chunked, request.language, self._detect) if self._detect else chunked

    @property
    def _persona_count(self) -> int:
        return self._named_personas or len(self._personas)

    async def _continuation(
        self, corpus: Corpus, asked: GenerationRequest, chunked: ChunkedCorpus, base: Testset | None, seeds: Sequence[TestsetRow]
    ) -> ContinuationPlan:
        """What stays of a former testset beside the human rows, once the critic has looked at it, and what is to be written."""
        former = base and without_seeds(base, seeds, self._means.max_question_similarity)
        found = await hold_against(former, corpus, self._means.critic)
        with span("plan_rows", rows_asked=asked.size):
            return plan_run(found, asked, chunked, self._persona_count, former)

    async def _voices(
        self, plan: Plan, chunked: ChunkedCorpus, request: GenerationRequest, failure_log: FailureLog, base: Testset | None
    ) -> tuple[PersonaFields, ...]:
        """Who asks: those configured; or those of the base, as far as rows use them; or those whom the model names now."""
        if not self._named_personas:
            return self._personas
        if plan.kept and base and base.personas:
            return base.personas
        with span("name_personas"):
            return await name_personas(self._means.model, chunked, self._named_personas, request.seed, request.language, failure_log)

    @property
    def _usage(self) -> tuple[TokenUsage, TokenUsage]:
        return self._means.model.usage, self._means.embedder.usage

    def _checked_shares(self, shares: Mapping[QuestionType, float]) -> dict[QuestionType, float]:
        """The types that are asked for at all. Raises `ConfigurationError`."""
        if min(shares.values(), default=0) < 0 or abs(sum(shares.values()) - 1) > 1e-6:
            raise ConfigurationError(f"the question types' shares are {dict(shares)}", "none may be negative, and they must sum to 1")
        asked = positive(shares)
        missing = [name for name in asked if name not in self._offered]
        if missing:
            raise ConfigurationError(
                f"{self._means.model.name} writes no {' or '.join(missing)} questions",
                f"ask for {' and '.join(self._offered)} only, or configure a model that can",
            )
        return asked


def _chunked(corpus: Corpus, seed: int) -> ChunkedCorpus:
    """The corpus in chunks. Raises `GenerationError` when there is not a single one, and says why."""
    with span("cut_documents", documents=len(corpus.documents)):
        chunked = chunk_corpus(corpus, seed)
    if chunked.chunks:
        return chunked
    first = f"; {chunked.failures[0].subject}: {chunked.failures[0].reason}" if chunked.failures else ""
    raise GenerationError(
        f"none of the {len(corpus.documents)} documents of {corpus.source} holds a passage that a question could be asked about{first}",
        "add documents with prose",
    )
