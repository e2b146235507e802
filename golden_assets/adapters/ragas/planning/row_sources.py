"""What a row can be written from: a chunk and a term, or two chunks and what joins them."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence, Set
from contextlib import aclosing
from typing import TYPE_CHECKING, Literal, NamedTuple

from golden_assets.adapters.ragas.client.shared_tasks import SharedTasks, Spawn
from golden_assets.adapters.ragas.planning.embedding_neighbours import NEAREST, Neighbours
from golden_assets.adapters.ragas.planning.sampling import THEMATIC, SamplingFrame
from golden_assets.adapters.ragas.planning.term_extraction import TermExtraction, Terms, place
from golden_assets.adapters.ragas.planning.term_index import TermIndex
from golden_assets.adapters.ragas.writing.failure_log import FailureLog
from golden_assets.domain.core.errors import ModelError
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.testsets.testset import QuestionType

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import RagasClient

Relation = Literal["alone", "overlap", "resemblance"]
RELATIONS: Mapping[QuestionType, tuple[Relation, ...]] = {
    "single_hop_specific": ("alone",),
    "multi_hop_specific": ("overlap", "resemblance"),
    "multi_hop_abstract": ("resemblance",),
}
"""What may join the chunks of a question of each type; the second is for what the first leaves open."""
PARTNERS = 4
"""Chunks that are looked at for the second half of a multi-hop question: each costs one extraction unless it is known already."""
FREE_PARTNERS = 12
"""The same where an extraction costs nothing and few pairs have something to ask in common."""
MAX_PAIRS = 10
"""Pairs of terms that are tried for a chunk and those that resemble it."""


class RowSource(NamedTuple):
    """Chunks and terms that a question may be written from, and the calls that found them; the first chunk is the one that was drawn."""

    chunks: tuple[Chunk, ...]
    terms: tuple[str, ...]
    call_ids: tuple[str, ...] = ()


class RowSources(NamedTuple):
    """The row sources of a chunk, best first; ``failed`` when the model could not be asked for them.

    The first ``own`` of them are this chunk's own; with the others a slot that starts with their second chunk may begin.
    """

    items: tuple[RowSource, ...]
    own: int = 0
    failed: bool = False


class RowSourceFinder:
    """Finds row sources, asking the model as little as possible.

    A second chunk that overlaps with the first names one of its entities, preferably in another document: a text search proposes
    `PARTNERS`, and RAGAS's overlap builder decides on the entities of both. One that resembles it is among the nearest by embedding.

    Args:
        sampling_frame: where partners are looked for; in a frugal run one after the other until one fits, not all at once to choose from.
        is_choosy: whether extractions cost nothing and few pairs have something to ask in common, so that more partners are looked at.
    """

    def __init__(
        self,
        client: "RagasClient",
        neighbours: Neighbours,
        sampling_frame: SamplingFrame,
        failure_log: FailureLog,
        spawn: Spawn,
        *,
        is_choosy: bool = False,
    ) -> None:
        self._sampling_frame = sampling_frame
        self._pool = sampling_frame.pool
        self._mentioned, self._near = (FREE_PARTNERS, FREE_PARTNERS) if is_choosy else (PARTNERS, NEAREST)
        self._at_once = 1 if sampling_frame.frugal and not is_choosy else max(self._mentioned, self._near)
        self._client = client
        self._neighbours = neighbours
        self._failure_log = failure_log
        self._entities = TermExtraction(client.entities, grounded=True, failure_log=failure_log, spawn=spawn)
        self._themes = TermExtraction(client.themes, grounded=False, failure_log=failure_log, spawn=spawn)
        self._memo: SharedTasks[RowSources] = SharedTasks(spawn)
        self._words = TermIndex(sampling_frame.pool)

    async def of(self, chunk: Chunk, question_type: QuestionType, relation: Relation) -> RowSources:
        """What can be asked about this chunk, by itself or with others."""
        return await self._memo.get((chunk.chunk_hash, question_type, relation), lambda: self._find(chunk, question_type, relation))

    async def _find(self, chunk: Chunk, question_type: QuestionType, relation: Relation) -> RowSources:
        extraction = self._themes if question_type == THEMATIC else self._entities
        own = await extraction.of(chunk)
        if not own.terms:
            return RowSources((), failed=own.failed)
        if relation == "alone":
            items = tuple(RowSource((chunk,), (term,), own.call_ids) for term in sorted(own.terms, key=self._words.is_commonplace))
            return RowSources(items, own=len(items))
        starts = self._sampling_frame.starts.get(question_type, frozenset())
        try:
            pairs = await self._pairs(chunk, own, relation, extraction, starts)
        except ModelError as error:
            self._failure_log.failed(place(chunk), error)
            return RowSources((), failed=True)
        return _own_first(pairs, starts)

    async def _pairs(self, chunk: Chunk, own: Terms, relation: Relation, extraction: TermExtraction, starts: Set[str]) -> list[RowSource]:
        """Pairs with the first partners, up to those that yield one of this chunk's own. Raises `ModelError` when the embedder fails."""
        found: list[RowSource] = []
        async with aclosing(self._partners(chunk, own, relation)) as groups:
            async for some, calls in groups:
                mine = own._replace(call_ids=(*own.call_ids, *calls))
                overlapping = relation == "overlap"
                pairs = await (self._overlapping(chunk, mine, some) if overlapping else self._resembling(chunk, mine, some, extraction))
                found += pairs
                if any(_is_own(pair, starts) for pair in pairs):
                    break
        return found

    async def _partners(
        self, chunk: Chunk, own: Terms, relation: Relation
    ) -> AsyncGenerator[tuple[Sequence[Chunk], tuple[str, ...]], None]:
        """Chunks that may go with this one, in groups that are looked at together, and the calls that found them."""
        if relation == "overlap":
            partners, calls = self._mentioning(chunk, own.terms), tuple[str, ...]()
        else:
            if chunk.chunk_hash in self._sampling_frame.joined:
                yield self._sampling_frame.joined[chunk.chunk_hash], ()
            partners = await self._neighbours.of(chunk, self._near)
            calls = self._neighbours.calls_for(chunk)
        for start in range(0, len(partners), self._at_once):
            yield partners[start : start + self._at_once], calls

    async def _overlapping(self, chunk: Chunk, own: Terms, partners: Sequence[Chunk]) -> list[RowSource]:
        """Pairs that share an entity; entities that are merely spelt nearly alike count only where no two are the same."""
        known = await asyncio.gather(*(self._entities.of(partner) for partner in partners))
        everything = dict(zip([chunk, *partners], [own, *known], strict=True))
        telling = {one: [term for term in found.terms if not self._words.is_commonplace(term)] for one, found in everything.items()}
        overlaps = await self._client.overlaps(chunk, telling)
        calls = {one: found.call_ids for one, found in everything.items()}
        pairs = [
            RowSource((chunk, overlap.chunk), _once(overlap.spellings), (*own.call_ids, *calls[overlap.chunk])) for overlap in overlaps
        ]
        return [pair for pair in pairs if len(pair.terms) == 1] or pairs

    def _mentioning(self, chunk: Chunk, terms: Sequence[str]) -> list[Chunk]:
        """Chunks that spell out these terms: of other documents first, then those whose entities are asked for anyway, then those that
        spell out most; among equals not the same ones for every chunk.
        """
        turn = int(chunk.chunk_hash[:8], 16)
        counts: dict[int, int] = {}
        for term in terms:
            for index in () if self._words.is_commonplace(term) else self._words.mentioned_by(term):
                counts[index] = counts.get(index, 0) + 1
        others = [index for index in counts if self._pool[index].chunk_hash != chunk.chunk_hash]

        def _rank(index: int) -> tuple[bool, bool, int, int]:
            is_same_document = self._pool[index].document_id == chunk.document_id
            return (
                is_same_document,
                self._pool[index].chunk_hash not in self._sampling_frame.named,
                -counts[index],
                (index + turn) % len(self._pool),
            )

        return [self._pool[index] for index in sorted(others, key=_rank)[: self._mentioned]]

    async def _resembling(self, chunk: Chunk, own: Terms, partners: Sequence[Chunk], extraction: TermExtraction) -> list[RowSource]:
        """Pairs of near chunks, with a term of each: those first that are spoken of in like words, and no term again before all were."""
        known = await asyncio.gather(*(extraction.of(partner) for partner in partners))
        joined = [
            (term, partner, other, theirs.call_ids)
            for term in self._words.telling(own.terms)
            for partner, theirs in zip(partners, known, strict=True)
            for other in self._words.telling(theirs.terms)
        ]
        joined.sort(key=lambda one: -self._words.nearness(chunk, *one[:3]))
        uses = Counter[str]()
        ranked = []
        for term, partner, other, calls in joined:
            ranked.append((uses[term], RowSource((chunk, partner), _once((term, other)), (*own.call_ids, *calls))))
            uses[term] += 1
        return [row_source for _, row_source in sorted(ranked, key=lambda one: one[0])[:MAX_PAIRS]]


def _once(terms: tuple[str, str]) -> tuple[str, ...]:
    """Both terms, or one when they differ in case only."""
    return terms[:1] if terms[0].casefold() == terms[1].casefold() else terms


def _own_first(pairs: Sequence[RowSource], starts: Set[str]) -> RowSources:
    """Each pair once, those first that are this chunk's own: slots that start with either of two chunks do not start with the same pair."""
    items = sorted(dict.fromkeys(pairs), key=lambda pair: not _is_own(pair, starts))
    return RowSources(tuple(items), own=sum(_is_own(pair, starts) for pair in items))


def _is_own(pair: RowSource, starts: Set[str]) -> bool:
    """Whether a pair is its first chunk's: one of two chunks that slots start with is that of one of them, as likely of either."""
    chunk, partner = (chunk.chunk_hash for chunk in pair.chunks)
    if not {chunk, partner} <= starts:
        return True
    return (chunk < partner) == (int(chunk[-1], 16) + int(partner[-1], 16)) % 2
