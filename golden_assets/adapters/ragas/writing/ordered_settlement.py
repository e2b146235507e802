"""The order in which drafts become rows, while all of them are written at the same time."""

import asyncio
from collections import defaultdict

from golden_assets.adapters.ragas.filtering.accepted_rows import AcceptedRows, Draft, DuplicateIndex


class OrderedSettlement:
    """Slots that write at the same time and are settled one after the other, each against the rows of those before it.

    A slot does not wait for its turn to learn that its draft is like one of a slot before it: it writes another at once, and when its turn
    comes the first of its drafts that is like no row becomes one. So what is written depends on what the drafts say, and not on who was
    faster; and a draft is surplus only if that which it is like is refused in the end.

    Args:
        book: gets the rows.
    """

    def __init__(self, accepted: AcceptedRows) -> None:
        self._accepted = accepted
        self._turn = 0
        self._drafts: dict[int, list[Draft]] = defaultdict(list)
        self._duplicates: DuplicateIndex[tuple[int, int]] = DuplicateIndex(accepted.near)
        self._waiting: dict[int, asyncio.Future[bool]] = {}

    async def stands(self, turn: int, draft: Draft) -> bool:
        """True when the slot's turn has come and the draft is like no row; False as soon as the slot needs another draft."""
        alike = self._duplicates.of(draft)
        self._duplicates.add((turn, len(self._drafts[turn])), draft.question, draft.key)
        self._drafts[turn].append(draft)
        for later, rank in alike:
            if later > turn and rank == len(self._drafts[later]) - 1:
                self._answer(later, stands=False)
        if any(earlier < turn for earlier, _ in alike) or self._accepted.refuses(draft):
            return False
        return turn == self._turn or await self._wait(turn)

    async def settle(self, turn: int, number: int) -> bool:
        """Wait for the slot's turn and end it; whether one of its drafts has become the row of this number."""
        while turn != self._turn:
            await self._wait(turn)
        draft = next((draft for draft in self._drafts[turn] if not self._accepted.refuses(draft)), None)
        if draft is not None:
            self._accepted.accept(number, draft)
        self._turn += 1
        self._answer(self._turn, stands=True)
        return draft is not None

    def _wait(self, turn: int) -> asyncio.Future[bool]:
        self._waiting[turn] = asyncio.get_running_loop().create_future()
        return self._waiting[turn]

    def _answer(self, turn: int, *, stands: bool) -> None:
        waiting = self._waiting.pop(turn, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(stands)
