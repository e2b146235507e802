"""The chunks of a corpus as they are drawn from: by document, in an order that the seed decides."""

from collections.abc import Iterator
from typing import NamedTuple

from golden_assets.adapters.ragas.extraction import place
from golden_assets.adapters.ragas.markdown import chunk_document
from golden_assets.domain.allocation import derive_seed, weighted_order
from golden_assets.domain.chunks import Chunk
from golden_assets.domain.documents import Corpus, Document
from golden_assets.domain.instructions import find_instruction
from golden_assets.domain.plurals import counted
from golden_assets.domain.testsets import RowFailure
from golden_assets.domain.words import count_words

POOL_SIZE = 256
"""Chunks among which the second half of a multi-hop question is looked for: bounds the time, not the documents that are drawn from."""


class Shelf(NamedTuple):
    """``chunks``: document id to its chunks in drawing order, longer ones likely first; documents without any, and passages that no
    model is shown (see `instructions`), are in ``failures``.
    """

    chunks: dict[str, tuple[Chunk, ...]]
    failures: tuple[RowFailure, ...]

    @property
    def weights(self) -> dict[str, float]:
        """Document id to the words that questions can be asked about."""
        return {document_id: float(sum(count_words(chunk.text) for chunk in chunks)) for document_id, chunks in self.chunks.items()}

    def pool(self, document_ids: list[str]) -> tuple[Chunk, ...]:
        """At most `POOL_SIZE` chunks of these documents: the first of each, then the second of each, and so on."""
        return tuple(chunk for _, chunk in zip(range(POOL_SIZE), self._by_rank(document_ids), strict=False))

    def _by_rank(self, document_ids: list[str]) -> Iterator[Chunk]:
        ranks = max((len(self.chunks[document_id]) for document_id in document_ids), default=0)
        for rank in range(ranks):
            for document_id in document_ids:
                yield from self.chunks[document_id][rank : rank + 1]


def shelve(corpus: Corpus, seed: int) -> Shelf:
    """Cut every document into chunks; a passage that stands in several documents counts for the first of them."""
    chunks: dict[str, tuple[Chunk, ...]] = {}
    failures: list[RowFailure] = []
    taken: set[str] = set()
    for document in sorted(corpus.documents, key=lambda document: document.document_id):
        cut = chunk_document(document)
        phrases = {chunk: find_instruction(chunk.text) for chunk in cut}
        found = [chunk for chunk, phrase in phrases.items() if phrase is None]
        failures += [_not_shown(chunk, phrase) for chunk, phrase in phrases.items() if phrase is not None]
        fresh = {chunk.chunk_hash: chunk for chunk in found if chunk.chunk_hash not in taken}
        taken.update(fresh)
        if fresh:
            weights = {chunk_hash: float(count_words(chunk.text)) for chunk_hash, chunk in fresh.items()}
            order = weighted_order(weights, derive_seed(seed, document.document_id))
            chunks[document.document_id] = tuple(fresh[chunk_hash] for chunk_hash in order)
        else:
            failures += [_nothing_to_ask(document, repeated=bool(found))] if found or not cut else []
    return Shelf(chunks, tuple(failures))


def _not_shown(chunk: Chunk, phrase: str) -> RowFailure:
    return RowFailure(
        subject=place(chunk),
        reason=f"this passage speaks to a language model ({phrase!r}), so none is shown it",
        remedy="nothing needs to be done; if the document is about such phrases, no question is asked about this passage",
    )


def _nothing_to_ask(document: Document, *, repeated: bool) -> RowFailure:
    if repeated:
        return RowFailure(
            subject=document.document_id,
            reason="all of its passages stand in other documents too",
            remedy="leave one of the copies out of the source",
        )
    return RowFailure(
        subject=document.document_id,
        reason=f"it holds no passage of prose ({counted(document.word_count, 'word')} in all)",
        remedy="questions are asked about sentences, not about code, tables or lists of links; leave the document out or add some",
    )
