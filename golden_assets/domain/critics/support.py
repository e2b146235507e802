"""Does a passage say what the answer says? Claim by claim, against the sentences of the passage.

A claim is a sentence of the answer. Its support by a passage is the share of its telling words that stand in one sentence of the
passage, or in two that follow each other (*lexical*), or what an embedder says of the same two texts (*semantic*, see `Similarity`),
whichever is more.
Its numbers, negations and names must agree with that sentence; where they do not, no similarity makes up for it.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from golden_assets.domain.critics.findings import MAX_EVIDENCE, CriticVerdict, Evidence, Finding
from golden_assets.domain.critics.reading import opening, read, sentence_spans
from golden_assets.domain.printable import quoted
from golden_assets.domain.testsets import Context, TestsetRow

SUPPORTED = 0.75
"""Share of a claim's telling words from which it counts as said. Tuned on the documents of one product, reported on others."""
DOUBTFUL = 0.5
"""Below this share a claim is rejected even without a disagreement; between the two it is a warning."""
Similarity = Callable[[str, str], float]
"""How much two texts mean the same, 0 to 1; the cosine of an embedder's vectors."""


class Window(NamedTuple):
    """One sentence of a passage or two in a row: ``context.text[start:end]``; ``telling`` are its words and numbers."""

    start: int
    end: int
    text: str
    telling: frozenset[str]


class Place(NamedTuple):
    """Where passages come nearest to a claim: ``shared`` is how many of its telling words and numbers stand there."""

    shared: int
    context: Context
    window: Window

    @property
    def evidence(self) -> Evidence:
        """The place as what a finding goes by."""
        return evidence_in(self.context, self.window.start, self.window.end)


class Support(NamedTuple):
    """How far passages say a claim: ``score`` 0 to 1, in which place if in any, and what disagrees there, as a clause each."""

    claim: str
    score: float
    place: Place | None
    disagreements: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the claim counts as said."""
        return self.score >= SUPPORTED and not self.disagreements


def evidence_in(context: Context, start: int, end: int) -> Evidence:
    """The part ``context.text[start:end]`` of a cited passage, as it stands in its document."""
    text = context.text[start:end][:MAX_EVIDENCE]
    return Evidence(document_id=context.document_id, start=context.start + start, end=context.start + end, text=text)


@lru_cache(maxsize=4_096)
def windows_of(text: str) -> tuple[Window, ...]:
    """Every sentence of a passage, and every two that follow each other."""
    alone = [Window(start, end, text[start:end], read(text[start:end]).telling) for start, end in sentence_spans(text)]
    return (*alone, *(_together(first, second, text) for first, second in pairwise(alone)))


def _together(first: Window, second: Window, text: str) -> Window:
    both = text[first.start : second.end]
    return Window(first.start, second.end, both, _telling(both, (first, second)))


def telling_of(text: str) -> frozenset[str]:
    """The telling words and numbers of a passage."""
    return _telling(text, windows_of(text))


def _telling(text: str, parts: Iterable[Window]) -> frozenset[str]:
    """Of what the parts make up: but for a link, nothing reaches from one sentence into the next."""
    return read(text).telling if "](" in text else frozenset().union(*(part.telling for part in parts))


@lru_cache(maxsize=8_192)
def claims_of(answer: str) -> tuple[str, ...]:
    """The sentences of an answer that say something; the whole answer when none does."""
    parts = [answer[start:end] for start, end in sentence_spans(answer)]
    return tuple(part for part in parts if read(part).telling) or (answer,)


def place_of(claim: str, contexts: Sequence[Context]) -> Place | None:
    """The place in any of the passages that comes nearest to a claim, of equal ones the first and shortest; None if it shares nothing."""
    nearest = [(context, *_nearest(claim, context.text)) for context in contexts]
    places = [Place(shared, context, window) for context, shared, window in nearest if window]
    return max(places, key=lambda place: place.shared, default=None)


@lru_cache(maxsize=1_024)
def _nearest(claim: str, passage: str) -> tuple[int, Window | None]:
    """The window of a passage that shares most with a claim, and how much; None where it is nothing. Several critics ask about one row."""
    wanted = read(claim).telling
    windows = windows_of(passage)
    shared = [len(wanted & window.telling) for window in windows]
    most = max(shared, default=0)
    return most, windows[shared.index(most)] if most else None


def support(claim: str, contexts: Sequence[Context], similarity: Similarity | None = None) -> Support:
    """The best support for a claim in any of the passages, see `place_of`."""
    place = place_of(claim, contexts)
    if place is None:
        return Support(claim, 0.0, None)
    share = score = place.shared / len(read(claim).telling)
    if similarity and share < SUPPORTED:
        score = max(share, min(1.0, max(0.0, similarity(claim, place.window.text))))
    return Support(claim, score, place, _disagreements(claim, place, share))


def answer_is_supported(row: TestsetRow, similarity: Similarity | None = None) -> Finding:
    """Every claim of the answer is said by a cited passage, and its numbers, negations and names agree."""
    found = [support(claim, row.contexts, similarity) for claim in claims_of(row.reference)]
    worst = min(found, key=lambda item: (not item.disagreements, item.score))
    score = 0.0 if worst.disagreements else worst.score
    if worst.disagreements:
        reason = f"{'; '.join(worst.disagreements)}: {quoted(worst.claim)}"
    elif worst.score < SUPPORTED:
        reason = f"only {worst.score:.0%} of the words of {quoted(worst.claim)} stand together in a cited passage"
    else:
        reason = "every claim is said by a cited passage"
    verdict: CriticVerdict = "passed" if worst.holds else "rejected" if worst.disagreements or worst.score < DOUBTFUL else "warning"
    return Finding(
        row_id=row.row_id,
        critic="answer_is_supported",
        score=round(score, 4),
        verdict=verdict,
        reason=reason,
        evidence=worst.place and worst.place.evidence,
    )


def _disagreements(claim: str, place: Place, share: float) -> tuple[str, ...]:
    """What a claim says otherwise than the sentence that comes nearest to it, which has this share of its words and numbers. A capital at
    the beginning is that of a name where the claim is otherwise said, and the sentence names something that the claim does not.
    """
    said, there, passage = read(claim), read(place.window.text), read(place.context.text)
    strange = sorted(said.numbers - there.numbers)
    flipped = sorted((said.negated - there.negated) & there.words | (there.negated - said.negated) & said.words)
    absent = sorted(said.names - there.words - there.names)
    others = there.names - said.words
    foreign = [name for name in absent if name not in passage.words or others]
    if share >= SUPPORTED and others:
        foreign += sorted(opening(claim) - there.words - said.names)
    return (
        *((f"the number {', '.join(strange)} is not there",) if strange else ()),
        *((f"the passage says the opposite about {', '.join(flipped)}",) if flipped else ()),
        *((f"the passage names {', '.join(foreign)} not there",) if foreign else ()),
    )
