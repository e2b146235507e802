"""Feedback: what users say of rows in use, and what that means for the review queue."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from golden_assets.domain.core.records import Record
from golden_assets.domain.review.queue import Doubt, merge_doubts

FeedbackVerdict = Literal["good", "bad"]


class Feedback(Record):
    """One user's word on a row. A row keeps its id over versions as long as its content stays, and its feedback with it."""

    row_id: str
    verdict: FeedbackVerdict
    given_by: str
    note: str | None = None
    given_at: datetime | None = None


def feedback_doubts(feedback: Sequence[Feedback]) -> dict[str, Doubt]:
    """A doubt for every row whose latest word is bad, surely bad (certainty 0), so that it comes first in the queue."""
    latest = {given.row_id: given for given in feedback}
    return {
        row_id: Doubt(
            certainty=0.0, reasons=(f"{given.given_by} calls it bad" + (f": {given.note}" if given.note else ""),), raised_later=True
        )
        for row_id, given in latest.items()
        if given.verdict == "bad"
    }


def with_feedback(doubts: Mapping[str, Doubt], feedback: Sequence[Feedback]) -> dict[str, Doubt]:
    """Doubts of the version's report and those of users: the lower certainty counts, and all reasons are kept.

    A row that only users doubt was undoubted when the review's sample was drawn, and says so (`Doubt.raised_later`).
    """
    return merge_doubts(doubts, feedback_doubts(feedback))
