"""How long questions and answers are: quantiles of their words."""

from collections.abc import Sequence
from math import ceil

from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import count_words
from golden_assets.domain.testsets.testset import TestsetRow


class LengthProfile(Record):
    """Words at the quantiles 0, 0.1, 0.5, 0.9 and 1. Quantile q is the least number of words that a share q of the texts does not exceed
    (the inverse of the empirical distribution, Hyndman and Fan 1996, definition 1): a number that occurs. All 0 without texts.
    """

    least: int
    tenth: int
    median: int
    ninetieth: int
    most: int

    @classmethod
    def of(cls, words: Sequence[int]) -> "LengthProfile":
        """The profile of numbers of words, in any order."""
        ranked = sorted(words) or [0]
        at = [ranked[max(0, ceil(round(share * len(ranked), 9)) - 1)] for share in (0.0, 0.1, 0.5, 0.9, 1.0)]
        return cls(**dict(zip(cls.model_fields, at, strict=True)))


class LengthMeasures(Record):
    """Words of questions and of reference answers, as `count_words` counts them; from 0."""

    questions: LengthProfile
    answers: LengthProfile


def measure_lengths(rows: Sequence[TestsetRow]) -> LengthMeasures:
    """Of all rows, empty fields included."""
    questions, answers = [count_words(row.user_input) for row in rows], [count_words(row.reference) for row in rows]
    return LengthMeasures(questions=LengthProfile.of(questions), answers=LengthProfile.of(answers))
