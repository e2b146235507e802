"""Can the question be answered from the cited passages?"""

from functools import lru_cache

from golden_assets.domain.critics.findings import Finding
from golden_assets.domain.critics.reading import read
from golden_assets.domain.critics.support import Place, Similarity, claims_of, place_of, telling_of, windows_of
from golden_assets.domain.testsets import TestsetRow

ANSWERABLE = 0.6
"""Share of a question's telling words from which the place of the answer counts as being about the question."""
UNANSWERABLE = 0.4
"""Below this share the row is rejected; between the two it is a warning."""


def question_is_answerable(row: TestsetRow, similarity: Similarity | None = None) -> Finding:
    """What the question asks about stands where the answer stands, or in a heading above it."""
    wanted = read(row.user_input).telling
    places = [place for claim in claims_of(row.reference) if (place := place_of(claim, row.contexts))]
    everywhere = frozenset().union(*(telling_of(context.text) for context in row.contexts))
    there = frozenset().union(*map(_said_at, places), read(row.reference).telling & everywhere)
    score = len(wanted & there) / len(wanted) if wanted else 0.0
    best = max(places, key=lambda place: len(wanted & place.window.telling), default=None)
    if similarity and best and score < ANSWERABLE:
        score = max(score, min(1.0, max(0.0, similarity(row.user_input, best.window.text))))
    missing = ", ".join(sorted(wanted - there)[:8])
    return Finding(
        row_id=row.row_id,
        critic="question_is_answerable",
        score=round(score, 4),
        verdict="passed" if score >= ANSWERABLE else "warning" if score >= UNANSWERABLE else "rejected",
        reason="the answer stands where the question's subject stands"
        if score >= ANSWERABLE
        else f"where the answer stands nothing is said of: {missing}",
        evidence=best and best.evidence,
    )


def _said_at(place: Place) -> frozenset[str]:
    """The words at a place, and of the headings of its passage, which name what its sentences are about."""
    return place.window.telling | _headings(place.context.text)


@lru_cache(maxsize=8_192)
def _headings(text: str) -> frozenset[str]:
    return frozenset().union(*(window.telling for window in windows_of(text) if window.text.startswith("#")))
