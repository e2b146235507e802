"""How many requests an endpoint gets at a time: fewer once it says that they are too many, more again while it answers.

Additive increase, multiplicative decrease, as TCP avoids congestion (Chiu and Jain 1989; RFC 5681): several clients that share one quota
come to fair shares without knowing of each other.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

DECREASE = 0.5
"""Factor on the width after a 429."""


class AdaptiveLimit:
    """Slots for requests, of one event loop.

    A refusal halves the width, once for all the requests that were under way together; ``width`` answers widen it by one, up to ``most``.

    Args:
        most: the width at the start and at the most, 1 or more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._width = float(most)
        self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._shrunk_at = float("-inf")
        self._closed_until = float("-inf")

    @property
    def width(self) -> int:
        """Requests that may be under way at a time, 1 or more."""
        return int(self._width)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[float]:
        """Wait for a slot and for the end of any pause that was asked for; gives the loop's time at which the request is sent."""
        loop = asyncio.get_running_loop()
        await self._enter()
        try:
            await asyncio.sleep(max(0.0, self._closed_until - loop.time()))
            yield loop.time()
        finally:
            self._under_way -= 1
            self._wake()

    def answered(self) -> None:
        """A request was answered: a step wider."""
        self._width = min(self._most, self._width + 1 / self._width)
        self._wake()

    def throttled(self, sent_at: float, pause: float | None) -> None:
        """A request that was sent at this time was too much; the endpoint may have asked for ``pause`` seconds of silence."""
        now = asyncio.get_running_loop().time()
        self._closed_until = max(self._closed_until, now + (pause or 0.0))
        if sent_at >= self._shrunk_at:
            self._width = max(1.0, self._width * DECREASE)
            self._shrunk_at = now

    async def _enter(self) -> None:
        while self._under_way >= self.width:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                self._wake()  # it may have been this one's turn
                raise
        self._under_way += 1

    def _wake(self) -> None:
        """Call as many as there is room for; each looks for itself whether there still is."""
        room = self.width - self._under_way
        while room > 0 and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                room -= 1
