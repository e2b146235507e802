"""What model calls cost: a call and its key, what it used, limits, and what a run is expected to cost.

A call is what one question to a model takes, however many requests that needs: it is reserved at its worst case, sent, and settled with
what the provider reports. Amounts are US dollars.
"""

from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record
from golden_assets.domain.costs.budgets import BudgetShare, Pause, Period, tightest

CallKind = Literal["chat", "embedding"]
CallStatus = Literal["answered", "declined", "failed"]
Grouping = Literal["model", "stage", "version", "day"]
"""What costs are added up by."""


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
    """What a call can take: tokens and US dollars at the worst, and what is charged if its end is never known."""

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


class PurposeHistory(Record):
    """Calls of one purpose in one run: their number, and the means of their cost, of its square, of their tokens, and of those' square.

    ``rows`` are those that the run wrote and that stayed, the same for all purposes of a run.
    """

    purpose: str
    calls: int
    mean_usd: float
    mean_square_usd: float
    mean_tokens: float = 0.0
    mean_square_tokens: float = 0.0
    run_id: str = ""
    rows: int = 0


class Estimate(Record):
    """Expected calls, tokens and US dollars of a run, with 95 % prediction intervals; ``basis`` says where they come from.

    Tokens are those of prompts, completions and embeddings together.
    """

    calls: float = 0.0
    calls_low: float = 0.0
    calls_high: float = 0.0
    tokens: float = 0.0
    tokens_low: float = 0.0
    tokens_high: float = 0.0
    cost_usd: float = 0.0
    cost_low_usd: float = 0.0
    cost_high_usd: float = 0.0
    basis: str

    @property
    def sentence(self) -> str:
        """All of it in words, the interval of each number after it."""
        if self.calls_high == 0:
            return f"Expected cost: $0.00 (no paid model calls, based on {self.basis})."
        return (
            f"About ${self.cost_usd:.4f} (${self.cost_low_usd:.4f} to ${self.cost_high_usd:.4f}) for {self.calls:.0f} model calls "
            f"({self.calls_low:.0f} to {self.calls_high:.0f}) of {self.tokens:,.0f} tokens ({self.tokens_low:,.0f} to "
            f"{self.tokens_high:,.0f}), based on {self.basis}."
        )


class Budget(Record):
    """What a run is expected to cost beside what may be spent: each limit in force, and the pause of all spending, if there is one."""

    estimate: Estimate
    limits: tuple[BudgetShare, ...] = ()
    pause: Pause | None = None

    @property
    def remaining(self) -> tuple[float, Period] | None:
        """What is left of the limit that leaves least, and which it is; None without limits."""
        return tightest(self.limits)


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

    @property
    def tokens(self) -> int:
        """Of prompts, completions and embeddings; cached and reasoning tokens are among them."""
        return self.prompt_tokens + self.completion_tokens + self.embedding_tokens
