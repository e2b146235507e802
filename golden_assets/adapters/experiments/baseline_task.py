"""The task that ships: BM25 over the passages of the documents, and the sentence in them that is nearest to the question as the answer.

It needs no key and no network. It is a baseline and a check that the way through works, not a RAG to be proud of.
"""

import asyncio
from typing import Any

from golden_assets.adapters.extractive.grammar.prose import headed_sentences
from golden_assets.adapters.ragas.planning.markdown_blocks import chunk_document
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.experiments.experiment import BASELINE_TASK, Retrieved, TaskAnswer
from golden_assets.domain.testsets.testset import TestsetRow

PASSAGES = 5
"""Passages retrieved for a question."""
VERSION = "1"
"""To be raised when the same question could be answered otherwise."""


class BaselineTask:
    """Answers from one corpus.

    Args:
        corpus: the documents; indexing them takes about a second for a million words.

    Raises:
        ExperimentError: they hold no prose.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.name = BASELINE_TASK
        self.fingerprint = sha256_json([VERSION, PASSAGES, corpus.corpus_hash])
        self._passages = [chunk for document in corpus.documents for chunk in chunk_document(document)]
        sentences = [[sentence for _, sentence in headed_sentences(chunk.text)] for chunk in self._passages]
        if not any(sentences):
            raise ExperimentError("the documents hold no prose to answer from", "name another task")
        self._sentences = [(position, sentence) for position, listed in enumerate(sentences) for sentence in listed]
        self._passage_index = _index([chunk.text for chunk in self._passages])
        self._sentence_index = _index([sentence for _, sentence in self._sentences])

    async def answer(self, row: TestsetRow) -> TaskAnswer:
        """The best sentence of the best passages; an empty answer when no document has a word of the question."""
        return await asyncio.to_thread(self._answer, row.user_input)

    def _answer(self, question: str) -> TaskAnswer:
        words = _words([question])[0]
        scores = self._passage_index.get_scores(words) if words else []
        best = [p for p in sorted(range(len(scores)), key=lambda p: (-scores[p], p))[:PASSAGES] if scores[p] > 0]
        retrieved = tuple(Retrieved(text=self._passages[p].text, document_id=self._passages[p].document_id) for p in best)
        if not best:
            return TaskAnswer(answer="", retrieved=())
        weights, within = self._sentence_index.get_scores(words), set(best)
        chosen = max((i for i, (p, _) in enumerate(self._sentences) if p in within), key=lambda i: (weights[i], -i), default=None)
        return TaskAnswer(answer="" if chosen is None else self._sentences[chosen][1], retrieved=retrieved)


def _index(texts: list[str]) -> Any:
    """A BM25 index with the library's usual parameters (Lucene's variant, k1 1.5, b 0.75)."""
    import bm25s

    index = bm25s.BM25()
    index.index(_words(texts), show_progress=False)
    return index


def _words(texts: list[str]) -> list[list[str]]:
    """Words in lower case, without English stop words."""
    import bm25s

    words: list[list[str]] = bm25s.tokenize(texts, stopwords="en", return_ids=False, show_progress=False)
    return words
