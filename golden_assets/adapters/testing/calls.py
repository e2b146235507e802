"""The ledger of model calls, held in memory."""

import asyncio
import uuid
from dataclasses import dataclass

from golden_assets.domain.core.errors import BudgetExceededError
from golden_assets.domain.costs.budgets import PERIODS, Limits, Spending
from golden_assets.domain.costs.calls import CallRequest, Kept, Quote, Settlement


@dataclass
class LedgerEntry:
    """One reserved call; ``settlement`` is None while it is under way."""

    request: CallRequest
    quote: Quote
    purpose: str
    settlement: Settlement | None = None


class InMemoryCallLedger:
    """A `CallLedger` over one dictionary, ``entries``: call id to entry. All spending is of one run, one day, one month.

    Args:
        limits: as for the real one.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.entries: dict[str, LedgerEntry] = {}

    @property
    def spent(self) -> float:
        """US dollars of all settled calls."""
        return sum(entry.settlement.usage.cost_usd for entry in self.entries.values() if entry.settlement)

    async def reserve(self, request: CallRequest, quote: Quote, *, purpose: str) -> str | Kept:
        """The id of a new reservation, or how the same call ended before. See `golden_assets.domain.ports.spending.CallLedger.reserve`."""
        while True:
            kept = self._kept(request)
            if kept is not None:
                return kept
            self._require_budget(quote)
            under_way = [entry for entry in self.entries.values() if entry.settlement is None]
            worst = self.spent + sum(entry.quote.cost_usd for entry in under_way)
            if all(entry.request.key != request.key for entry in under_way) and self._room(worst) >= quote.cost_usd:
                call_id = str(uuid.uuid4())
                self.entries[call_id] = LedgerEntry(request, quote, purpose)
                return call_id
            await asyncio.sleep(0.001)

    async def settle(self, call_id: str, settlement: Settlement) -> None:
        """Finish a reserved call; doing it again changes nothing."""
        self.entries[call_id].settlement = self.entries[call_id].settlement or settlement

    def _kept(self, request: CallRequest) -> Kept | None:
        for call_id, entry in self.entries.items():
            settled = entry.settlement
            if entry.request.key == request.key and settled and settled.status != "failed":
                return Kept(call_id=call_id, answer=settled.answer, problem=settled.problem, remedy=settled.remedy)
        return None

    def _room(self, spent: float) -> float:
        left = self.limits.remaining(Spending(**dict.fromkeys(PERIODS, spent)))
        return float("inf") if left is None else left[0]

    def _require_budget(self, quote: Quote) -> None:
        if self._room(self.spent) < quote.cost_usd:
            problem = f"${self.spent:.4f} are spent, and the next call may cost ${quote.cost_usd:.4f}"
            raise BudgetExceededError(problem, "start again when there is budget, or raise the limit")
