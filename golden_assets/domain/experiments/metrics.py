"""Scores that need no model: an answer against the reference, and what was retrieved against the passages that the row cites."""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from golden_assets.domain.experiments.experiment import Retrieved, TaskAnswer
from golden_assets.domain.testsets.testset import TestsetRow

SHINGLE_WORDS = 5
"""Length of the word sequences by which passages are compared: shorter ones occur by chance."""
FOUND_SHARE = 0.5
"""A cited passage counts as found when at least this share of its word sequences was retrieved: retrievers cut texts elsewhere."""
WITHIN_WORDS = 10
"""It counts, too, when a retrieved passage of so many words or more lies wholly within it: retrievers cut texts smaller."""

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_WORD = re.compile(r"\w+")


def normalise_answer(text: str) -> str:
    """Lower case, without punctuation, English articles and extra blanks, as the SQuAD evaluation does it (Rajpurkar et al. 2016)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, reference: str) -> float:
    """1 when both are the same after `normalise_answer`, else 0."""
    return float(normalise_answer(answer) == normalise_answer(reference))


def token_f1(answer: str, reference: str) -> float:
    """Harmonic mean of precision and recall over the words of both, 0 to 1 (SQuAD); without words in one of them, `exact_match`."""
    given, wanted = normalise_answer(answer).split(), normalise_answer(reference).split()
    if not given or not wanted:
        return float(given == wanted)
    shared = sum((Counter(given) & Counter(wanted)).values())
    return 2 * shared / (len(given) + len(wanted))


def context_recall(retrieved: Sequence[Retrieved], row: TestsetRow) -> float:
    """The share of the row's cited passages that were found, 0 to 1. The row must cite one."""
    passages = [_shingles(passage.text) for passage in retrieved]
    together = frozenset().union(*passages)
    small = [passage for passage in passages if len(passage) > WITHIN_WORDS - SHINGLE_WORDS]
    documents = frozenset(passage.document_id for passage in retrieved if passage.document_id and not passage.text)
    found = [
        context.document_id in documents
        or _is_covered(context.text, together)
        or any(passage <= _shingles(context.text) for passage in small)
        for context in row.contexts
    ]
    return sum(found) / len(found)


def hit_rate(retrieved: Sequence[Retrieved], row: TestsetRow) -> float:
    """1 when at least one cited passage was found, else 0. The row must cite one."""
    return float(context_recall(retrieved, row) > 0)


class Metric(NamedTuple):
    """A score by its name: what it says, and how it is computed."""

    description: str
    score: Callable[[TaskAnswer, TestsetRow], float | None]


def _of_answer(measure: Callable[[str, str], float]) -> Callable[[TaskAnswer, TestsetRow], float | None]:
    return lambda answer, row: measure(answer.answer, row.reference)


def _of_retrieval(measure: Callable[[Sequence[Retrieved], TestsetRow], float]) -> Callable[[TaskAnswer, TestsetRow], float | None]:
    """None when the task does not say what it retrieved, or the row cites nothing."""
    return lambda answer, row: None if answer.retrieved is None or not row.contexts else measure(answer.retrieved, row)


METRICS = {
    "exact_match": Metric("the answer is the reference, word for word", _of_answer(exact_match)),
    "token_f1": Metric("words that answer and reference share", _of_answer(token_f1)),
    "context_recall": Metric("share of the cited passages that were retrieved", _of_retrieval(context_recall)),
    "hit_rate": Metric("at least one cited passage was retrieved", _of_retrieval(hit_rate)),
}
"""The scores of this module."""


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of `SHINGLE_WORDS` words, or all words when there are fewer."""
    words = _WORD.findall(text.lower())
    length = min(SHINGLE_WORDS, len(words))
    return frozenset(tuple(words[i : i + length]) for i in range(len(words) - length + 1)) if words else frozenset()


def _is_covered(text: str, shingles: frozenset[tuple[str, ...]]) -> bool:
    wanted = _shingles(text)
    if wanted and len(next(iter(wanted))) < SHINGLE_WORDS:  # a short passage: look for it inside the longer runs
        (short,) = wanted
        return any(short == run[i : i + len(short)] for run in shingles for i in range(len(run) - len(short) + 1))
    return bool(wanted) and len(wanted & shingles) >= FOUND_SHARE * len(wanted)
