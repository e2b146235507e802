"""What a manager asks about a version beside its quality: of which documents it is, who approved it, what people said of its rows."""

from collections.abc import Sequence
from pathlib import PurePath

from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import counted
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.testsets.human_override import is_edited, is_vouched_for
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.promotion import Outlook
from golden_assets.domain.versions.versions import Approval


class RowReviews(Record):
    """What people said of the rows of a version.

    ``seen`` of its ``rows`` were looked at: ``approved``, ``edited``, ``rejected`` (and still there, as the review is not finished) or
    ``human``, written by a person. ``gone`` rows were rejected and left out; ``bad`` counts them, the edited and the rejected ones.
    """

    rows: int
    seen: int
    approved: int
    edited: int
    rejected: int
    human: int
    gone: int
    bad: int
    reviewers: tuple[str, ...] = ()

    @property
    def seen_in_words(self) -> str:
        """How many rows people looked at, and what they said."""
        if not self.seen:
            return f"no row of {self.rows}"
        kinds = {"approved": self.approved, "edited": self.edited, "rejected": self.rejected, "written by people": self.human}
        said = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count)
        by = f"; by {', '.join(self.reviewers)}" if self.reviewers else ""
        return f"{self.seen} of {counted(self.rows, 'row')} ({self.seen / self.rows:.0%}): {said}{by}"

    @property
    def bad_in_words(self) -> str:
        """How many of the rows that people looked at were bad, those that are gone included."""
        looked_at = self.seen + self.gone
        if not looked_at:
            return "unknown: people have looked at no row"
        gone = f"; {counted(self.gone, 'rejected row')} left out of this version" if self.gone else ""
        return f"{self.bad} of {counted(looked_at, 'row')} that people looked at ({self.bad / looked_at:.0%}){gone}"


class DocumentsRead(Record):
    """The documents that a version was made from. ``name`` is the last part of their location, or ``table:NAME``."""

    name: str
    documents: int
    words: int

    @classmethod
    def of(cls, corpus: Corpus) -> "DocumentsRead":
        """Name and size of a corpus."""
        words = sum(document.word_count for document in corpus.documents)
        return cls(name=PurePath(corpus.source).name or corpus.source, documents=len(corpus.documents), words=words)


class ReleaseFacts(Record):
    """What is on record beside a version. ``read`` is None where the documents are not stored, ``outlook`` unless it passed its gates
    and waits.
    """

    reviews: RowReviews
    approval: Approval | None = None
    approval_required: bool = False
    read: DocumentsRead | None = None
    outlook: Outlook | None = None


def row_reviews(testset: Testset, decisions: Sequence[RowDecision]) -> RowReviews:
    """What people said of the rows: the decisions on this version, and what earlier reviews left in it."""
    rows = {row.row_id: row for row in testset.rows}
    said = {one.row_id: one for one in decisions if one.row_id in rows}
    found_bad = {row_id for row_id, one in said.items() if one.found_defect}
    human = {row_id for row_id, row in rows.items() if row.is_human}
    edited = {row_id for row_id, row in rows.items() if is_edited(row)}
    seen = {row_id for row_id, row in rows.items() if is_vouched_for(row, testset)} | said.keys()
    barred = {one.row.row_id for one in testset.barred if one.is_by_people}
    gone = max(0, len(barred - rows.keys()) - len(edited))
    pending = {row_id for row_id in found_bad if said[row_id].decision == "edit"}
    return RowReviews(
        rows=len(testset.rows),
        seen=len(seen),
        approved=len(seen - human - edited - found_bad),
        edited=len((edited - found_bad) | pending),
        rejected=len(found_bad - pending),
        human=len(human - edited - found_bad),
        gone=gone,
        bad=len(edited | found_bad) + gone,
        reviewers=tuple(sorted({one.reviewer for one in said.values()})),
    )
