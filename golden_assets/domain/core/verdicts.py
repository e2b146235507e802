"""Gates: a threshold, a measure, a verdict. What "good" means is one frozen object whose fingerprint goes into every verdict."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal, Self

from pydantic import ConfigDict, Field

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.corpus.documents import Record

Stage = Literal["pre-generation", "post-generation", "pre-activation", "post-activation"]
Subject = Literal["documents", "testset", "report", "version", "approval", "active", "publication", "operations"]
Comparison = Literal[">=", "<=", "=="]
Outcome = Literal["passed", "not judged", "warning", "FAILED"]
MAX_OFFENDERS = 20


def is_absent(value: object) -> bool:
    """Whether an optional field has no value; it is then left out of what is stored and hashed."""
    return value is None or value is False


def is_true(value: object) -> bool:
    """Whether a field has the value that it has almost always; it is then left out of what is stored and hashed."""
    return value is True


class Thresholds(Record):
    """Every limit that a gate holds something against, and the error rates of critics that some gates allow for."""

    min_document_words: int = Field(30, ge=1)
    """Shorter documents are not usable: `documents_are_usable` does not count them."""
    min_usable_documents: int = Field(1, ge=1)
    """As many usable documents `documents_are_usable` asks for."""
    min_rows: int = Field(1, ge=1)
    """`testset_is_large_enough` asks for as many rows, whatever the size that was asked for."""
    min_row_share: float = Field(0.9, gt=0, le=1)
    """`testset_is_large_enough` asks for this share of what a run asked for, too."""
    max_type_distance: float = Field(0.15, ge=0, le=1)
    """How far `question_types_match_target` lets the shares of question types be from the target (total variation)."""
    min_diversity: float = Field(0.7, ge=0, le=1)
    """The mean cosine distance between questions that `questions_are_diverse` asks for, as the shipped embedder sees it."""
    clump_distance: float = Field(0.25, ge=0, le=1)
    """Questions within this cosine distance, as the shipped embedder sees it, ask much alike to `questions_do_not_clump`."""
    max_clump_share: float = Field(0.03, ge=0, le=1)
    """The share of the other questions that `questions_do_not_clump` lets ask much like one of them, chance allowed for."""
    max_question_similarity: float = Field(90.0, ge=0, le=100)
    """From this similarity of their words on (token-sort ratio), two questions of one passage with one answer are one to
    `questions_are_unique`."""
    min_document_coverage: float = Field(0.5, ge=0, le=1)
    """The share of the documents which so many rows could cite that `every_source_is_covered` asks for."""
    max_source_dominance: float = Field(0.33, ge=0, le=1)
    """`no_source_dominates` lets a document have three times its even share of the rows, and this share of the rest."""
    max_regression: float = Field(0.1, ge=0, le=1)
    """How much worse than the active version's `does_not_regress` lets a measure be, as a share."""
    max_quality_drift: float = Field(0.1, ge=0, le=1)
    """How far below the versions before it `quality_holds` lets the mean of diversity and coverage fall."""
    max_semantic_similarity: float = Field(0.87, ge=0, le=1)
    """From this cosine similarity on, as the shipped embedder sees it, two questions of one passage with one answer mean the same to
    `questions_differ_in_meaning`."""
    max_ungrounded_share: float = Field(0.05, ge=0, le=1)
    """The share of rows whose answers the passages do not bear out that `answers_are_grounded` lets pass."""
    max_misfit_share: float = Field(0.05, ge=0, le=1)
    """The share of rows whose references do not answer their questions that `answers_fit_their_questions` lets pass."""
    max_dangling_share: float = Field(0.05, ge=0, le=1)
    """The share of rows whose questions do not stand alone that `questions_stand_alone` lets pass."""
    critic_false_rejects: float | None = Field(None, ge=0, le=1)
    """The share of sound rows that critics reject at most, if you have measured your own; else gates go by the counts in `docs/gates.md`,
    by language, and by what people decided on rows of the testset."""
    critic_recall: float | None = Field(None, ge=0, le=1)
    """The share of bad rows that critics reject, likewise: the power that gates state is computed from it."""

    @cached_property
    def fingerprint(self) -> str:
        """The first 12 hex digits of the SHA-256 of all limits."""
        return sha256_json(self.model_dump())[:12]


class Verdict(Record):
    """The outcome of one gate.

    ``name`` is a proposition that is true when the gate passed. ``measured`` and ``threshold`` are numbers of the same unit, and
    ``comparison`` is how they must stand. ``offenders`` names at most `MAX_OFFENDERS` culprits of ``offender_count``. ``n`` is how many
    things were judged (absent from some verdicts of earlier releases), ``is_hint`` that it warns and holds nothing up;
    ``is_judged`` is False where nothing could tell: such a verdict holds nothing up either (``passed`` is True), and `outcome` never calls
    it passed; ``power``, where a statistical test stands beside the gate, the least chance that it notices what the gate is for.

    Raises:
        ValidationError: a number that is not finite: it stands in no relation to a threshold.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    name: str
    stage: Stage
    passed: bool
    measured: float
    comparison: Comparison
    threshold: float
    explanation: str
    offenders: tuple[str, ...] = ()
    offender_count: int = 0
    thresholds_fingerprint: str
    remedy: str
    n: int | None = Field(None, exclude_if=is_absent)
    power: float | None = Field(None, exclude_if=is_absent)
    is_hint: bool = Field(False, exclude_if=is_absent)
    is_judged: bool = Field(True, exclude_if=is_true)

    @property
    def outcome(self) -> Outcome:
        """The verdict in a word or two, as it is shown everywhere."""
        if not self.is_judged:
            return "not judged"
        return "passed" if self.passed else "warning" if self.is_hint else "FAILED"

    @property
    def score(self) -> float:
        """1 when it passed; else how near it came, 0 to 1: by the ratio to the threshold, or by the share of ``n`` without fault. Means
        leave out what was not judged.
        """
        if self.passed:
            return 1.0
        if self.comparison == "==":
            return max(0.0, 1 - self.measured / self.n) if self.n else 0.0
        low, high = sorted((self.measured, self.threshold))
        return max(0.0, low / high) if high > 0 else 0.0

    @classmethod
    def of(
        cls,
        gate: "GateSpec",
        measured: float,
        comparison: Comparison,
        threshold: float,
        *,
        explanation: str,
        remedy: str,
        fingerprint: str,
        n: int,
        offenders: Sequence[str] = (),
        power: float | None = None,
        is_judged: bool = True,
    ) -> Self:
        """Judge: ``passed`` is whether ``measured comparison threshold`` holds, and offenders beyond `MAX_OFFENDERS` are only counted. What
        is not judged says so in its explanation.
        """
        return cls(
            name=gate.name,
            stage=gate.stage,
            passed=holds(measured, comparison, threshold),
            measured=measured,
            comparison=comparison,
            threshold=threshold,
            explanation=explanation if is_judged else f"Not judged: {explanation}",
            offenders=tuple(offenders[:MAX_OFFENDERS]),
            offender_count=len(offenders),
            thresholds_fingerprint=fingerprint,
            remedy=remedy,
            n=n,
            is_hint=gate.is_hint,
            power=power,
            is_judged=is_judged,
        )


class GateSpec(Record):
    """What is known of a gate before it judges: its name, when and on what it judges, and the sentence that the UI shows."""

    name: str
    stage: Stage
    subject: Subject
    description: str
    is_hint: bool = False

    @classmethod
    def of(cls, gate: Callable[..., Verdict], stage: Stage, subject: Subject, *, is_hint: bool = False) -> Self:
        """The spec of a gate that is a function: by its name and its docstring."""
        return cls(name=gate.__name__, stage=stage, subject=subject, description=gate.__doc__ or gate.__name__, is_hint=is_hint)


def holds(measured: float, comparison: Comparison, threshold: float) -> bool:
    """Whether ``measured comparison threshold`` is true; numbers are compared to 6 decimals, as they are recorded."""
    difference = round(measured - threshold, 6)
    return {">=": difference >= 0, "<=": difference <= 0, "==": difference == 0}[comparison]
