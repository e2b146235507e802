"""Does another place of the corpus contradict the answer?"""

from collections.abc import Iterator

from golden_assets.domain.core.text_features import Reading, read
from golden_assets.domain.critics.groundedness import claims_of
from golden_assets.domain.critics.sentence_index import Sentence, SentenceIndex, warn_of
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import TestsetRow

ALIKE = 0.8
"""Share of a claim's telling words from which another sentence is about the same thing."""
MIN_WORDS = 4
"""Telling words of a claim below which too many sentences would be alike."""


def nothing_contradicts(row: TestsetRow, index: SentenceIndex) -> Finding:
    """No other sentence of the corpus says the same with another number, or the opposite. Never more than a warning: which of two
    sentences is right, or whether both are, takes a reader.
    """
    found = next((rival for claim in claims_of(row.reference) for rival in _against(claim, row, index)), None)
    return warn_of(found, row, "nothing_contradicts", "says something else")


def _against(claim: str, row: TestsetRow, index: SentenceIndex) -> Iterator[Sentence]:
    said = read(claim)
    if len(said.words) < MIN_WORDS:
        return
    for position in index.near(said.words):
        sentence = index.sentences[position]
        shared = len(said.words & sentence.reading.words) / len(said.words)
        if shared >= ALIKE and _differ(said, sentence.reading) and not sentence.is_cited(row):
            yield sentence


def _differ(said: Reading, other: Reading) -> bool:
    """Whether a sentence about the same thing has other numbers, or negates what the claim does not."""
    numbers = bool(said.numbers and other.numbers) and not said.numbers & other.numbers
    flipped = (said.negated - other.negated) & other.words | (other.negated - said.negated) & said.words
    return numbers or bool(flipped)
