"""The ledger of model calls in PostgreSQL (port `CallLedger`), and what can be read from it.

All statements of one ledger go over one connection, from a thread of its own: so it works from any event loop, and the reservations of a
process that died are told from those of a living one at once (see `presence`).
"""

import asyncio
import json
import logging
import uuid
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from golden_assets.adapters.postgres.connecting import STATEMENT_SECONDS
from golden_assets.adapters.postgres.ledger_connection import Presence
from golden_assets.adapters.tracing import current_trace_id
from golden_assets.domain.core.errors import BudgetExceededError
from golden_assets.domain.costs.budgets import PERIOD_WORDS, PERIODS, BudgetControl, BudgetShare, Limits, Pause, Period, Spending
from golden_assets.domain.costs.calls import CallRequest, CallUsage, CostLine, Grouping, Kept, PurposeHistory, Quote, Settlement

logger = logging.getLogger(__name__)

ALERT_SHARES = (0.5, 0.8, 1.0)
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 1.0
"""Seconds between two looks at what is waited for, doubled from the first to the longest."""
SETTINGS: Mapping[Period, str] = {
    "run": "GOLDEN_ASSETS_COST_LIMIT_RUN",
    "day": "GOLDEN_ASSETS_COST_LIMIT_DAILY",
    "month": "GOLDEN_ASSETS_COST_LIMIT_MONTHLY",
    "testset_day": "GOLDEN_ASSETS_COST_LIMIT_TESTSET_DAILY",
    "testset_month": "GOLDEN_ASSETS_COST_LIMIT_TESTSET_MONTHLY",
}


class PostgresCallLedger:
    """Model calls in PostgreSQL, with limits on what they may cost.

    Args:
        url: any PostgreSQL URL.
        testset_name: the testset that calls are made for.
        run_id: the run that makes them; without one, a new id.
        limits: US dollars that may be spent: of ``run``, by this run; of ``testset_...``, by this testset; else by all of this database.
        alert_shares: shares of a limit that are warned of, each once a period.
        alert: takes the warning.
        statement_timeout_seconds: PostgreSQL cancels a statement after this time.
    """

    def __init__(
        self,
        url: str,
        *,
        testset_name: str,
        run_id: str | None = None,
        limits: Limits | None = None,
        alert_shares: Sequence[float] = ALERT_SHARES,
        alert: Callable[[str], None] = logger.warning,
        statement_timeout_seconds: float = STATEMENT_SECONDS,
    ) -> None:
        self.limits = limits or Limits()
        self.run_id = run_id or str(uuid.uuid4())
        self._testset_name = testset_name
        self._shares = tuple(alert_shares)
        self._alert = alert
        self._alerted: set[tuple[str, float]] = set()
        self._presence = Presence(url, statement_timeout_seconds)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="golden-assets-ledger")
        self._finalizer = weakref.finalize(self, _close, self._presence, self._thread)

    async def reserve(self, request: CallRequest, quote: Quote, *, purpose: str) -> str | Kept:
        """The id of a new reservation, or how the same call ended before. See `golden_assets.domain.ports.spending.CallLedger.reserve`."""
        parameters = {
            "call_id": uuid.uuid4(),
            "key": request.key,
            "kind": request.kind,
            "endpoint": request.endpoint,
            "model": request.model,
            "parameters": json.dumps(request.parameters),
            "trace_id": current_trace_id(),
            "purpose": purpose,
            "testset_name": self._testset_name,
            "run_id": self.run_id,
            **quote.model_dump(),
            **{f"{period}_limit": getattr(self.limits, period) for period in SETTINGS},
        }
        pause = FIRST_PAUSE
        while True:
            found = await self._try_to_reserve(parameters)
            await self._warn(_spending(found))
            outcome = found["outcome"]
            if outcome == "reserved":
                return str(parameters["call_id"])
            if outcome in ("answered", "declined"):
                (kept,) = await self._run("kept_call", {"key": request.key})
                return Kept(**kept, answer=found["kept_answer"], problem=found["kept_problem"], remedy=found["kept_remedy"])
            if outcome == "paused":
                raise BudgetExceededError(
                    f"the budget is paused by {found['kept_remedy']} ({found['kept_problem']})",
                    "resume it with: golden-assets budget resume --reason TEXT; what was paid for is kept and not paid again",
                )
            if outcome.startswith("over "):
                await self._refuse(outcome.removeprefix("over "), _spending(found), quote)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def settle(self, call_id: str, settlement: Settlement) -> None:
        """Finish a reserved call; doing it again changes nothing. Raises `ServerError`."""
        texts = {name: _storable(getattr(settlement, name)) for name in ("answer", "problem", "remedy")}
        usage = settlement.usage.model_dump()
        outcome = {"status": settlement.status, "latency_seconds": settlement.latency_seconds}
        await asyncio.shield(self._run("settle_call", {"call_id": uuid.UUID(call_id), **outcome, **texts, **usage}))

    async def spending(self) -> Spending:
        """US dollars spent so far: in this run, today and this month. Raises `ServerError`."""
        (found,) = await self._run("spent", {"run_id": self.run_id, "testset_name": self._testset_name})
        return _spending(found)

    async def limits_in_force(self) -> Limits:
        """The configured limits, or what they are raised to for now. Raises `ServerError`."""
        (found,) = await self._run("limits_in_force", self.limits.model_dump())
        return Limits.model_validate(found)

    async def budget_shares(self) -> list[BudgetShare]:
        """Each limit in force, what is spent of it, and the share that was warned of in this period. Raises `ServerError`."""
        names = {self._period_name(period): period for period in PERIODS}
        alerted = {names[row["period"]]: row["share"] for row in await self._run("alerted_shares", {"periods": list(names)})}
        shares = (await self.limits_in_force()).shares(await self.spending())
        return [share.model_copy(update={"alert_shares": self._shares, "alerted": alerted.get(share.period)}) for share in shares]

    async def pause(self) -> Pause | None:
        """The pause that is in force, if one is. Raises `ServerError`."""
        found = await self._run("budget_pause", {})
        return Pause.model_validate(found[0]) if found else None

    async def control(self, control: BudgetControl) -> None:
        """Pause, resume, or raise a limit, for every process from the next reservation on. Raises `ServerError`, `RegistryError`."""
        await self._run("control_budget", control.model_dump())

    async def history(self, models: Sequence[str]) -> list[PurposeHistory]:
        """What calls of these models took in the last 90 days, by run and purpose, with the rows each run wrote. Raises `ServerError`."""
        return [PurposeHistory.model_validate(row) for row in await self._run("call_history", {"models": list(models)})]

    async def answered(self, keys: Sequence[str]) -> set[str]:
        """Those of these call keys whose answer or refusal is kept: such a call is not paid again. Raises `ServerError`."""
        return {row["call_key"] for row in await self._run("answered_calls", {"keys": list(keys)})}

    async def costs(self, days: int, by: Grouping) -> list[CostLine]:
        """What the last ``days`` days in UTC cost, today being one of them, ordered by label. Raises `ServerError`."""
        return [CostLine.model_validate(row) for row in await self._run("costs", {"days": days, "by": by})]

    async def cost_of(self, call_ids: Sequence[str]) -> float:
        """US dollars that these calls cost; ids that are unknown cost nothing. Raises `ServerError`."""
        (found,) = await self._run("cost_of_calls", {"call_ids": list(call_ids)})
        return float(found["usd"])

    def close(self) -> None:
        """End the connection: what is still reserved counts as lost. Done by itself when the ledger is no longer used."""
        self._finalizer()

    async def _try_to_reserve(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """One try; a caller cancelled meanwhile leaves no reservation behind."""
        trying = asyncio.ensure_future(self._run("reserve_call", parameters))
        try:
            (found,) = await asyncio.shield(trying)
        except asyncio.CancelledError:
            await asyncio.gather(trying, return_exceptions=True)
            unsent = Settlement(status="failed", usage=CallUsage(), latency_seconds=0.0, problem="given up before it was sent")
            await self.settle(str(parameters["call_id"]), unsent)
            raise
        return found

    async def _run(self, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._presence.run, name, parameters)

    async def _refuse(self, period: Period, spent: Spending, quote: Quote) -> None:
        """Say that a limit is reached. Raises `BudgetExceededError`."""
        limit = getattr(await self.limits_in_force(), period)
        await self._warn_once(period, 1.0, f"the cost limit of ${limit:g} {PERIOD_WORDS[period]} leaves no room for the next call")
        raise BudgetExceededError(
            f"${getattr(spent, period):.4f} of the cost limit of ${limit:g} {PERIOD_WORDS[period]} are spent, and the next call may cost "
            f"${quote.cost_usd:.4f}",
            f"start again when there is budget, or raise {SETTINGS[period]}, or for a time with golden-assets budget raise; "
            "what was paid for is kept and not paid again",
        )

    async def _warn(self, spent: Spending) -> None:
        """Warn of each share of a limit that is spent, once a period, whatever process notices."""
        if all((self._period_name(period), share) in self._alerted for period, share in self.limits.reached(spent, self._shares)):
            return
        limits = await self.limits_in_force()
        for period, share in limits.reached(spent, self._shares):
            limit = f"the cost limit of ${getattr(limits, period):g} {PERIOD_WORDS[period]}"
            await self._warn_once(period, share, f"{share:.0%} of {limit} are spent")

    async def _warn_once(self, period: Period, share: float, text: str) -> None:
        name = self._period_name(period)
        if (name, share) not in self._alerted:
            self._alerted.add((name, share))
            (raised,) = await self._run("raise_alert", {"period": name, "share": share})
            if raised["first"]:
                self._alert(f"{text} ({name})")

    def _period_name(self, period: Period) -> str:
        """What is warned of once: this run, this day, this month, or the testset's."""
        if period == "run":
            return f"run {self.run_id}"
        date = f"{datetime.now(UTC):%Y-%m-%d}" if period.endswith("day") else f"{datetime.now(UTC):%Y-%m}"
        return f"testset {self._testset_name} {date}" if period.startswith("testset") else date


def _spending(found: Mapping[str, Any]) -> Spending:
    return Spending(**{period: found[f"{period}_usd"] for period in PERIODS})


def _storable(text: str | None) -> str | None:
    """PostgreSQL's text holds no NUL; JSON writes it as an escape, so only messages can be hit."""
    return text and text.replace("\x00", "")


def _close(presence: Presence, thread: ThreadPoolExecutor) -> None:
    thread.shutdown(wait=False)  # the garbage collector may be at work in that very thread
    presence.close()
