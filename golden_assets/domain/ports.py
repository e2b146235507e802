"""The outside world as the domain sees it: one protocol per role. Adapters implement them, assets name them, tests hand in fakes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from pydantic import BaseModel

from golden_assets.domain.budgets import BudgetShare
from golden_assets.domain.costs import Budget, CallRequest, Kept, Quote, Settlement
from golden_assets.domain.critics.findings import Finding
from golden_assets.domain.documents import Corpus
from golden_assets.domain.monitoring import Performed
from golden_assets.domain.publication import DatasetState
from golden_assets.domain.quality import QualityReport
from golden_assets.domain.review import RowDecision
from golden_assets.domain.testsets import GenerationRequest, QuestionType, Testset, TestsetRow, TokenUsage
from golden_assets.domain.versions import PublishedDataset, RowDiff, StoredVersion, VersionSummary

AnySchema = TypeVar("AnySchema", bound=BaseModel)

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total) while long work goes on."""


class DocumentSource(Protocol):
    """Where source documents come from."""

    def read(self) -> Corpus:
        """Read everything that is there.

        Raises:
            DocumentError: the source is missing, or holds nothing that can be used.
        """
        ...

    def fingerprint(self) -> str:
        """A cheap token that changes whenever the content may have changed (sizes and mtimes, count and max key)."""
        ...

    def corpus_hash(self) -> str:
        """The hash of the corpus that `read` gives, reading what may have changed since it was last asked for. Raises like `read`."""
        ...


class DocumentLibrary(Protocol):
    """Opens document sources by their location."""

    def open(self, location: str | None) -> DocumentSource:
        """The source at ``location`` (a folder, a PostgreSQL URL), or the configured one when it is None.

        Raises:
            ConfigurationError: a location of an unknown kind.
        """
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The model's name, with its version."""
        ...

    @property
    def usage(self) -> TokenUsage:
        """What was used since this object was made."""
        ...

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """One unit-length vector per text, in order. Raises `ModelError` like a chat model does."""
        ...


class VectorCache(Protocol):
    """Remembers vectors, little-endian float32, by what embedded a text and the text's SHA-256; it may forget any of them."""

    async def recall(self, embedder: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """Those that are kept. Raises `ServerError`."""
        ...

    async def keep(self, embedder: str, vectors: Mapping[bytes, bytes]) -> None:
        """Keep vectors; that of a text which is kept already stays. Raises `ServerError`."""
        ...


class ChatModel(Protocol):
    """Answers a prompt with an object of a given schema."""

    @property
    def name(self) -> str:
        """The model's name as it is written into every row."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same prompt could be answered differently, as far as anybody here can know."""
        ...

    @property
    def usage(self) -> TokenUsage:
        """What was used since this object was made, retries included."""
        ...

    async def complete(self, prompt: str, schema: type[AnySchema], *, purpose: str) -> AnySchema:
        """One validated answer. ``purpose`` names the stage (transform, synthesizer) for logs and accounts.

        Raises:
            ModelAuthenticationError: the key is refused.
            ModelError: the endpoint failed or answered nonsense, after bounded retries.
            UnanswerableError: the model declines: nothing honest can be said.
        """
        ...


class RowCritic(Protocol):
    """Looks at a row before it is accepted."""

    @property
    def version(self) -> str:
        """Changes whenever the same row could be judged differently."""
        ...

    async def judge(self, row: TestsetRow) -> tuple[Finding, ...]:
        """What each critic finds; a row with a rejection is not accepted. Raises `ModelError` when no further call could succeed."""
        ...


class CallLedger(Protocol):
    """Where every model call is reserved before it is sent, and settled when it has ended; remembers what was answered."""

    async def reserve(self, request: CallRequest, quote: Quote, *, purpose: str) -> str | Kept:
        """The id of a new reservation, or how the same call ended before.

        Waits while the same call is under way elsewhere, or while only calls under way could make a limit be exceeded.

        Raises:
            BudgetExceededError: a limit leaves no room for the call at its worst.
            ServerError: the ledger cannot be reached; nothing may be sent then.
        """
        ...

    async def settle(self, call_id: str, settlement: Settlement) -> None:
        """Finish a reserved call; doing it again changes nothing. Raises `ServerError`."""
        ...


class BudgetPlanner(Protocol):
    """Knows what a run would cost and what may be spent."""

    async def plan(self, rows: int) -> Budget:
        """What ``rows`` rows are expected to take, what is left of the limits, and whether spending is paused. Raises `ServerError`."""
        ...

    async def limits(self) -> list[BudgetShare]:
        """Each limit in force, and what is spent of it. Raises `ServerError`."""
        ...


class TestsetGenerator(Protocol):
    """Writes a testset from a corpus."""

    @property
    def name(self) -> str:
        """What writes the rows, e.g. ``ragas 0.4.3 with extractive``."""
        ...

    @property
    def code_version(self) -> str:
        """Hash of prompts and parameters: changes whenever the same request could give other rows."""
        ...

    @property
    def default_question_types(self) -> dict[QuestionType, float]:
        """The shares used when the user names none."""
        ...

    @property
    def model(self) -> str:
        """The name of the chat model, as it is written into rows."""
        ...

    async def generate(self, corpus: Corpus, request: GenerationRequest, progress: Progress, base: Testset | None = None) -> Testset:
        """Write at most ``request.size`` rows; what cannot be written is in ``Testset.failures``.

        Rows of ``base`` that still hold on this corpus stay (see `golden_assets.domain.regeneration`), and only the others are written.
        ``Testset.usage`` is what this generation cost, not what ``base`` did.

        Raises:
            ConfigurationError: the request asks for something this generator cannot do.
            GenerationError: not a single row could be written.
        """
        ...


class ArtifactStore(Protocol):
    """Content-addressed memory between assets: what is put under a hash stays the same for ever."""

    async def put_corpus(self, corpus: Corpus) -> str:
        """Store a corpus; returns its `Corpus.snapshot_hash`."""
        ...

    async def get_corpus(self, snapshot_hash: str) -> Corpus:
        """The corpus under this hash. Raises `IntegrityError` when it is missing or does not match."""
        ...

    async def put_testset(self, testset: Testset) -> str:
        """Store a draft; returns its `Testset.draft_hash`."""
        ...

    async def get_testset(self, draft_hash: str) -> Testset:
        """The draft under this hash. Raises `IntegrityError` when it is missing or does not match."""
        ...

    async def remember_draft(self, request_key: str, draft_hash: str) -> None:
        """Note that this request (see `golden_assets.domain.testsets.request_key`) was answered in full by this draft."""
        ...

    async def recall_draft(self, request_key: str) -> str | None:
        """The draft that answered this request, or None."""
        ...

    async def put_report(self, report: QualityReport) -> str:
        """Store a quality report; returns its `QualityReport.report_hash`."""
        ...

    async def get_report(self, report_hash: str) -> QualityReport:
        """The report under this hash. Raises `IntegrityError` when it is missing or does not match."""
        ...


class VersionStore(Protocol):
    """The registry of versions of one testset name. Every method is one transaction."""

    @property
    def testset_name(self) -> str:
        """The testset whose versions these are."""
        ...

    async def create_version(
        self, testset: Testset, report: QualityReport, *, created_by: str, run_id: str | None
    ) -> tuple[VersionSummary, bool]:
        """Store a testset under the next number, ``validated`` or ``failed`` by its report; (version, whether it is new).

        A testset whose hash is stored already is not stored again: its version is returned, as it is.
        """
        ...

    async def get_version(self, version: str) -> StoredVersion:
        """One version, with rows. Raises `VersionNotFoundError`, `InvalidVersionError`."""
        ...

    async def get_active_version(self) -> StoredVersion | None:
        """The active version with its rows, or None when nothing was activated yet."""
        ...

    async def list_versions(self) -> list[VersionSummary]:
        """All versions, newest first, without rows."""
        ...

    async def published_versions(self) -> frozenset[str]:
        """The versions that are recorded as published."""
        ...

    async def record_publication(self, published: PublishedDataset) -> None:
        """Remember where a version lives in Phoenix; recording the same again changes nothing."""
        ...

    async def note_operation(self, performed: Performed) -> None:
        """Remember how an operation went; noting the same again changes nothing. Raises `ServerError`."""
        ...

    async def record_provenance(self, version: str, testset: Testset, *, performed_by: str, run_id: str | None = None) -> bool:
        """Note where the rows of a version stand in the corpus of ``testset``, which holds the same rows; False when that is on record.

        Whoever reads the version from now on finds its rows, and its testset's corpus hash, as they were noted last.

        Raises:
            VersionNotFoundError, IntegrityError: no such version, or other rows.
        """
        ...

    async def promote_version(self, version: str, *, promoted_by: str, run_id: str | None) -> VersionSummary:
        """Make a validated version the active one; the former active version is archived.

        Raises:
            VersionNotFoundError, IllegalTransitionError, GateError: see `golden_assets.domain.errors`.
        """
        ...

    @property
    def require_approval(self) -> bool:
        """Whether a version is promoted only after somebody approved it."""
        ...

    async def approved_versions(self) -> frozenset[str]:
        """The versions that somebody approved."""
        ...

    async def decisions(self, version: str) -> list[RowDecision]:
        """The decision in force on each row of a version that people looked at."""
        ...

    async def diff_versions(self, old: str, new: str) -> RowDiff:
        """What happened to the rows between two versions."""
        ...


class DatasetPublisher(Protocol):
    """Puts versions where people evaluate with them (Arize Phoenix)."""

    async def publish(self, version: StoredVersion, progress: Progress = ...) -> PublishedDataset:
        """Upload, read back and compare; doing it again changes nothing. It is the dataset's current version then.

        Raises:
            PublishingError: Phoenix is down, refuses, or holds something else than was sent.
            ServerError: the embedded Phoenix cannot be started.
        """
        ...

    async def inspect(self, version: StoredVersion) -> DatasetState:
        """What is there of a version, as the current one or where it was published before; changes nothing. Raises like `publish`."""
        ...
