"""Rows that were not written but copied: from the examples that a model was shown, or from rows that were taken out of use."""

from collections.abc import Iterable, Sequence

from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import count_words, fold
from golden_assets.domain.testsets.testset import Testset, TestsetRow

MIN_COPIED_WORDS = 5
"""An answer of fewer words ("at 40 bar") is the same by chance."""
Pair = tuple[str, str]
"""A question and its answer."""


class LeakageMeasures(Record):
    """Rows that are copies, as ``row id: question``: from 0 to all rows.

    ``from_prompts``: the question or the answer is that of an example in a prompt. ``from_retired``: the question or the answer is one
    that an earlier version had and the active one no longer has. Texts are equal after `fold`, and an answer counts from
    `MIN_COPIED_WORDS` words on. A paraphrase is not found, nor is a near copy: a row that is written again because a figure in its document
    changed is rightly one of the row that it replaces.
    """

    from_prompts: tuple[str, ...]
    from_retired: tuple[str, ...]


def measure_leakage(rows: Sequence[TestsetRow], prompts: Iterable[Pair], retired: Iterable[Pair]) -> LeakageMeasures:
    """Args: ``prompts`` are the examples of the prompts that rows were written by, ``retired`` see `retired_rows`."""
    return LeakageMeasures(from_prompts=_copies(rows, prompts), from_retired=_copies(rows, retired))


def retired_rows(earlier: Iterable[Testset], active: Testset | None) -> tuple[Pair, ...]:
    """Questions and answers of earlier testsets that the active one no longer has, "" in place of one that it has.

    Nothing is retired before anything is active.
    """
    if active is None:
        return ()
    asked, answered = {fold(row.user_input) for row in active.rows}, {fold(row.reference) for row in active.rows}
    pairs = dict.fromkeys((row.user_input, row.reference) for testset in earlier for row in testset.rows)
    return tuple(("" if fold(q) in asked else q, "" if fold(a) in answered else a) for q, a in pairs)


def _copies(rows: Sequence[TestsetRow], sources: Iterable[Pair]) -> tuple[str, ...]:
    pairs = list(sources)
    if not pairs:
        return ()
    questions = {fold(question) for question, _ in pairs} - {""}
    answers = {fold(answer) for _, answer in pairs if count_words(answer) >= MIN_COPIED_WORDS}
    return tuple(f"{row.row_id}: {row.user_input}" for row in rows if fold(row.user_input) in questions or fold(row.reference) in answers)
