"""Filling slots: many at a time, settled one after the other.

Each slot has candidates of its own that no other slot starts with, so slots write at the same time; but a slot is settled only when all
before it are, and against their rows alone. What a slot ends with therefore depends on the seed, the corpus and the model's answers, and
not on who was faster.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence, Set
from contextlib import aclosing
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from golden_assets.adapters.models.call_notes import noting_calls
from golden_assets.adapters.ragas.book import Book, Draft
from golden_assets.adapters.ragas.extraction import place
from golden_assets.adapters.ragas.fitting import write_fitting
from golden_assets.adapters.ragas.journal import Journal
from golden_assets.adapters.ragas.personas import PersonaFields
from golden_assets.adapters.ragas.prospects import RELATIONS, Prospect, Prospector, Relation
from golden_assets.adapters.ragas.scrutiny import Scrutiny
from golden_assets.domain.allocation import Slot
from golden_assets.domain.chunks import Chunk
from golden_assets.domain.errors import ModelError, UnanswerableError
from golden_assets.domain.testsets import QuestionType, TestsetRow

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.toolkit import Toolkit

LENGTHS = ("SHORT", "MEDIUM", "LONG")
"""Names of RAGAS's query lengths; each slot asks for one."""
MAX_RANK = 10
"""Prospects of one chunk that are tried: RAGAS asks for ten entities."""
TRIES: Mapping[Relation, tuple[int, int]] = {"alone": (24, 60), "overlap": (6, 18), "resemblance": (6, 18)}
"""Candidates that a slot tries by itself, and what it tries of those that the slots before it left, all documents included. Fewer where
each new chunk may cost several extractions.
"""
MAX_ERRORS = 5
"""Failed model calls and rejected rows after which a slot does not try the rest of its own candidates, or of what other slots left."""

Key = tuple[str, ...]


class Candidate(NamedTuple):
    """The prospect number ``rank`` of a chunk, which need not exist."""

    chunk: Chunk
    rank: int


class Effort:
    """What one slot has tried, and whether it may go on."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()
        self.errors = 0
        self._left = 0

    @property
    def is_over(self) -> bool:
        """Whether the granted tries are used up, or too many model calls failed."""
        return self._left <= 0 or self.errors >= MAX_ERRORS

    def grant(self, tries: int) -> None:
        """Allow so many candidates, and `MAX_ERRORS` failed calls, from now on."""
        self._left = tries
        self.errors = 0

    def spend(self, key: Key) -> None:
        """Something was tried."""
        self._left -= 1
        self.keys.add(key)


class Aim(NamedTuple):
    """What kind of row is tried."""

    question_type: QuestionType
    relation: Relation

    def key(self, candidate: Candidate) -> Key:
        """Names a candidate in `Book.is_spent`."""
        return (*self, candidate.chunk.chunk_hash, str(candidate.rank))

    def barren_key(self, candidate: Candidate) -> Key:
        """Names a chunk without prospects in `Book.is_spent`."""
        return (*self, candidate.chunk.chunk_hash)


class Filling:
    """Fills the slots of one run.

    Args:
        toolkit: writes questions.
        prospector: knows what can be asked.
        chunks: document id to its chunks, documents in drawing order.
        slots: to be filled, in the order of their numbers, which may have gaps.
        kept: rows that are there already.
        personas: that slots refer to by number.
        journal: learns of failures.
        settled: called after each settled slot, with its number of rows so far.
        scrutiny: says which drafts are accepted at all; a rejected one counts like a failed call.
    """

    def __init__(
        self,
        toolkit: "Toolkit",
        prospector: Prospector,
        chunks: dict[str, tuple[Chunk, ...]],
        slots: Sequence[Slot],
        kept: Sequence[TestsetRow],
        personas: Sequence[PersonaFields],
        journal: Journal,
        settled: Callable[[int], None],
        scrutiny: Scrutiny,
    ) -> None:
        self.scrutiny = scrutiny
        self.book = Book()
        self.book.keep(kept)
        self._toolkit = toolkit
        self._prospector = prospector
        self._chunks = chunks
        self._personas = personas
        self._journal = journal
        self._on_settled = settled
        self._types = [name for name, _ in Counter(slot.question_type for slot in slots).most_common()]
        drawn = {slot.document_id for slot in slots}
        spares = [document_id for document_id in chunks if document_id not in drawn]
        self._spares = sorted(spares, key=self.book.rows_of)
        self._turns = {slot.number: turn for turn, slot in enumerate(slots)}
        self._settled = 0
        self._waiting: dict[int, tuple[asyncio.Event, Key]] = {}

    async def fill(self, slot: Slot) -> None:
        """Write the slot's row, or settle without one when its tries are used up. Raises what `Journal.failed` raises."""
        effort = Effort()
        async with aclosing(self._drafts(slot, effort)) as drafts:
            async for draft in drafts:
                if _says_something(draft) and not await self.scrutiny.passes(slot, draft):
                    effort.errors += 1
                elif await self._is_accepted(slot, draft):
                    break
        self.book.spend(effort.keys)
        self._settled += 1
        if self._settled in self._waiting:
            self._waiting[self._settled][0].set()
        self._on_settled(len(self.book.drafts))

    async def _is_accepted(self, slot: Slot, draft: Draft) -> bool:
        """Enter the draft in the book when the slot's turn comes; refuse it as soon as it is known that it will be refused then."""
        while not self.book.refuses(draft):
            if self._settled == self._turns[slot.number]:
                self.book.accept(slot.number, draft)
                for event, key in self._waiting.values():
                    if key == draft.key:
                        event.set()
                return True
            await self._wait(slot, draft.key)
        return False

    async def _wait(self, slot: Slot, key: Key = ()) -> None:
        """Wait for the slot's turn, or for a row with this key."""
        turn = self._turns[slot.number]
        if self._settled < turn:
            self._waiting[turn] = asyncio.Event(), key
            await self._waiting[turn][0].wait()
            del self._waiting[turn]

    async def _drafts(self, slot: Slot, effort: Effort) -> AsyncGenerator[Draft, None]:
        """Drafts of the slot's own candidates; then, when all slots before it are settled, of what they left."""
        aim = Aim(slot.question_type, RELATIONS[slot.question_type][0])
        effort.grant(TRIES[aim.relation][0])
        async for draft in self._write_all(slot, aim, self._own(slot), effort, own=True):
            yield draft
        shared = (candidate for candidate in self._own(slot) if aim.key(candidate) not in effort.keys)
        async for draft in self._write_all(slot, aim, shared, effort):
            yield draft
        await self._wait(slot)
        stay = effort.errors < MAX_ERRORS
        types = dict.fromkeys([slot.question_type, *self._types])
        for aim in (Aim(question_type, relation) for question_type in types for relation in RELATIONS[question_type]):
            effort.grant(TRIES[aim.relation][1])
            async for draft in self._write_all(slot, aim, self._left_over(slot, aim, effort.keys, stay=stay), effort):
                yield draft

    async def _write_all(
        self, slot: Slot, aim: Aim, candidates: Iterator[Candidate], effort: Effort, *, own: bool = False
    ) -> AsyncGenerator[Draft, None]:
        for candidate in candidates:
            if effort.is_over:
                return
            found = await self._prospector.of(candidate.chunk, *aim)
            if candidate.rank < (found.own if own else len(found.items)):
                effort.spend(aim.key(candidate))
                draft = await self._write(slot, aim.question_type, found.items[candidate.rank], effort)
                if draft is not None:
                    yield draft
            elif not found.items and candidate.rank == 0:
                effort.spend(aim.barren_key(candidate))
                effort.errors += found.failed

    async def _write(self, slot: Slot, question_type: QuestionType, prospect: Prospect, effort: Effort) -> Draft | None:
        length = LENGTHS[slot.number // len(self._personas) % len(LENGTHS)]
        try:
            with noting_calls() as calls:
                prospect, sample = await write_fitting(self._toolkit, prospect, question_type, self._personas[slot.persona], length)
        except UnanswerableError:
            self._journal.declined()
            return None
        except ModelError as error:
            effort.errors += 1
            self._journal.failed(f"{question_type} on {prospect.terms[0]!r} in {place(prospect.chunks[0])}", error)
            return None
        self._journal.answered()
        return Draft(prospect, question_type, sample.question, sample.answer, length, tuple(dict.fromkeys((*prospect.call_ids, *calls))))

    def _own(self, slot: Slot) -> Iterator[Candidate]:
        """Every n-th candidate of the slot's document, n slots sharing it; then those of spare documents that are this slot's alone."""
        number, sharers = slot.share
        for index, candidate in enumerate(self._candidates(slot.document_id)):
            if index % sharers == number:
                yield candidate
        for document_id in self._spares[self._turns[slot.number] :: len(self._turns)]:
            yield from self._candidates(document_id)

    def _left_over(self, slot: Slot, aim: Aim, tried: Set[Key], *, stay: bool) -> Iterator[Candidate]:
        """What neither this slot nor one before it has tried: of its document, if it is to stay there, then of all documents in turn,
        those with the fewest rows first.
        """
        walks = [self._candidates(document_id) for document_id in sorted(self._chunks, key=self.book.rows_of)]
        in_turn = (candidate for turn in zip_longest(*walks) for candidate in turn if candidate is not None)
        for candidate in chain(self._candidates(slot.document_id) if stay else (), in_turn):
            keys = {aim.key(candidate), aim.barren_key(candidate)}
            if keys.isdisjoint(tried) and not any(map(self.book.is_spent, keys)):
                yield candidate

    def _candidates(self, document_id: str) -> Iterator[Candidate]:
        """The first prospect of each chunk, then the second of each, and so on."""
        for rank in range(MAX_RANK):
            for chunk in self._chunks[document_id]:
                yield Candidate(chunk, rank)


def _says_something(draft: Draft) -> bool:
    """Whether there is a question and an answer to judge; the book refuses the others."""
    return bool(draft.question.strip() and draft.answer.strip())
