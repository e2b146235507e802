"""What model calls cost: a call and its key, what it used, limits, and what a run is expected to cost.

A call is what one question to a model takes, however many requests that needs: it is reserved at its worst case, sent, and settled with
what the provider reports. Amounts are US dollars.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from golden_assets.domain.documents import Record
from golden_assets.domain.hashing import sha256_json
from golden_assets.domain.testsets import QUESTION_TYPES

CallKind = Literal["chat", "embedding"]
CallStatus = Literal["answered", "declined", "failed"]
Period = Literal["run", "day", "month", "testset_day", "testset_month"]
PERIODS: tuple[Period, ...] = ("run", "day", "month", "testset_day", "testset_month")
PERIOD_WORDS: dict[Period, str] = {
    "run": "per run",
    "day": "per day",
    "month": "per month",
    "testset_day": "per day of this testset",
    "testset_month": "per month of this testset",
}
NORMAL_95 = 1.96
"""Standard deviations to either side that hold 95 % of a normal distribution."""


class CallRequest(Record):
    """A question to a model: everything that could change the answer.

    ``endpoint`` is host and path, without user, password or key. ``content`` is the messages or the texts. ``sample`` tells several answers
    to one question apart.
    """

    kind: CallKind
    endpoint: str
    model: str
    content: list[Any]
    parameters: dict[str, Any] = Field(default_factory=dict)
    answer_schema: dict[str, Any] | None = None
    sample: int = 0

    @cached_property
    def key(self) -> str:
        """SHA-256 over the canonical JSON of it all, 64 hex digits: the same key, the same answer."""
        return sha256_json(self.model_dump())


class Quote(Record):
    """What a call can take: tokens and US dollars at the worst, and what is charged should nobody learn its end."""

    tokens: int = Field(ge=0)
    cost_usd: float = Field(ge=0)
    lost_usd: float = Field(ge=0)


class CallUsage(Record):
    """What a call used: requests sent, tokens, US dollars. ``cached`` are part of the prompt tokens, ``reasoning`` of the completion's."""

    attempts: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    embedding_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cost_usd: float = 0.0
    estimated: bool = False

    def __add__(self, other: "CallUsage") -> "CallUsage":
        sums = {name: getattr(self, name) + getattr(other, name) for name in CallUsage.model_fields if name != "estimated"}
        return CallUsage(**sums, estimated=self.estimated or other.estimated)


class Settlement(Record):
    """How a call ended: its answer as JSON text, or why there is none."""

    status: CallStatus
    usage: CallUsage
    latency_seconds: float
    answer: str | None = None
    problem: str | None = None
    remedy: str | None = None


class Kept(Record):
    """How the same call ended before, under ``call_id``: answered, or declined for a reason."""

    call_id: str
    answer: str | None = None
    problem: str | None = None
    remedy: str | None = None


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
        """What is left of the tightest limit, never below 0, and which it is; None when there is no limit."""
        left = [(max(0.0, limit - getattr(spent, period)), period) for period in PERIODS if (limit := getattr(self, period)) is not None]
        return min(left, default=None, key=lambda pair: pair[0])

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
    """A limit in US dollars and what is spent of it; ``alerted`` is the largest share that was warned of in the present period."""

    period: Period
    limit_usd: float
    spent_usd: float
    alerted: float | None = None

    @property
    def share(self) -> float:
        """Spent over limit; 1 for a limit of nothing."""
        return self.spent_usd / self.limit_usd if self.limit_usd else 1.0


class Pause(Record):
    """Why nothing may be spent, by whom and since when."""

    reason: str
    performed_by: str
    performed_at: datetime


class BudgetControl(Record):
    """What somebody does to the budget: pause it, resume it, or raise one limit until a time.

    ``period``, ``limit_usd`` and ``until`` belong to a raise, and to nothing else; the database refuses it otherwise.
    """

    action: Literal["pause", "resume", "raise"]
    reason: str
    performed_by: str
    period: Period | None = None
    limit_usd: float | None = Field(None, ge=0, allow_inf_nan=False)
    until: datetime | None = None


class PurposeHistory(Record):
    """Calls of one purpose so far: their number, the mean of their cost, and the mean of its square."""

    purpose: str
    calls: int
    mean_usd: float
    mean_square_usd: float


class Estimate(Record):
    """Expected calls and US dollars of a run, with an interval that holds 95 % of runs; ``basis`` says where they come from."""

    calls: float = 0.0
    calls_low: float = 0.0
    calls_high: float = 0.0
    cost_usd: float = 0.0
    cost_low_usd: float = 0.0
    cost_high_usd: float = 0.0
    basis: str


class Budget(Record):
    """What a run is expected to cost beside what may be spent: in all, and what is left of it by the tightest limit."""

    estimate: Estimate
    remaining_usd: float | None = None
    period: Period | None = None


class CostLine(Record):
    """Costs under one label: a model, a stage, a version or a day."""

    label: str
    calls: int
    requests: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    reasoning_tokens: int
    embedding_tokens: int
    cost_usd: float
    failed: int
    estimated: bool


def estimate_from_history(rows: int, history: Sequence[PurposeHistory]) -> Estimate | None:
    """What ``rows`` rows take when they are like those before; None without a call that wrote a row.

    Calls of each purpose are taken to come at their rate per written row so far, independently (a Poisson process), each with a cost of
    its purpose's distribution: the total is compound Poisson, with mean rate * E[cost] and variance rate * E[cost^2].
    """
    written = sum(one.calls for one in history if one.purpose in QUESTION_TYPES)
    if not written:
        return None
    rates = [(one, rows * one.calls / written) for one in history]
    calls = sum(rate for _, rate in rates)
    cost = math.fsum(rate * one.mean_usd for one, rate in rates)
    spread = NORMAL_95 * math.sqrt(math.fsum(rate * one.mean_square_usd for one, rate in rates))
    return Estimate(
        calls=calls,
        calls_low=max(0.0, calls - NORMAL_95 * math.sqrt(calls)),
        calls_high=calls + NORMAL_95 * math.sqrt(calls),
        cost_usd=cost,
        cost_low_usd=max(0.0, cost - spread),
        cost_high_usd=cost + spread,
        basis=f"{sum(one.calls for one in history)} calls on record",
    )
