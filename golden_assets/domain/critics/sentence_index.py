"""The sentences of a corpus by their words: where else is something said?"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Set
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from golden_assets.domain.core.text import quoted
from golden_assets.domain.core.text_features import Reading, read, sentence_spans
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.findings import MAX_EVIDENCE, Evidence, Finding
from golden_assets.domain.testsets.testset import TestsetRow

RARE = 4
"""The rarest words of a text, of which a candidate must have all but one: bounds the comparisons to sentences that could matter."""


class Sentence(NamedTuple):
    """A sentence of a document, or two in a row: ``document.text[start:end]``."""

    document_id: str
    start: int
    end: int
    text: str
    reading: Reading

    @property
    def evidence(self) -> Evidence:
        """The sentence as what a finding goes by."""
        return Evidence(document_id=self.document_id, start=self.start, end=self.end, text=self.text[:MAX_EVIDENCE])

    def is_cited(self, row: TestsetRow) -> bool:
        """Whether it stands inside a passage that the row cites."""
        return any(c.document_id == self.document_id and c.start <= self.start and self.end <= c.end for c in row.contexts)


def warn_of(found: Sentence | None, row: TestsetRow, critic: str, says: str) -> Finding:
    """A warning of the sentence that was found to speak against the row, in which it ``says`` so; a pass where there is none."""
    return Finding(
        row_id=row.row_id,
        critic=critic,
        score=0.0 if found else 1.0,
        verdict="warning" if found else "passed",
        reason=f"{found.document_id} {says}: {quoted(found.text[:120])}" if found else f"no other passage {says}",
        evidence=found and found.evidence,
    )


class SentenceIndex:
    """The sentences of a corpus; it is read when that is first needed.

    Args:
        corpus: whose sentences they are.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    @cached_property
    def sentences(self) -> list[Sentence]:
        """All sentences, document by document."""
        return [_sentence(document, start, end) for document in self._corpus.documents for start, end in sentence_spans(document.text)]

    def frequency(self, word: str) -> int:
        """In how many sentences a word (as a stem) stands."""
        return len(self._positions.get(word, ()))

    def near(self, words: Set[str]) -> Iterator[int]:
        """Positions of the sentences that have all but one of the `RARE` rarest of these words, in order."""
        by_frequency = sorted((len(self._positions.get(word, ())), word) for word in words)
        rarest = [word for _, word in by_frequency[:RARE]]
        counts = Counter(chain.from_iterable(self._positions.get(word, ()) for word in rarest))
        enough = len(rarest) - 1
        return iter(sorted(position for position, count in counts.items() if count >= enough))

    def places(self, position: int, fits: Callable[[frozenset[str]], bool]) -> Iterator[Sentence]:
        """A sentence, and it with the one after it in its document, each where its words fit."""
        first, *after = self.sentences[position : position + 2]
        following = [other for other in after if other.document_id == first.document_id]
        if not fits(first.reading.words.union(*(other.reading.words for other in following))):
            return
        if fits(first.reading.words):
            yield first
        for other in following:
            yield _sentence(self._corpus.by_id[first.document_id], first.start, other.end)

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        positions = defaultdict(list)
        for position, sentence in enumerate(self.sentences):
            for word in sentence.reading.words:
                positions[word].append(position)
        return dict(positions)


def _sentence(document: Document, start: int, end: int) -> Sentence:
    return Sentence(document.document_id, start, end, document.text[start:end], read(document.text[start:end]))
