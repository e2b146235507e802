"""Does a passage say what the answer says? Claim by claim, against the sentences of the passage.

A claim is a sentence of the answer. Its support by a passage is the share of its telling words that stand in one sentence of the
passage, or in two that follow each other (*lexical*), or what an embedder says of the same two texts (*semantic*, see `Similarity`),
whichever is more.
Its numbers, negations and names must agree with that sentence; where they do not, no similarity makes up for it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from golden_assets.domain.critics.findings import MAX_EVIDENCE, Evidence, Finding
from golden_assets.domain.critics.reading import Reading, read, sentence_spans
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
    reading: Reading
    telling: frozenset[str]


class Support(NamedTuple):
    """How far a passage says a claim: ``score`` 0 to 1, by which window, and what disagrees, as a clause each."""

    claim: str
    score: float
    context: Context | None
    window: Window | None
    disagreements: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the claim counts as said."""
        return self.score >= SUPPORTED and not self.disagreements

    @property
    def evidence(self) -> Evidence | None:
        """Where it is said, if anywhere."""
        return evidence_in(self.context, self.window.start, self.window.end) if self.context and self.window else None


def evidence_in(context: Context, start: int, end: int) -> Evidence:
    """The part ``context.text[start:end]`` of a cited passage, as it stands in its document."""
    text = context.text[start:end][:MAX_EVIDENCE]
    return Evidence(document_id=context.document_id, start=context.start + start, end=context.start + end, text=text)


@lru_cache(maxsize=8_192)
def windows_of(text: str) -> tuple[Window, ...]:
    """Every sentence of a passage, and every two that follow each other."""
    spans = sentence_spans(text)
    pairs = [(first[0], second[1]) for first, second in pairwise(spans)]
    return tuple(_window(start, end, text[start:end]) for start, end in (*spans, *pairs))


def _window(start: int, end: int, text: str) -> Window:
    reading = read(text)
    return Window(start, end, text, reading, reading.words | reading.numbers)


@lru_cache(maxsize=8_192)
def claims_of(answer: str) -> tuple[str, ...]:
    """The sentences of an answer that say something; the whole answer when none does."""
    parts = [answer[start:end] for start, end in sentence_spans(answer)]
    return tuple(part for part in parts if read(part).words or read(part).numbers) or (answer,)


def support(claim: str, contexts: Sequence[Context], similarity: Similarity | None = None) -> Support:
    """The best support for a claim in any of the passages; of equal ones the first and shortest."""
    wanted = read(claim).words | read(claim).numbers
    candidates = [(len(wanted & window.telling), context, window) for context in contexts for window in windows_of(context.text)]
    shared, context, window = max(candidates, key=itemgetter(0), default=(0, None, None))
    if context is None or window is None or shared == 0:
        return Support(claim, 0.0, None, None)
    share = score = shared / len(wanted)
    if similarity and share < SUPPORTED:
        score = max(share, min(1.0, max(0.0, similarity(claim, window.text))))
    return Support(claim, score, context, window, _disagreements(read(claim), window.reading, read(context.text), share))


def answer_is_supported(row: TestsetRow, similarity: Similarity | None = None) -> Finding:
    """Every claim of the answer is said by a cited passage, and its numbers, negations and names agree."""
    found = [support(claim, row.contexts, similarity) for claim in claims_of(row.reference)]
    worst = min(found, key=lambda item: (not item.disagreements, item.score))
    score = 0.0 if worst.disagreements else worst.score
    if worst.disagreements:
        reason = f"{'; '.join(worst.disagreements)}: {worst.claim!r}"
    elif worst.score < SUPPORTED:
        reason = f"only {worst.score:.0%} of the words of {worst.claim!r} stand together in a cited passage"
    else:
        reason = "every claim is said by a cited passage"
    verdict = "passed" if worst.holds else "rejected" if worst.disagreements or worst.score < DOUBTFUL else "warning"
    return Finding(
        row_id=row.row_id, critic="answer_is_supported", score=round(score, 4), verdict=verdict, reason=reason, evidence=worst.evidence
    )


def _disagreements(claim: Reading, window: Reading, passage: Reading, share: float) -> tuple[str, ...]:
    """What a claim says otherwise than the sentence that comes nearest to it, which has this share of its words and numbers. A capital at
    the beginning is that of a name where the claim is otherwise said, and the sentence names something that the claim does not.
    """
    strange = sorted(claim.numbers - window.numbers)
    flipped = sorted((claim.negated - window.negated) & window.words | (window.negated - claim.negated) & claim.words)
    absent = sorted(claim.names - window.words - window.names)
    foreign = [name for name in absent if name not in passage.words or window.names - claim.words]
    if share >= SUPPORTED and window.names - claim.words:
        foreign += sorted(claim.opening - window.words - claim.names)
    return (
        *((f"the number {', '.join(strange)} is not there",) if strange else ()),
        *((f"the passage says the opposite about {', '.join(flipped)}",) if flipped else ()),
        *((f"the passage names {', '.join(foreign)} not there",) if foreign else ()),
    )
