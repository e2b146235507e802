"""Does another place of the corpus answer the same question with another value?"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from golden_assets.domain.core.text_features import NUMERALS, numbers, plain, read, stem
from golden_assets.domain.critics.sentence_index import Sentence, SentenceIndex, warn_of
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import TestsetRow

ABOUT = 0.85
"""Share of a question's telling words, weighted by how rare they are, from which another place is about the same question."""
MIN_WORDS = 3
"""Telling words of a question below which too many places would be about it."""
_QUANTITY = re.compile(
    rf"(?<!\w)(\d[\d,.]{{0,30}}\d|\d|(?:{'|'.join(NUMERALS)})(?![a-z]))[\s-]*(?=((?<=[\s-])[^\W\d_]+|%|°\w))", re.IGNORECASE
)
"""A number, as digits or as a word, and what is counted; two may overlap. No number of more than 32 signs counts anything."""


class Value(NamedTuple):
    """What an answer adds to its question and another place could say otherwise: a number with its unit, or names."""

    numbers: frozenset[tuple[str, str]]
    names: frozenset[str]


def nothing_else_answers(row: TestsetRow, index: SentenceIndex) -> Finding:
    """No other place of the corpus is about the same question and gives another number of the same unit, or another name. Never more than a
    warning: both may be right, of different things.

    Places are one sentence, or two that follow each other, found by the question's rarest words; each word counts by its inverse document
    frequency over sentences, as in BM25 (Robertson and Zaragoza 2009).
    """
    value = _value(row.reference, row.user_input)
    found = next(_rivals(row, value, index), None) if value.numbers or value.names else None
    return warn_of(found, row, "nothing_else_answers", "has another answer")


def _rivals(row: TestsetRow, value: Value, index: SentenceIndex) -> Iterator[Sentence]:
    asked = read(row.user_input)
    if len(asked.words) < MIN_WORDS:
        return
    weights = {word: math.log(1 + len(index.sentences) / (1 + index.frequency(word))) for word in asked.words}
    missing = (1 - ABOUT) * math.fsum(weights.values())
    for position in index.near(asked.words):
        for place in index.places(position, lambda words: sum(weights[word] for word in asked.words - words) <= missing):
            if not place.is_cited(row) and _differs(value, _value(place.text, row.user_input)):
                yield place


def _differs(value: Value, other: Value) -> bool:
    units = {unit for _, unit in value.numbers}
    rivals = {pair for pair in other.numbers if pair[1] in units}
    if value.numbers:
        return bool(rivals) and not rivals & value.numbers
    return bool(other.names - value.names) and bool(value.names - other.names)


def _value(text: str, question: str) -> Value:
    asked = read(question)
    return Value(frozenset(pair for pair in _quantities(text) if pair[0] not in asked.numbers), read(text).names - asked.words)


@lru_cache(maxsize=8_192)
def _quantities(text: str) -> frozenset[tuple[str, str]]:
    """Numbers with the stem of what they count."""
    found = _QUANTITY.finditer(plain(text)) if read(text).numbers else ()
    return frozenset((number, stem(match[2].lower())) for match in found for number in numbers(match[1]))
