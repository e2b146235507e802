"""Filling slots, in rounds: in each, all slots that have no row yet write at the same time.

In the first round each slot tries candidates of its own, which no other slot starts with. What they leave is dealt out, round by round,
among those that got no row. What a slot is offered depends on the rounds before it alone, and `Line` settles who gets what: so the rows
depend on the seed, the corpus and the model's answers, and not on who was faster.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from golden_assets.adapters.models.call_tracking import noting_calls
from golden_assets.adapters.ragas.client.shared_tasks import Spawn
from golden_assets.adapters.ragas.filtering.accepted_rows import Book, Draft
from golden_assets.adapters.ragas.filtering.critic_filter import Scrutiny
from golden_assets.adapters.ragas.planning.candidate_order import Effort, Offer, Walks
from golden_assets.adapters.ragas.planning.personas import PersonaFields
from golden_assets.adapters.ragas.planning.row_sources import Prospect, Prospector
from golden_assets.adapters.ragas.planning.term_extraction import place
from golden_assets.adapters.ragas.writing.context_fitting import write_fitting
from golden_assets.adapters.ragas.writing.failure_log import Journal
from golden_assets.adapters.ragas.writing.ordered_settlement import Line
from golden_assets.domain.core.errors import ModelError, UnanswerableError
from golden_assets.domain.generation.allocation import Slot
from golden_assets.domain.testsets.testset import QuestionType

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import Toolkit

LENGTHS = ("SHORT", "MEDIUM", "LONG")
"""Names of RAGAS's query lengths; each slot asks for one."""


class Filling:
    """Fills the slots of one run.

    Args:
        toolkit: writes questions.
        prospector: knows what can be asked.
        walks: the candidates that slots are offered.
        book: the rows that are there already; gets the others.
        personas: that slots refer to by number.
        journal: learns of failures.
        settled: called after each settled slot, with the number of rows so far.
        scrutiny: says which drafts are accepted at all; a rejected one counts like a failed call.
        spawn: starts the slots' tasks.
    """

    def __init__(
        self,
        toolkit: "Toolkit",
        prospector: Prospector,
        walks: Walks,
        book: Book,
        personas: Sequence[PersonaFields],
        journal: Journal,
        settled: Callable[[int], None],
        scrutiny: Scrutiny,
        spawn: Spawn,
    ) -> None:
        self._toolkit = toolkit
        self._prospector = prospector
        self._walks = walks
        self._book = book
        self._personas = personas
        self._journal = journal
        self._on_settled = settled
        self._scrutiny = scrutiny
        self._spawn = spawn
        self._efforts: dict[int, Effort] = {}

    async def fill(self, slots: Sequence[Slot], *, other_types: bool = False) -> list[Slot]:
        """Write the slots' rows, of their own types or of others; the slots left open when all was tried. Raises like `Journal.failed`."""
        self._efforts = {slot.number: Effort() for slot in slots} | self._efforts
        still_open = list(slots) if other_types else await self._round(slots, self._walks.own)
        for left_over in (self._walks.left_at_home, self._walks.left_anywhere):
            before = len(still_open) + 1
            while 0 < len(still_open) < before:
                before = len(still_open)
                still_open = await self._round(still_open, partial(left_over, open_slots=still_open, other_types=other_types))
        return still_open

    async def _round(self, slots: Sequence[Slot], offers: Callable[[Slot], Iterable[Offer]]) -> list[Slot]:
        """Let the slots write at the same time; those that got no row."""
        line = Line(self._book)
        offered = [(slot, list(offers(slot))) for slot in slots]
        tasks = [self._spawn(self._fill(line, turn, *one)) for turn, one in enumerate(offered)]
        filled = await asyncio.gather(*tasks)
        self._walks.spend(key for slot in slots for key in self._efforts[slot.number].keys)
        return [slot for slot, is_filled in zip(slots, filled, strict=True) if not is_filled]

    async def _fill(self, line: Line, turn: int, slot: Slot, offers: Sequence[Offer]) -> bool:
        effort = self._efforts[slot.number]
        async with aclosing(self._drafts(slot, offers, effort)) as drafts:
            async for draft in drafts:
                if not await self._scrutiny.passes(slot, draft):
                    effort.errors += 1
                elif await line.stands(turn, draft):
                    break
        is_filled = await line.settle(turn, slot.number)
        self._on_settled(len(self._book.drafts))
        return is_filled

    async def _drafts(self, slot: Slot, offers: Sequence[Offer], effort: Effort) -> AsyncGenerator[Draft, None]:
        """Complete drafts of what the slot is offered and has not tried yet, within its tries."""
        for offer in offers:
            effort.begin(offer)
            for candidate in offer.candidates:
                if effort.is_over:
                    break
                if offer.aim.key(candidate) in effort.keys:
                    continue
                found = await self._prospector.of(candidate.chunk, *offer.aim)
                if candidate.rank < (found.own if offer.own else len(found.items)):
                    effort.spend(offer.aim.key(candidate))
                    draft = await self._write(slot, offer.aim.question_type, found.items[candidate.rank], effort)
                    if draft is not None and draft.is_complete:
                        yield draft
                else:
                    effort.pass_over(offer.aim.barren_key(candidate.chunk), is_barren=not found.items, failed=found.failed)

    async def _write(self, slot: Slot, question_type: QuestionType, prospect: Prospect, effort: Effort) -> Draft | None:
        """A draft, or None where there is nothing honest to ask, the model fails, or it would be what was rejected before."""
        if self._book.bars(question_type, prospect):
            return None
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
