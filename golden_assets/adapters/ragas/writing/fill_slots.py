"""Filling slots, in rounds: in each, all slots that have no row yet write at the same time.

In the first round each slot tries candidates of its own, which no other slot starts with. What they leave is dealt out, round by round,
among those that got no row. What a slot is offered depends on the rounds before it alone, and `OrderedSettlement` settles which
slot gets what: so the rows depend on the seed, the corpus and the model's answers, and not on speed.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from golden_assets.adapters.models.call_tracking import noting_calls
from golden_assets.adapters.ragas.client.shared_tasks import Spawn
from golden_assets.adapters.ragas.filtering.accepted_rows import AcceptedRows, Draft
from golden_assets.adapters.ragas.filtering.critic_filter import CriticFilter
from golden_assets.adapters.ragas.planning.candidate_order import CandidateBatch, CandidateSchedule, SlotAttempts
from golden_assets.adapters.ragas.planning.personas import PersonaFields
from golden_assets.adapters.ragas.planning.row_sources import RowSource, RowSourceFinder
from golden_assets.adapters.ragas.planning.term_extraction import place
from golden_assets.adapters.ragas.writing.context_fitting import write_fitting
from golden_assets.adapters.ragas.writing.failure_log import FailureLog
from golden_assets.adapters.ragas.writing.ordered_settlement import OrderedSettlement
from golden_assets.domain.core.errors import ModelError, UnanswerableError
from golden_assets.domain.generation.allocation import Slot
from golden_assets.domain.testsets.testset import QuestionType

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import RagasClient

LENGTHS = ("SHORT", "MEDIUM", "LONG")
"""Names of RAGAS's query lengths; each slot asks for one."""


class SlotFiller:
    """Fills the slots of one run.

    Args:
        client: writes questions.
        finder: knows what can be asked.
        schedule: the candidates that slots are offered.
        accepted: the rows that are there already; gets the others.
        personas: that slots refer to by number.
        failure_log: learns of failures.
        settled: called after each settled slot, with the number of rows so far.
        critic_filter: says which drafts are accepted at all; a rejected one counts like a failed call.
        spawn: starts the slots' tasks.
    """

    def __init__(
        self,
        client: "RagasClient",
        finder: RowSourceFinder,
        schedule: CandidateSchedule,
        accepted: AcceptedRows,
        personas: Sequence[PersonaFields],
        failure_log: FailureLog,
        settled: Callable[[int], None],
        critic_filter: CriticFilter,
        spawn: Spawn,
    ) -> None:
        self._client = client
        self._finder = finder
        self._schedule = schedule
        self._accepted = accepted
        self._personas = personas
        self._failure_log = failure_log
        self._on_settled = settled
        self._critic_filter = critic_filter
        self._spawn = spawn
        self._attempts: dict[int, SlotAttempts] = {}

    async def fill(self, slots: Sequence[Slot], *, other_types: bool = False) -> list[Slot]:
        """Write the slots' rows, of their own types or of others; the slots that stay open. Raises like `FailureLog.failed`."""
        self._attempts = {slot.number: SlotAttempts() for slot in slots} | self._attempts
        still_open = list(slots) if other_types else await self._round(slots, self._schedule.own)
        for left_over in (self._schedule.left_at_home, self._schedule.left_anywhere):
            before = len(still_open) + 1
            while 0 < len(still_open) < before:
                before = len(still_open)
                still_open = await self._round(still_open, partial(left_over, open_slots=still_open, other_types=other_types))
        return still_open

    async def _round(self, slots: Sequence[Slot], batches: Callable[[Slot], Iterable[CandidateBatch]]) -> list[Slot]:
        """Let the slots write at the same time; those that got no row."""
        line = OrderedSettlement(self._accepted)
        offered = [(slot, list(batches(slot))) for slot in slots]
        tasks = [self._spawn(self._fill(line, turn, *one)) for turn, one in enumerate(offered)]
        filled = await asyncio.gather(*tasks)
        self._schedule.spend(key for slot in slots for key in self._attempts[slot.number].keys)
        return [slot for slot, is_filled in zip(slots, filled, strict=True) if not is_filled]

    async def _fill(self, line: OrderedSettlement, turn: int, slot: Slot, batches: Sequence[CandidateBatch]) -> bool:
        attempts = self._attempts[slot.number]
        async with aclosing(self._drafts(slot, batches, attempts)) as drafts:
            async for draft in drafts:
                if not await self._critic_filter.passes(slot, draft):
                    attempts.errors += 1
                elif await line.stands(turn, draft):
                    break
        is_filled = await line.settle(turn, slot.number)
        self._on_settled(len(self._accepted.drafts))
        return is_filled

    async def _drafts(self, slot: Slot, batches: Sequence[CandidateBatch], attempts: SlotAttempts) -> AsyncGenerator[Draft, None]:
        """Complete drafts of what the slot is offered and has not tried yet, within its tries."""
        for batch in batches:
            attempts.begin(batch)
            for candidate in batch.candidates:
                if attempts.is_over:
                    break
                if batch.kind.key(candidate) in attempts.keys:
                    continue
                found = await self._finder.of(candidate.chunk, *batch.kind)
                if candidate.rank < (found.own if batch.own else len(found.items)):
                    attempts.spend(batch.kind.key(candidate))
                    draft = await self._write(slot, batch.kind.question_type, found.items[candidate.rank], attempts)
                    if draft is not None and draft.is_complete:
                        yield draft
                else:
                    attempts.pass_over(batch.kind.barren_key(candidate.chunk), is_barren=not found.items, failed=found.failed)

    async def _write(self, slot: Slot, question_type: QuestionType, row_source: RowSource, attempts: SlotAttempts) -> Draft | None:
        """A draft, or None where there is nothing honest to ask, the model fails, or it would be what was rejected before."""
        if self._accepted.bars(question_type, row_source):
            return None
        length = LENGTHS[slot.number // len(self._personas) % len(LENGTHS)]
        try:
            with noting_calls() as calls:
                row_source, sample = await write_fitting(self._client, row_source, question_type, self._personas[slot.persona], length)
        except UnanswerableError:
            self._failure_log.declined()
            return None
        except ModelError as error:
            attempts.errors += 1
            self._failure_log.failed(f"{question_type} on {row_source.terms[0]!r} in {place(row_source.chunks[0])}", error)
            return None
        self._failure_log.answered()
        return Draft(
            row_source, question_type, sample.question, sample.answer, length, tuple(dict.fromkeys((*row_source.call_ids, *calls)))
        )
