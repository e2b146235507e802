"""From which chunks a run draws its rows, and among which it looks for the second halves of multi-hop questions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from golden_assets.adapters.ragas.planning.chunked_corpus import POOL_SIZE, Shelf
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.generation.allocation import Slot, document_order
from golden_assets.domain.generation.regeneration import Plan
from golden_assets.domain.testsets.testset import Context, QuestionType, TestsetRow

MIN_NEIGHBOURS = 16
"""Chunks that resembling ones are looked for among: the first of each document, or more when the documents are few."""
SAME_PASSAGE = 80.0
"""`rapidfuzz.fuzz.ratio` from which what replaced a passage is taken to resemble what the passage resembled, 0 to 100."""
THEMATIC: QuestionType = "multi_hop_abstract"
"""The type that is asked about themes; the others are asked about entities."""


class Drawing(NamedTuple):
    """What one run draws from.

    ``chunks``: document id to its chunks, in drawing order. ``starts``: question type to the hashes of the chunks that its slots start
    with. ``pool``: where chunks that share an entity are looked for; ``named``: hashes of those whose entities are asked for anyway, or
    were asked for before. ``near``: where resembling ones are looked for. ``joined``: hash of a chunk to those that resembled the passage
    which it replaced, so that nothing need be embedded. ``frugal``: the run writes few rows beside many that stay, so that
    nothing else needs what the model would be asked about a second half.
    """

    chunks: Mapping[str, Sequence[Chunk]]
    starts: Mapping[QuestionType, frozenset[str]]
    pool: Sequence[Chunk]
    named: frozenset[str]
    near: Sequence[Chunk]
    frugal: bool
    joined: Mapping[str, Sequence[Chunk]] = {}


def draw(shelf: Shelf, plan: Plan, barred: Iterable[TestsetRow], seed: int) -> Drawing:
    """What the slots of a plan are filled from, none of the ``barred`` rows again.

    In a frugal run second halves are looked for first among what rows of the earlier testset cite, for the ledger answers for these; then
    among what replaced their stale passages.
    """
    slots, kept = plan.slots, tuple(plan.kept.values())
    chunks = drawing_order(shelf, seed, (*kept, *barred), plan.stale)
    starts = first_chunks(chunks, slots)
    documents = list(dict.fromkeys([*(slot.document_id for slot in slots), *chunks]))[: len(slots) + len(kept)]
    pool, neighbours = shelf.pool(documents), max(MIN_NEIGHBOURS, min(len(slots), len(documents)))
    if len(slots) >= len(kept):
        first = pool[: len({chunk.document_id for chunk in pool})]
        return Drawing(chunks, starts, pool, _hashes(first), pool[:neighbours], frugal=False)
    known = {chunk.chunk_hash: chunk for of_document in chunks.values() for chunk in of_document}
    entities, themes = (
        [known[name] for name in _cited((*plan.stale, *kept), starts, by_theme=one) if name in known] for one in (False, True)
    )
    renewed = _successors((context for row in plan.stale for context in row.contexts), shelf)
    wide, near = (list(dict.fromkeys([*named, *renewed, *pool])) for named in (entities, themes))
    return Drawing(
        chunks, starts, wide[:POOL_SIZE], _hashes(entities), near[:neighbours], frugal=True, joined=_joined(plan.stale, shelf, known)
    )


def drawing_order(shelf: Shelf, seed: int, known: Iterable[TestsetRow], stale: Iterable[TestsetRow] = ()) -> dict[str, tuple[Chunk, ...]]:
    """Document id to its chunks: those first that replaced a stale row's passage, those last that a known row cites.

    What joined the old passage to others is likely to join the new one to them. Another question on what is cited
    would likely be a repetition.
    """
    cited = {context.chunk_hash for row in known for context in row.contexts}
    renewed = _hashes(_successors((row.contexts[0] for row in stale), shelf))

    def _rank(chunk: Chunk) -> tuple[bool, bool]:
        return chunk.chunk_hash not in renewed, chunk.chunk_hash in cited

    return {document_id: tuple(sorted(shelf.chunks[document_id], key=_rank)) for document_id in document_order(shelf.weights, seed)}


def first_chunks(chunks: Mapping[str, Sequence[Chunk]], slots: Sequence[Slot]) -> dict[QuestionType, frozenset[str]]:
    """Question type to the hashes of the chunks that its slots start with."""
    starts: dict[QuestionType, set[str]] = {}
    for slot in slots:
        of_document = chunks[slot.document_id]
        starts.setdefault(slot.question_type, set()).add(of_document[slot.share[0] % len(of_document)].chunk_hash)
    return {question_type: frozenset(hashes) for question_type, hashes in starts.items()}


def _successors(passages: Iterable[Context], shelf: Shelf) -> list[Chunk]:
    """For each passage whose document is still there, the chunk of it that reads most like it."""
    return [
        max(shelf.chunks[passage.document_id], key=lambda chunk: fuzz.ratio(chunk.text, passage.text))
        for passage in passages
        if passage.document_id in shelf.chunks
    ]


def _joined(stale: Iterable[TestsetRow], shelf: Shelf, known: Mapping[str, Chunk]) -> dict[str, list[Chunk]]:
    """Hash of the chunk in place of a stale row's first passage, where little of it changed, to the other passages if they still stand."""
    joined: dict[str, list[Chunk]] = {}
    for row in (row for row in stale if row.question_type == THEMATIC):
        first, *others = row.contexts
        for chunk in _successors([first], shelf):
            partners = [known[other.chunk_hash] for other in others if other.chunk_hash in known]
            if partners and fuzz.ratio(chunk.text, first.text) >= SAME_PASSAGE:
                joined.setdefault(chunk.chunk_hash, []).extend(partners)
    return joined


def _cited(rows: Iterable[TestsetRow], starts: Mapping[QuestionType, frozenset[str]], *, by_theme: bool) -> Iterable[str]:
    """Hashes of the chunks whose themes, or else entities, are asked for anyway or were asked for these rows, each once."""
    now = sorted(name for question_type, names in starts.items() if (question_type == THEMATIC) == by_theme for name in names)
    before = (context.chunk_hash for row in rows if (row.question_type == THEMATIC) == by_theme for context in row.contexts)
    return dict.fromkeys([*now, *before])


def _hashes(chunks: Iterable[Chunk]) -> frozenset[str]:
    return frozenset(chunk.chunk_hash for chunk in chunks)
