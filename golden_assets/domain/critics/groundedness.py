"""Does a passage say what the answer says? Claim by claim, against the sentences of the passage.

A claim is a sentence of the answer, without a leading *yes* or *no*. Its support by a passage is the share of its telling words that stand
in one sentence of the passage, or in two that follow each other (*lexical*), or what an embedder says of the same two texts (*semantic*,
see `Similarity`), whichever is more. Where it contradicts that sentence (`contradictions`), no similarity makes up for it.

An answer may be in words of its own, may be computed, or be no more than *yes*. Rules cannot know whether these are right: the critic
rejects a contradiction, and what has nothing to do with any sentence of the passages, and abstains on the rest.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from golden_assets.domain.core.text import quoted
from golden_assets.domain.core.text_features import read, sentence_spans, without_reply
from golden_assets.domain.critics.contradictions import Said, contradictions
from golden_assets.domain.critics.quantities import has_value
from golden_assets.domain.testsets.findings import MAX_EVIDENCE, CriticVerdict, Evidence, Finding
from golden_assets.domain.testsets.testset import Context, TestsetRow

SUPPORTED = 0.75
"""Share of a claim's telling words from which it counts as said. Tuned on the documents of one product, reported on others."""
ALIKE = 0.6
"""Similarity from which a claim counts as said in other words."""
FOREIGN = 0.25
"""Below this share, and a similarity of `UNLIKE` to every sentence, a claim is about something else."""
UNLIKE = 0.3
FIGURES_OF_A_TABLE = 12
"""Numbers in one sentence or two, more than prose has."""
_FIGURE = re.compile(r"(?<![^\s($€£])[\d.,]*\d(?![^\s,.;:)%])")
_IN_UNITS = re.compile(r"\b(?:amounts |dollars )?in (?:thousands|millions|billions)\b(?! of)", re.IGNORECASE)
"""What a table of figures says above them."""
CLAUSE = 3
"""Telling words of a claim below which it is shorter than a clause: it says too little to be about something else."""
COMPARED = 16
"""Sentences that a text is compared with by an embedder, at most."""
Similarity = Callable[[str, str], float]
"""How much two texts mean the same, 0 to 1; the cosine of an embedder's vectors."""
ABOUT = 0.35
"""Share of a question's telling words, or similarity to a sentence, from which passages count as being about the question."""


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

    is_alike: bool = False
    unseen: frozenset[str] = frozenset()
    """Numbers of the claim that neither the passages nor the question have, in whatever form."""

    @property
    def holds(self) -> bool:
        """Whether the claim counts as said, in the same words or in others."""
        return (self.score >= SUPPORTED or self.is_alike) and not self.disagreements and not self.unseen


def evidence_in(context: Context, start: int, end: int) -> Evidence:
    """The part ``context.text[start:end]`` of a cited passage, verbatim."""
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


def support(claim: str, contexts: Sequence[Context], similarity: Similarity | None = None, known: str = "") -> Support:
    """The best support for a claim in any of the passages, see `place_of`. ``known``: the question and the titles."""
    place = place_of(claim, contexts)
    if place is None:
        return Support(claim, 0.0, None)
    share = place.shared / len(read(claim).telling)
    alike = min(1.0, max(0.0, similarity(claim, place.window.text))) if similarity and share < SUPPORTED else 0.0
    passages = tuple(context.text for context in contexts)
    found = () if any(map(has_table, passages)) else contradictions(Said(claim, place.window.text, known, passages))
    texts = (known, *passages)
    unseen = frozenset(n for n in read(claim).numbers if not any(n in read(text).numbers or has_value(n, claim, text) for text in texts))
    return Support(claim, max(share, alike), place, found, alike >= ALIKE, unseen)


def answer_is_supported(row: TestsetRow, similarity: Similarity | None = None) -> Finding:
    """Every claim of the answer is said by a cited passage, and its numbers, negations and names agree."""
    known = " ".join((row.user_input, *(context.document_id for context in row.contexts)))
    said = without_reply(row.reference)
    found = [support(claim, row.contexts, similarity, known) for claim in claims_of(said)] if read(said).telling else []
    worst = min(found, key=lambda item: (not item.disagreements, item.holds, item.score), default=Support(row.reference, 0.0, None))
    verdict, reason = _verdict_on(worst, found, row, similarity)
    return Finding(
        row_id=row.row_id,
        critic="answer_is_supported",
        score=0.0 if verdict == "rejected" else 1.0 if verdict == "passed" else round(min(worst.score, SUPPORTED), 4),
        verdict=verdict,
        reason=reason,
        evidence=worst.place and worst.place.evidence,
    )


def _verdict_on(worst: Support, found: Sequence[Support], row: TestsetRow, similarity: Similarity | None) -> tuple[CriticVerdict, str]:
    """What the claim that is supported least comes to, and why."""
    claim, passages = quoted(worst.claim[:MAX_EVIDENCE]), [context.text for context in row.contexts]
    if not found:
        return "abstained", f"{claim} says nothing that could be looked up"
    if worst.disagreements:
        return "rejected", f"{'; '.join(worst.disagreements)}: {claim}"
    if worst.holds or any(worst.claim.rstrip(".") in passage for passage in passages):
        return "passed", "every claim is said by a cited passage"
    if _is_foreign(found, passages, similarity):
        return "rejected", f"no sentence of the cited passages is about {claim}"
    if worst.unseen:
        return "abstained", f"the cited passages do not have {', '.join(sorted(worst.unseen))}: {claim}"
    return "abstained", f"{claim} is in words of its own: {worst.score:.0%} of them stand together in a cited passage"


def _is_foreign(claims: Sequence[Support], passages: Sequence[str], similarity: Similarity | None) -> bool:
    """Whether no claim has to do with any sentence of the passages, neither by its words nor by its meaning."""
    if similarity is None or any(map(has_table, passages)) or not any(len(read(one.claim).telling) >= CLAUSE for one in claims):
        return False
    if any(one.place and one.place.shared >= FOREIGN * len(read(one.claim).telling) for one in claims):
        return False
    return max(likeness(one.claim, passages, similarity) for one in claims) < UNLIKE


@lru_cache(maxsize=4_096)
def has_table(passage: str) -> bool:
    """Whether a passage has more figures in a sentence than prose does, which means nothing to an embedder."""
    return bool(_IN_UNITS.search(passage)) or any(len(_FIGURE.findall(window.text)) > FIGURES_OF_A_TABLE for window in windows_of(passage))


def likeness(text: str, passages: Sequence[str], similarity: Similarity) -> float:
    """How much the sentence of the passages that comes nearest means the same as a text, of at most `COMPARED` that share most words."""
    wanted = read(text).telling
    sentences = [window for passage in passages for window in windows_of(passage)[: len(sentence_spans(passage))]]
    sentences.sort(key=lambda window: -len(wanted & window.telling))
    return min(1.0, max((similarity(text, window.text) for window in sentences[:COMPARED]), default=0.0))


def question_is_answerable(row: TestsetRow, similarity: Similarity | None = None) -> Finding:
    """The passages are about what the question asks. Whether they answer it, and with the reference, takes a model or a person."""
    wanted = read(row.user_input).telling
    passages = [context.text for context in row.contexts]
    there = wanted & frozenset().union(*map(telling_of, passages))
    share = score = len(there) / len(wanted) if wanted else 1.0
    if similarity and share < ABOUT:
        score = max(share, likeness(row.user_input, passages, similarity))
    is_foreign = similarity is not None and score < UNLIKE and share < FOREIGN and not any(map(has_table, passages))
    verdict: CriticVerdict = "passed" if score >= ABOUT else "rejected" if is_foreign else "abstained"
    best = place_of(row.user_input, row.contexts)
    return Finding(
        row_id=row.row_id,
        critic="question_is_answerable",
        score=round(score, 4),
        verdict=verdict,
        reason="the passages are about what the question asks"
        if verdict == "passed"
        else f"the passages say nothing of: {', '.join(sorted(wanted - there)[:8])}",
        evidence=best and best.evidence,
    )
