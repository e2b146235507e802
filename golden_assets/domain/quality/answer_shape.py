"""Fields that are there and yet not right: cut off, too short, too long. Counted and named; `faults` has what makes a row incomplete."""

import re
from collections.abc import Callable, Sequence

from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import count_words
from golden_assets.domain.testsets.testset import TestsetRow

MAX_QUESTION_WORDS = 60
"""Longer questions hold more than one; they are not typed into a search box."""
MAX_ANSWER_WORDS = 250
"""Longer answers are passages: about a page, more than a judge compares claim by claim."""
MIN_ANSWER_WORDS = 2
"""A single word may be right, and says too little to be compared with another answer."""
_CUT_OFF = re.compile(r"(?:…|\.\.\.|[,\-–—(\[{/]|\b(?:a|an|and|because|of|or|the|which|whose))$", re.IGNORECASE)


class FieldMeasures(Record):
    """Rows whose fields look wrong, each as ``row id: text``, the text shortened.

    ``truncated``: the answer, or the question, ends in the middle: by an ellipsis, a comma, a dash, an open bracket, or a word that asks
    for another ("of", "the"). ``short_answers``: fewer than `MIN_ANSWER_WORDS` words and no digit. ``long_questions`` and
    ``long_answers``: more words than `MAX_QUESTION_WORDS`, `MAX_ANSWER_WORDS`. Words are those of `count_words`.
    """

    truncated: tuple[str, ...]
    short_answers: tuple[str, ...]
    long_questions: tuple[str, ...]
    long_answers: tuple[str, ...]


def measure_fields(rows: Sequence[TestsetRow]) -> FieldMeasures:
    """Each from none to all rows, in row order; an empty field is a fault of its own and not counted here."""
    return FieldMeasures(
        truncated=_those(rows, lambda row: row.reference if is_cut_off(row.reference) else row.user_input, _is_truncated),
        short_answers=_those(rows, _answer, lambda row: _is_short(row.reference)),
        long_questions=_those(rows, _question, lambda row: count_words(row.user_input) > MAX_QUESTION_WORDS),
        long_answers=_those(rows, _answer, lambda row: count_words(row.reference) > MAX_ANSWER_WORDS),
    )


def is_cut_off(text: str) -> bool:
    """Whether a text ends where no sentence, name or figure does; a missing full stop alone does not count."""
    return bool(_CUT_OFF.search(text[-40:].rstrip()))


def _is_truncated(row: TestsetRow) -> bool:
    return is_cut_off(row.reference) or is_cut_off(row.user_input)


def _is_short(answer: str) -> bool:
    return bool(answer.strip()) and count_words(answer) < MIN_ANSWER_WORDS and not any(character.isdigit() for character in answer)


def _question(row: TestsetRow) -> str:
    return row.user_input


def _answer(row: TestsetRow) -> str:
    return row.reference


def _those(rows: Sequence[TestsetRow], text: Callable[[TestsetRow], str], wrong: Callable[[TestsetRow], bool]) -> tuple[str, ...]:
    return tuple(f"{row.row_id}: {' '.join(text(row).split())[-120:]}" for row in rows if wrong(row))
