"""What of a long passage a reviewer looks at: the parts that say what the reference says, and some text around them."""

import re
from collections.abc import Sequence

from golden_assets.domain.core.text_features import read
from golden_assets.domain.critics.groundedness import claims_of, place_of
from golden_assets.domain.testsets.testset import Context

Span = tuple[int, int]
"""A part of a text, ``text[start:end]``."""
NEAR = 1 / 3
"""The share of a claim's telling words from which a sentence of the passage counts as its evidence."""
LEAST_AROUND = 120
"""Characters of text around each piece of evidence, at least."""
LONGEST_WORD = 40
"""Characters within which a blank is looked for; text without blanks is cut anywhere."""


def evidence_spans(reference: str, context: Context) -> list[Span]:
    """Where a passage says the sentences of a reference: word for word, else in the sentence that comes nearest; in order, none twice."""
    spans = (_span_of(claim, context) for claim in claims_of(reference) if claim.strip())
    return _merged([span for span in spans if span])


def excerpts(text: str, evidence: Sequence[Span], limit: int) -> list[Span]:
    """The parts of a text to show: all of it up to ``limit`` characters, else about as many around the evidence, or from the start.

    A part begins and ends between words.
    """
    if len(text) <= limit:
        return [(0, len(text))]
    if not evidence:
        return [(0, _word_end(text, limit))]
    around = max(LEAST_AROUND, (limit - sum(end - start for start, end in evidence)) // (2 * len(evidence)))
    return _merged([(_word_start(text, start - around), _word_end(text, end + around)) for start, end in evidence])


def _span_of(claim: str, context: Context) -> Span | None:
    found = re.search(r"\s+".join(map(re.escape, claim.split())), context.text)
    if found:
        return found.span()
    place, wanted = place_of(claim, [context]), read(claim).telling
    is_near = place is not None and place.shared >= NEAR * len(wanted)
    return (place.window.start, place.window.end) if place and is_near else None


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The spans in order; those that overlap or touch are one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _word_start(text: str, position: int) -> int:
    """The start of the word at a position; in text without blanks, the position itself."""
    if position <= 0:
        return 0
    before = text.rfind(" ", max(0, position - LONGEST_WORD), position)
    return position if before < 0 else before + 1


def _word_end(text: str, position: int) -> int:
    """The end of the word at a position; in text without blanks, the position itself."""
    if position >= len(text):
        return len(text)
    after = text.find(" ", position, position + LONGEST_WORD)
    return position if after < 0 else after
