"""Which chunks spell out which words, and how near two things are by the words that are used of them. No model is asked."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from golden_assets.domain.core.text_features import sentence_spans
from golden_assets.domain.corpus.chunking import Chunk

COMMONPLACE_SHARE = 0.5
"""A term in more than this share of the chunks (the product's own name) joins everything, and therefore nothing."""
COMMONPLACE_POOL = 8
"""With fewer chunks than this, no share says anything."""
_WORD = re.compile(r"\w+")


class TermIndex:
    """The words of a pool of chunks.

    Args:
        pool: the chunks; a number below is a position among them.
    """

    def __init__(self, pool: Sequence[Chunk]) -> None:
        self._folded = [chunk.text.casefold() for chunk in pool]
        self._mentions: dict[str, frozenset[int]] = {}
        self._spoken: dict[tuple[str, str], frozenset[str]] = {}

    def mentioned_by(self, term: str) -> frozenset[int]:
        """Numbers of the chunks that spell out the term as a word of its own."""
        folded = term.casefold()
        if folded not in self._mentions:
            word = re.compile(rf"(?<![a-z0-9]){re.escape(folded)}(?![a-z0-9])")
            self._mentions[folded] = frozenset(index for index, text in enumerate(self._folded) if folded in text and word.search(text))
        return self._mentions[folded]

    def is_commonplace(self, term: str) -> bool:
        """Whether so many chunks spell it out that it tells none of them from the others."""
        return len(self._folded) >= COMMONPLACE_POOL and len(self.mentioned_by(term)) > COMMONPLACE_SHARE * len(self._folded)

    def telling(self, terms: Sequence[str]) -> list[str]:
        """The terms that are not commonplace, or all of them when every one is."""
        return [term for term in terms if not self.is_commonplace(term)] or list(terms)

    def nearness(self, first: Chunk, term: str, second: Chunk, other: str) -> float:
        """How alike the sentences are that name a term in each of two chunks: the cosine of their words, rare ones counting most, 0 to 1.

        Words are weighted by inverse document frequency (Sparck Jones, 1972), a chunk being a document. 0 where a chunk does not name its
        term, as themes need not be named.
        """
        mine, theirs = self._words_with(first, term), self._words_with(second, other)
        lengths = math.sqrt(self._weight(mine) * self._weight(theirs))
        return self._weight(mine & theirs) / lengths if lengths else 0.0

    def _words_with(self, chunk: Chunk, term: str) -> frozenset[str]:
        """The words of the chunk's sentences that name the term."""
        key = chunk.chunk_hash, term.casefold()
        if key not in self._spoken:
            sentences = (chunk.text[start:end].casefold() for start, end in sentence_spans(chunk.text))
            self._spoken[key] = frozenset(word for sentence in sentences if key[1] in sentence for word in _WORD.findall(sentence))
        return self._spoken[key]

    def _weight(self, words: frozenset[str]) -> float:
        return math.fsum(math.log(1 + len(self._folded) / (self._chunks_with[word] or 1)) ** 2 for word in words)

    @cached_property
    def _chunks_with(self) -> Counter[str]:
        return Counter(word for text in self._folded for word in set(_WORD.findall(text)))
