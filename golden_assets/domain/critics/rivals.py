"""Does another place of the corpus say something else?"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from golden_assets.domain.critics.findings import MAX_EVIDENCE, Evidence, Finding
from golden_assets.domain.critics.reading import Reading, read, sentence_spans
from golden_assets.domain.critics.support import claims_of
from golden_assets.domain.documents import Corpus
from golden_assets.domain.testsets import TestsetRow

ALIKE = 0.8
"""Share of a claim's telling words from which another sentence is about the same thing."""
MIN_WORDS = 4
"""Telling words of a claim below which too many sentences would be alike."""
RARE = 4
"""The rarest words of a claim, of which a rival must have one: bounds the comparisons to sentences that could matter."""


class Sentence(NamedTuple):
    """A sentence of a document."""

    document_id: str
    start: int
    end: int
    text: str
    reading: Reading


class Rivals:
    """The sentences of a corpus by their words.

    Args:
        corpus: in which contradictions are looked for.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def nothing_contradicts(self, row: TestsetRow) -> Finding:
        """No other sentence of the corpus says the same with another number, or the opposite. Never more than a warning: which of two
        sentences is right, or whether both are, takes a reader.
        """
        found = next((rival for claim in claims_of(row.reference) for rival in self._against(claim, row)), None)
        evidence = found and Evidence(document_id=found.document_id, start=found.start, end=found.end, text=found.text[:MAX_EVIDENCE])
        return Finding(
            row_id=row.row_id,
            critic="nothing_contradicts",
            score=0.0 if found else 1.0,
            verdict="warning" if found else "passed",
            reason=f"{found.document_id} says something else: {found.text[:120]!r}" if found else "no other passage says otherwise",
            evidence=evidence,
        )

    def _against(self, claim: str, row: TestsetRow) -> Iterator[Sentence]:
        said = read(claim)
        if len(said.words) < MIN_WORDS:
            return
        for place in self._candidates(said):
            sentence = self._sentences[place]
            shared = len(said.words & sentence.reading.words) / len(said.words)
            if shared >= ALIKE and _differ(said, sentence.reading) and not _is_cited(sentence, row):
                yield sentence

    def _candidates(self, said: Reading) -> list[int]:
        rarest = sorted(said.words, key=lambda word: (len(self._places.get(word, ())), word))[:RARE]
        counts = Counter(place for word in rarest for place in self._places.get(word, ()))
        return sorted(place for place, count in counts.items() if count >= min(RARE, len(rarest)) - 1)

    @cached_property
    def _sentences(self) -> list[Sentence]:
        return [
            Sentence(document.document_id, start, end, document.text[start:end], read(document.text[start:end]))
            for document in self._corpus.documents
            for start, end in sentence_spans(document.text)
        ]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places = defaultdict(list)
        for place, sentence in enumerate(self._sentences):
            for word in sentence.reading.words:
                places[word].append(place)
        return dict(places)


def _differ(said: Reading, other: Reading) -> bool:
    """Whether a sentence about the same thing has other numbers, or negates what the claim does not."""
    numbers = bool(said.numbers and other.numbers) and not said.numbers & other.numbers
    flipped = (said.negated - other.negated) & other.words | (other.negated - said.negated) & said.words
    return numbers or bool(flipped)


def _is_cited(sentence: Sentence, row: TestsetRow) -> bool:
    return any(c.document_id == sentence.document_id and c.start <= sentence.start and sentence.end <= c.end for c in row.contexts)
