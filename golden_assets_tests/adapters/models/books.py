"""A ledger that can be read and holds what a test puts in."""

from collections.abc import Sequence, Set

from golden_assets.domain.costs.budgets import BudgetShare, Limits, Pause, Spending
from golden_assets.domain.costs.calls import PurposeHistory


class SpentBooks:
    """`golden_assets.adapters.models.planning.Books` with three dollars spent today."""

    def __init__(self, limits: Limits | None = None, history: Sequence[PurposeHistory] = ()) -> None:
        self.limits = limits or Limits()
        self._history = list(history)
        self.paused: Pause | None = None
        self.models: list[str] = []
        self.keys: set[str] = set()

    async def budget_shares(self) -> list[BudgetShare]:
        return self.limits.shares(Spending(run=0.0, day=3.0, month=5.0))

    async def pause(self) -> Pause | None:
        return self.paused

    async def history(self, models: Sequence[str]) -> list[PurposeHistory]:
        self.models = list(models)
        return self._history

    async def answered(self, keys: Sequence[str]) -> Set[str]:
        return self.keys & set(keys)
