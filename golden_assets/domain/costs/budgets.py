"""Limits on what may be spent, what is left of them, and what people do to them. Amounts are US dollars; days and months are UTC."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from golden_assets.domain.core.records import Record

Period = Literal["run", "day", "month", "testset_day", "testset_month"]
PERIODS: tuple[Period, ...] = ("run", "day", "month", "testset_day", "testset_month")
PERIOD_WORDS: dict[Period, str] = {
    "run": "per run",
    "day": "per day",
    "month": "per month",
    "testset_day": "per day of this testset",
    "testset_month": "per month of this testset",
}


class Spending(Record):
    """US dollars spent in each period, days and months in UTC: by all testsets, and by the one in question."""

    run: float = 0.0
    day: float = 0.0
    month: float = 0.0
    testset_day: float = 0.0
    testset_month: float = 0.0


class Limits(Record):
    """US dollars that may be spent in each period; None: as much as it takes."""

    run: float | None = Field(None, ge=0, allow_inf_nan=False)
    day: float | None = Field(None, ge=0, allow_inf_nan=False)
    month: float | None = Field(None, ge=0, allow_inf_nan=False)
    testset_day: float | None = Field(None, ge=0, allow_inf_nan=False)
    testset_month: float | None = Field(None, ge=0, allow_inf_nan=False)

    def remaining(self, spent: Spending) -> tuple[float, Period] | None:
        """What is left of the tightest limit, never below 0, and which it is; None without limits."""
        return tightest(self.shares(spent))

    def reached(self, spent: Spending, shares: Sequence[float]) -> list[tuple[Period, float]]:
        """Each limit of which one of the shares is spent, with the largest such share."""
        found = []
        for period in PERIODS:
            limit = getattr(self, period)
            passed = [share for share in shares if limit and getattr(spent, period) >= share * limit]
            found += [(period, max(passed))] if passed else []
        return found

    def shares(self, spent: Spending) -> list["BudgetShare"]:
        """Each limit with what is spent of it."""
        set_ones = [(period, limit) for period in PERIODS if (limit := getattr(self, period)) is not None]
        return [BudgetShare(period=period, limit_usd=limit, spent_usd=getattr(spent, period)) for period, limit in set_ones]


class BudgetShare(Record):
    """A limit in US dollars and what is spent of it.

    ``alert_shares`` are those that are warned of; ``alerted`` is the largest that was warned of in the present period.
    """

    period: Period
    limit_usd: float
    spent_usd: float
    alert_shares: tuple[float, ...] = ()
    alerted: float | None = None

    @property
    def share(self) -> float:
        """Spent over limit; 1 for a limit of nothing."""
        return self.spent_usd / self.limit_usd if self.limit_usd else 1.0

    @property
    def left_usd(self) -> float:
        """What may still be spent, never below 0."""
        return max(0.0, self.limit_usd - self.spent_usd)

    def lets_nothing_through(self, configured: Limits) -> bool:
        """Whether it is spent, or refused a call in this period and was not raised above the configured one since."""
        refused = self.alerted is not None and self.alerted >= 1 and self.limit_usd == getattr(configured, self.period)
        return self.left_usd == 0 or refused

    @property
    def sentence(self) -> str:
        """What is spent of the limit, in words."""
        return f"${self.spent_usd:.4f} of ${self.limit_usd:g} {PERIOD_WORDS[self.period]} spent ({self.share:.0%})"


class Pause(Record):
    """Why nothing may be spent, by whom and since when."""

    reason: str
    performed_by: str
    performed_at: datetime

    @property
    def sentence(self) -> str:
        """When, by whom and why."""
        return f"paused since {self.performed_at:%Y-%m-%d %H:%M} UTC by {self.performed_by}: {self.reason}"


class BudgetControl(Record):
    """A change of the budget: pause it, resume it, or raise one limit until a time.

    ``period``, ``limit_usd`` and ``until`` belong to a raise, and to nothing else; the database refuses it otherwise.
    """

    action: Literal["pause", "resume", "raise"]
    reason: str
    performed_by: str
    period: Period | None = None
    limit_usd: float | None = Field(None, ge=0, allow_inf_nan=False)
    until: datetime | None = None


def tightest(limits: Sequence[BudgetShare]) -> tuple[float, Period] | None:
    """What is left of the limit that leaves least, and which it is; None without limits."""
    return min(((one.left_usd, one.period) for one in limits), default=None, key=lambda pair: pair[0])


def passed_alerts(before: Sequence[BudgetShare], after: Sequence[BudgetShare]) -> list[tuple[BudgetShare, float]]:
    """Each limit with each share that is warned of and was passed between two readings, in order."""
    spent = {one.period: one.spent_usd for one in before}
    return [
        (one, share) for one in after for share in one.alert_shares if spent.get(one.period, 0.0) < share * one.limit_usd <= one.spent_usd
    ]
