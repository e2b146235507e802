"""Monitoring of our own operations against the plan's targets, and of quality over versions.

A rate is shown with its number and a Wilson interval: 50 successes of 50 do not prove 99.9 %.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID, uuid4

from pydantic import Field

from golden_assets.domain.core.errors import (
    AlertError,
    BudgetExceededError,
    GenerationError,
    GoldenAssetsError,
    IntegrityError,
    ModelAuthenticationError,
    PublishingError,
    ServerError,
    UnanswerableError,
)
from golden_assets.domain.core.records import Record
from golden_assets.domain.statistics.distributions import wilson
from golden_assets.domain.versions.versions import Verification

OperationKind = Literal["transaction", "upload", "command", "query"]
TARGETS: dict[OperationKind, float] = {"transaction": 0.999, "upload": 0.99, "command": 0.95}
"""The share that must succeed; the plan's critical gates."""
QUERY_P95_SECONDS = 2.0
FAULTS = (ServerError, PublishingError, GenerationError, AlertError, IntegrityError)
REFUSALS = (BudgetExceededError, ModelAuthenticationError, UnanswerableError)
"""Kinds of `FAULTS` that do what they are for: a limit holds, a wrong key is said to be one, nothing dishonest is written."""


class Performed(Record):
    """An operation that has ended: the name of the command or port method, never what it was given; ``fault`` names the kind of error."""

    id: UUID = Field(default_factory=uuid4)
    kind: OperationKind
    name: str
    seconds: float
    fault: str | None = None
    happened_at: datetime | None = None


class OperationCount(Record):
    """How operations of one kind went in a period; ``p95_seconds`` where durations are known."""

    kind: OperationKind
    total: int
    succeeded: int
    p95_seconds: float | None = None


class FailedOperation(Record):
    """An operation that failed by a fault of ours or of our servers; ``message`` is what it ended with, where that is on record."""

    kind: OperationKind
    name: str
    fault: str
    message: str | None = None
    happened_at: datetime


class OperationRate(Record):
    """A count beside its target, with the 95 % Wilson interval of the rate. ``met`` is None without a single operation."""

    kind: OperationKind
    total: int
    rate: float | None
    low: float
    high: float
    target: float
    met: bool | None

    @property
    def failed(self) -> int:
        """How many failed."""
        return self.total - round(self.total * (self.rate or 0.0))


class RegistryMonitor(Protocol):
    """What the registry knows of itself."""

    async def time_queries(self) -> None:
        """Take the time of some reads. Raises `ServerError`."""
        ...

    async def count_operations(self, days: int) -> list[OperationCount]:
        """Operations of the last days, a count for each kind there is. Raises `ServerError`."""
        ...

    async def failed_operations(self, days: int) -> list[FailedOperation]:
        """Those of them that failed, the newest first. Raises `ServerError`."""
        ...


class RegistryAuditor(Protocol):
    """Checks that the registry is what was stored, and keeps what vouches for it outside of the database."""

    async def verify(self, version: str | None = None) -> list[Verification]:
        """Everything hashed again, or one version with what vouches for it. Raises `ServerError`."""
        ...

    async def keep_head(self) -> tuple[str, ...]:
        """Write down the head of the registry as it is now; what could not be written, in sentences."""
        ...


def fault_of(error: BaseException | None) -> str | None:
    """The kind of an error that is a failure of ours or of our servers; None for a refusal, which is an operation that did its work."""
    if error is None or isinstance(error, REFUSALS) or (isinstance(error, GoldenAssetsError) and not isinstance(error, FAULTS)):
        return None
    return type(error).__name__


def rate_of(count: OperationCount) -> OperationRate:
    """Hold a count against its target: the measured rate decides, the interval says how sure that is."""
    low, high = wilson(count.succeeded, count.total)
    rate = count.succeeded / count.total if count.total else None
    target = TARGETS.get(count.kind, 0.0)
    return OperationRate(
        kind=count.kind, total=count.total, rate=rate, low=low, high=high, target=target, met=None if rate is None else rate >= target
    )


def rates_of(counts: Sequence[OperationCount]) -> list[OperationRate]:
    """A rate for each kind that has a target, also for one of which nothing was recorded."""
    found = {count.kind: count for count in counts}
    return [rate_of(found.get(kind) or OperationCount(kind=kind, total=0, succeeded=0)) for kind in TARGETS]


def in_words(rate: OperationRate) -> str:
    """A rate beside its number, its interval and its target, and whether the interval leaves that in doubt.

    A transaction is on record in the database itself, so one that never reached it is not counted.
    """
    if rate.rate is None:
        return f"nothing recorded yet; the target is {rate.target:.1%}"
    if rate.met:
        verdict = "met" if rate.low >= rate.target else "met so far, too few to be sure"
    else:
        verdict = "MISSED" if rate.high < rate.target else "below target so far, too few to be sure"
    seen = " that reached the database" if rate.kind == "transaction" else ""
    return f"{rate.rate:.2%} of {rate.total}{seen} (95 % interval {rate.low:.2%} to {rate.high:.2%}); target {rate.target:.1%}, {verdict}"


def faults_of(checks: Sequence[Verification]) -> list[str]:
    """Every fault with its subject."""
    return [f"{check.subject}: {fault}" for check in checks for fault in check.faults]
