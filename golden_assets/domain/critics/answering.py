"""Can the question be answered from the cited passages?"""

from functools import lru_cache

from golden_assets.domain.critics.findings import CriticVerdict, Finding
from golden_assets.domain.critics.reading import read
from golden_assets.domain.critics.support import FOREIGN, UNLIKE, Place, Similarity, claims_of, likeness, place_of, telling_of, windows_of
from golden_assets.domain.testsets import TestsetRow

ANSWERABLE = 0.5
"""Share of a question's telling words, or similarity, from which a place counts as being about the question."""


def question_is_answerable(row: TestsetRow, similarity: Similarity | None = None) -> Finding:
    """What the question asks about stands where the answer stands, in a heading above it, or in a sentence that means it."""
    wanted = read(row.user_input).telling
    places = [place for claim in claims_of(row.reference) if (place := place_of(claim, row.contexts))]
    everywhere = frozenset().union(*(telling_of(context.text) for context in row.contexts))
    there = frozenset().union(*map(_said_at, places), read(row.reference).telling & everywhere)
    score = len(wanted & there) / len(wanted) if wanted else 1.0
    best = max(places, key=lambda place: len(wanted & place.window.telling), default=None)
    if similarity and score < ANSWERABLE:
        score = max(score, likeness(row.user_input, [context.text for context in row.contexts], similarity))
    missing = ", ".join(sorted(wanted - there)[:8])
    is_foreign = similarity is not None and score < UNLIKE and len(wanted & everywhere) < FOREIGN * len(wanted)
    verdict: CriticVerdict = "passed" if score >= ANSWERABLE else "rejected" if is_foreign else "abstained"
    return Finding(
        row_id=row.row_id,
        critic="question_is_answerable",
        score=round(score, 4),
        verdict=verdict,
        reason="the passages are about what the question asks"
        if verdict == "passed"
        else f"nothing in the passages is about what the question asks: {missing}"
        if is_foreign
        else f"where the answer stands nothing is said of: {missing}",
        evidence=best and best.evidence,
    )


def _said_at(place: Place) -> frozenset[str]:
    """The words at a place, and of the headings of its passage, which name what its sentences are about."""
    return place.window.telling | _headings(place.context.text)


@lru_cache(maxsize=8_192)
def _headings(text: str) -> frozenset[str]:
    return frozenset().union(*(window.telling for window in windows_of(text) if window.text.startswith("#")))
