"""What a run is expected to cost: nothing, or what the ledger has seen, or else a documented guess."""

from collections.abc import Sequence
from typing import Protocol

from golden_assets.adapters.models.pricing import Pricing, Tokens
from golden_assets.domain.costs import Budget, Estimate, Limits, PurposeHistory, Spending, estimate_from_history

ASSUMED_CALLS = (2.0, 3.0, 5.0)
"""Model calls per row, at the least, usually, at the most: one writes it, the others name the terms of its passages."""
ASSUMED_TOKENS = Tokens(prompt=1500, completion=150)
"""Tokens of one call: RAGAS's instructions and examples take about 1,000 of the prompt, a passage of ours up to 500."""


class Books(Protocol):
    """A ledger that can be read."""

    async def limits_in_force(self) -> Limits:
        """What may be spent in each period."""
        ...

    async def spending(self) -> Spending:
        """US dollars spent in each period."""
        ...

    async def history(self, models: Sequence[str]) -> list[PurposeHistory]:
        """What calls of these models took so far, by purpose."""
        ...


class FreeBudgetPlanner:
    """A `BudgetPlanner` for the embedded models: nothing is paid, so nothing can be exceeded."""

    async def plan(self, rows: int) -> Budget:
        """Zero, whatever is asked for."""
        return Budget(estimate=Estimate(basis=f"{rows} rows by the embedded model, which costs nothing"))


class LedgerBudgetPlanner:
    """A `BudgetPlanner` over a ledger.

    Args:
        books: the ledger, with its limits.
        models: the models in use, whose calls so far are the best guide.
        pricing: of the chat model, for as long as there are none.
    """

    def __init__(self, books: Books, models: Sequence[str], pricing: Pricing) -> None:
        self._books = books
        self._models = tuple(models)
        self._pricing = pricing

    async def plan(self, rows: int) -> Budget:
        """The expected calls and cost of ``rows`` rows, and what is left of the limits. Raises `ServerError`."""
        left = (await self._books.limits_in_force()).remaining(await self._books.spending())
        estimate = estimate_from_history(rows, await self._books.history(self._models)) or self._assumed(rows)
        return Budget(estimate=estimate, remaining_usd=left and left[0], period=left and left[1])

    def _assumed(self, rows: int) -> Estimate:
        low, usual, high = (rows * calls for calls in ASSUMED_CALLS)
        each = self._pricing(ASSUMED_TOKENS)
        return Estimate(
            calls=usual,
            calls_low=low,
            calls_high=high,
            cost_usd=usual * each,
            cost_low_usd=low * each,
            cost_high_usd=high * each,
            basis="assumptions, for this model has made no call yet",
        )
