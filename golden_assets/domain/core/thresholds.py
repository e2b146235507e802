"""The limits of all gates: what "good" means is one frozen object whose fingerprint goes into every verdict."""

from functools import cached_property

from pydantic import Field

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record


class Thresholds(Record):
    """Every limit of the gates, and the error rates of critics that some gates allow for."""

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
    min_diversity: float = Field(0.65, ge=0, le=1)
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
