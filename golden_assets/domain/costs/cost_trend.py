"""How costs run over the last days, from the ledger's lines, and the role that reads them. Amounts are US dollars, days are UTC."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import fsum
from typing import Protocol

from golden_assets.domain.core.records import Record
from golden_assets.domain.costs.budgets import BudgetShare
from golden_assets.domain.costs.calls import CostLine, Grouping
from golden_assets.domain.testsets.testset import Testset

TREND_DAYS = 30
WEEK = 7


class CostBooks(Protocol):
    """A ledger of model calls that can be read."""

    async def costs(self, days: int, by: Grouping) -> list[CostLine]:
        """What the last ``days`` days in UTC cost, today being one of them, ordered by label. Raises `ServerError`."""
        ...

    async def cost_of(self, call_ids: Sequence[str]) -> float:
        """US dollars that these calls cost; ids that are unknown cost nothing. Raises `ServerError`."""
        ...

    async def budget_shares(self) -> list[BudgetShare]:
        """Each limit in force, and what is spent of it. Raises `ServerError`."""
        ...


class CostTrend(Record):
    """US dollars of each of the last `TREND_DAYS` days, oldest first, days without a call included; calls and tokens of them all."""

    days: tuple[date, ...]
    costs_usd: tuple[float, ...]
    calls: int
    tokens: int

    @property
    def today_usd(self) -> float:
        """Of the last day."""
        return self.costs_usd[-1]

    @property
    def week_usd(self) -> float:
        """Of the last 7 days."""
        return fsum(self.costs_usd[-WEEK:])

    @property
    def total_usd(self) -> float:
        """Of all days."""
        return fsum(self.costs_usd)


def trend_of(lines: Sequence[CostLine], today: date) -> CostTrend:
    """The trend that ends ``today``, from lines labelled by day (``YYYY-MM-DD``); days outside of it do not count."""
    days = tuple(today - timedelta(days=back) for back in reversed(range(TREND_DAYS)))
    known = {line.label: line for line in lines}
    found = [known[day.isoformat()] for day in days if day.isoformat() in known]
    return CostTrend(
        days=days,
        costs_usd=tuple(known[day.isoformat()].cost_usd if day.isoformat() in known else 0.0 for day in days),
        calls=sum(line.calls for line in found),
        tokens=sum(line.tokens for line in found),
    )


def calls_of(testset: Testset) -> tuple[int, list[str]]:
    """How many rows name the calls that made them, and those calls, each once: rows of one passage share its extraction."""
    rows = [row for row in testset.rows if row.call_ids]
    return len(rows), sorted({call_id for row in rows for call_id in row.call_ids})
