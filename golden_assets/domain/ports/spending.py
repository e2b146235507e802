"""Who counts the calls of models, and says what may be spent."""

from collections.abc import Sequence
from typing import Protocol

from golden_assets.domain.costs.budgets import BudgetShare
from golden_assets.domain.costs.calls import Budget, CallRequest, Estimate, Kept, Quote, Settlement
from golden_assets.domain.testsets.testset import TestsetRow


class CallLedger(Protocol):
    """Where every model call is reserved before it is sent, and settled when it has ended; remembers what was answered."""

    async def reserve(self, request: CallRequest, quote: Quote, *, purpose: str) -> str | Kept:
        """The id of a new reservation, or how the same call ended before.

        Waits while the same call is under way elsewhere, or while only calls under way could make a limit be exceeded.

        Raises:
            BudgetExceededError: a limit leaves no room for the call at its worst.
            ServerError: the ledger cannot be reached; nothing may be sent then.
        """
        ...

    async def settle(self, call_id: str, settlement: Settlement) -> None:
        """Finish a reserved call; doing it again changes nothing. Raises `ServerError`."""
        ...


class BudgetPlanner(Protocol):
    """Knows what a run would cost and what may be spent."""

    async def plan(self, rows: int, kept: Sequence[TestsetRow] = ()) -> Budget:
        """What writing ``rows`` rows is expected to take and judging the ``kept`` ones, as far as they were not judged yet; what is left of
        the limits, and whether spending is paused. Raises `ServerError`.
        """
        ...

    async def beside(self, estimate: Estimate) -> Budget:
        """An estimate beside what is left of the limits now, and a pause. Raises `ServerError`."""
        ...

    async def limits(self) -> list[BudgetShare]:
        """Each limit in force, and what is spent of it. Raises `ServerError`."""
        ...
