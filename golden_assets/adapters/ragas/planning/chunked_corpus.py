"""The chunks of a corpus as they are drawn from: by document, in an order that the seed decides."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from golden_assets.adapters.ragas.planning.markdown_blocks import chunk_document
from golden_assets.adapters.ragas.planning.term_extraction import place
from golden_assets.domain.core.errors import GenerationError
from golden_assets.domain.core.text import count_words, counted
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.corpus.prompt_injection import find_instruction
from golden_assets.domain.generation.allocation import derive_seed, weighted_order
from golden_assets.domain.testsets.languages import UNDETERMINED, code_of, name_of, plain_code
from golden_assets.domain.testsets.testset import RowFailure

Detect = Callable[[Sequence[str]], Sequence[str]]
"""Texts to the ISO 639 code of each, `UNDETERMINED` where it is not known."""
POOL_SIZE = 256
"""Chunks among which the second half of a multi-hop question is looked for: bounds the time, not the documents that are drawn from."""
APPRAISED = 1000
"""Chunks that a model which knows what reads well looks at beforehand: bounds the time, some 4 s."""


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
        return tuple(chunk for _, chunk in zip(range(POOL_SIZE), self.by_rank(document_ids), strict=False))

    def by_rank(self, document_ids: list[str]) -> Iterator[Chunk]:
        """The first chunk of each of these documents, then the second of each, and so on."""
        ranks = max((len(self.chunks[document_id]) for document_id in document_ids), default=0)
        for rank in range(ranks):
            for document_id in document_ids:
                yield from self.chunks[document_id][rank : rank + 1]


def shelve(corpus: Corpus, seed: int) -> Shelf:
    """Cut every document into chunks; a passage of several documents counts for the first of them."""
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


def promising(shelf: Shelf, document_ids: Collection[str], wanted: int, promise: Callable[[str], int]) -> Shelf:
    """The shelf with the chunks that a model finds something to ask about, each document's most promising ones first.

    It looks at the first chunk of every document, then at every second one, until it has as many as wanted, or at `APPRAISED`. Each of
    the documents keeps a chunk in any case.
    """
    promises: dict[Chunk, int] = {}
    for chunk in islice(shelf.by_rank(list(shelf.chunks)), APPRAISED):
        worth = promise(chunk.text)
        promises |= {chunk: worth} if worth else {}
        if len(promises) == wanted:
            break
    kept: dict[str, list[Chunk]] = {}
    for chunk in sorted(promises, key=lambda chunk: -promises[chunk]):
        kept.setdefault(chunk.document_id, []).append(chunk)
    return Shelf({name: tuple(kept.get(name, shelf.chunks[name][:1])) for name in sorted({*kept, *document_ids})}, ())


def in_language(shelf: Shelf, language: str, detect: Detect) -> Shelf:
    """The shelf without the passages of documents in another language; how many there are of each language is among the failures.

    A passage goes when it and most of its document are known to be in another language, so that a list of names in an English manual stays.

    Raises:
        GenerationError: no passage is left.
    """
    wanted = code_of(language)
    if wanted is None:
        return shelf
    foreign: Counter[str] = Counter()
    kept: dict[str, tuple[Chunk, ...]] = {}
    for document_id, chunks in shelf.chunks.items():
        codes = [plain_code(code) for code in detect([chunk.text for chunk in chunks])]
        most = Counter(codes).most_common(1)[0][0]
        stays = [code in (wanted, UNDETERMINED) or most in (wanted, UNDETERMINED) for code in codes]
        foreign.update(code for code, is_kept in zip(codes, stays, strict=True) if not is_kept)
        if any(stays):
            kept[document_id] = tuple(chunk for chunk, is_kept in zip(chunks, stays, strict=True) if is_kept)
    if shelf.chunks and not kept:
        raise _in_other_languages(foreign, language)
    return Shelf(kept, (*shelf.failures, *(_left_out(code, count, language) for code, count in foreign.most_common())))


def _in_other_languages(foreign: Counter[str], language: str) -> GenerationError:
    shares = ", ".join(f"{count / foreign.total():.0%} {name_of(code)}" for code, count in foreign.most_common(3))
    most = name_of(foreign.most_common(1)[0][0]).lower()
    return GenerationError(
        f"no passage of the documents is in {language.capitalize()}, which questions are to be asked in ({shares})",
        f"set the language to {most} and configure a language model, for the embedded one writes English only",
    )


def _left_out(code: str, count: int, language: str) -> RowFailure:
    return RowFailure(
        subject=f"passages in {name_of(code)}",
        reason=f"{counted(count, 'passage')} left out, for questions are asked in {language.capitalize()}",
        remedy=f"keep a testset of its own for them, with language: {name_of(code).lower()} and a language model",
    )


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
            reason="all of its passages are in other documents too",
            remedy="leave one of the copies out of the source",
        )
    return RowFailure(
        subject=document.document_id,
        reason=f"it holds no passage of prose ({counted(document.word_count, 'word')} in all)",
        remedy="questions are asked about sentences, not about code, tables or lists of links; leave the document out or add some",
    )
