"""Testsets: rows, what each row is made of, and the hashes that identify them.

A row's *content* (question, reference, contexts, question type, unknown extra fields) decides its hash and id; its *provenance*
(where each context stands, who wrote the row, with which model) does not, so that a chunk that merely moved leaves the row the same.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from golden_assets.domain.core.hashing import root_hash, sha256_json, sha256_ordered_texts
from golden_assets.domain.core.records import Record
from golden_assets.domain.testsets.findings import Finding, is_empty

QuestionType = Literal["single_hop_specific", "multi_hop_specific", "multi_hop_abstract"]
QUESTION_TYPES: tuple[QuestionType, ...] = ("single_hop_specific", "multi_hop_specific", "multi_hop_abstract")

HUMAN = "human"
"""Synthesizer and model of a row that a person wrote (see `seeds`)."""
REVIEWER = "reviewer"
"""The critic in the finding on a row that a person rejected or changed."""
UNKNOWN = "unknown"
"""The document of a context of which nothing but the text is known."""


class Context(Record):
    """A passage that a row cites: ``document.text[start:end] == text``, character for character."""

    text: str
    document_id: str
    document_hash: str
    chunk_hash: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class TestsetRow(Record):
    """One question with its reference answer and the passages the answer comes from.

    ``question_type`` is a `QuestionType` for generated rows; imported rows keep the name they came with.
    ``model`` names what wrote the row (``extractive`` for the embedded default). ``seed`` and ``prompt_hash`` reproduce it. ``call_ids``
    are the calls in the ledger (`golden_assets.domain.costs.calls`) that the row was made with, extraction first, writing last;
    ``run_id`` is the Dagster run that wrote it.
    """

    user_input: str
    reference: str
    contexts: tuple[Context, ...]
    question_type: str
    synthesizer_name: str
    persona_name: str | None = None
    query_style: str | None = None
    query_length: str | None = None
    model: str
    prompt_hash: str | None = None
    seed: int | None = None
    call_ids: tuple[str, ...] = ()
    run_id: str | None = None
    extra: dict[str, Any] = Field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """What identifies the row, as JSON, its keys in order."""
        content: dict[str, Any] = {
            "question_type": self.question_type,
            "reference": self.reference,
            "reference_contexts": [context.text for context in self.contexts],
            "user_input": self.user_input,
        }
        return ({"extra": self.extra} if self.extra else {}) | content

    @cached_property
    def row_hash(self) -> str:
        """SHA-256 over the canonical JSON of `content`."""
        return sha256_json(self.content) if self.extra else sha256_ordered_texts(self.content)

    @property
    def row_id(self) -> str:
        """``row-`` and 16 hex digits of the row hash: equal content is the same row in every version."""
        return f"row-{self.row_hash[:16]}"

    @property
    def is_human(self) -> bool:
        """Whether a person wrote the row, and no generator had a part in it."""
        return self.synthesizer_name == HUMAN

    @property
    def document_ids(self) -> tuple[str, ...]:
        """The cited documents, in order of first citation."""
        return tuple(dict.fromkeys(context.document_id for context in self.contexts))


class TokenUsage(Record):
    """What generation cost: model calls, tokens, US dollars. ``estimated`` when a provider did not report its usage.

    ``calls_replayed`` were answered from the ledger; they are not among ``calls``.
    """

    calls: int = 0
    calls_replayed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    embedding_tokens: int = 0
    cost_usd: float = 0.0
    estimated: bool = False


class RowFailure(Record):
    """A document or row that yielded nothing: what, why, and what to do."""

    subject: str
    reason: str
    remedy: str


class RejectedRow(Record):
    """A row that was written and not accepted, with the findings that speak against it; kept for study, in no testset."""

    row: TestsetRow
    findings: tuple[Finding, ...]

    @property
    def is_by_people(self) -> bool:
        """Whether a reviewer rejected or changed it."""
        return any(finding.critic == REVIEWER for finding in self.findings)


class GenerationRequest(Record):
    """What to generate. ``question_types`` maps a question type to its share; the shares sum to 1."""

    size: int = Field(ge=1)
    seed: int = 0
    question_types: dict[QuestionType, float]
    language: str = "english"


class Testset(Record):
    """An ordered set of rows, the corpus it was made from, and how the making went.

    ``rejected`` are rows that critics refused, ``rows_written`` how many were accepted in their stead or at once; rows taken over from an
    earlier testset count for neither. ``abstentions`` is how often each critic could not judge what was written. ``barred`` are rows that
    critics or reviewers rejected before: nothing asks them again as long as their passages stand. ``approved`` are the ids of rows that a
    reviewer found good as they are. ``supported_types`` are the shares of question types that the documents can yield, where they are not
    those that were asked for.
    """

    rows: tuple[TestsetRow, ...]
    corpus_hash: str
    request: GenerationRequest
    generator: str
    generator_version: str
    model: str
    embedding_model: str
    personas: tuple[dict[str, str], ...] = ()
    usage: TokenUsage = TokenUsage()
    failures: tuple[RowFailure, ...] = ()
    rejected: tuple[RejectedRow, ...] = Field((), exclude_if=is_empty)
    barred: tuple[RejectedRow, ...] = Field((), exclude_if=is_empty)
    approved: tuple[str, ...] = Field((), exclude_if=is_empty)
    rows_written: int = Field(0, exclude_if=is_empty)
    abstentions: dict[str, int] = Field(default_factory=dict, exclude_if=is_empty)
    duration_seconds: float = 0.0
    supported_types: dict[QuestionType, float] = Field(default_factory=dict, exclude_if=is_empty)

    @property
    def type_targets(self) -> dict[QuestionType, float]:
        """The shares of question types that the rows are to have."""
        return self.supported_types or self.request.question_types

    @cached_property
    def testset_hash(self) -> str:
        """Root over the ordered row hashes: identifies the content, independent of author and time."""
        return root_hash([row.row_hash for row in self.rows])

    @cached_property
    def draft_hash(self) -> str:
        """SHA-256 of everything but the duration: the address of this draft in the store."""
        return sha256_json(self.model_dump(mode="json", exclude={"duration_seconds"}))

    @property
    def generation_yield(self) -> float | None:
        """Accepted rows per row that was accepted or rejected, 0 to 1; None when nothing was written."""
        judged = self.rows_written + len(self.rejected)
        return round(self.rows_written / judged, 6) if judged else None

    @property
    def rejected_ids(self) -> frozenset[str]:
        """Ids of all rows that an answer starting from this testset may not have."""
        return frozenset(one.row.row_id for one in (*self.barred, *self.rejected))

    @property
    def generated_rows(self) -> tuple[TestsetRow, ...]:
        """The rows that count for ``request.size``: all but the human ones."""
        return tuple(row for row in self.rows if not row.is_human)

    @property
    def document_ids(self) -> frozenset[str]:
        """Every cited document that is known."""
        return frozenset(document_id for row in self.rows for document_id in row.document_ids) - {UNKNOWN}


def request_key(corpus_hash: str, request: GenerationRequest, generator_code_version: str, base_hash: str | None = None) -> str:
    """Identifies a question put to a generator: the same key, the same answer, so nothing is paid for twice.

    ``base_hash`` is the `Testset.testset_hash` of what the answer starts from, if anything.
    """
    asked = [corpus_hash, request.model_dump(mode="json"), generator_code_version]
    return sha256_json(asked if base_hash is None else [*asked, base_hash])


def count_types(rows: Iterable[TestsetRow]) -> dict[str, int]:
    """Rows per question type, in order of first appearance."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.question_type] = counts.get(row.question_type, 0) + 1
    return counts
