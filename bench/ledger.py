"""The ledger of model calls: what it adds to a call, at 16 calls at a time, on the embedded PostgreSQL."""

import asyncio
import shutil
import time

from bench.figures import ROOT, Figure
from golden_assets.adapters.postgres import PostgresCallLedger, migrate
from golden_assets.domain.costs.budgets import Limits
from golden_assets.domain.costs.calls import CallRequest, CallUsage, Quote, Settlement
from golden_assets.embedded.postgres import ensure_postgres
from golden_assets.embedded.servers import down

CALLS = 960
CONCURRENCY = 16
LATENCY = 0.1
QUOTE = Quote(tokens=10_000, cost_usd=0.01, lost_usd=0.001)


def measure() -> list[Figure]:
    """Calls that do nothing but wait: all time beyond the waiting is the ledger's."""
    home = ROOT / ".bench" / "ledger"
    shutil.rmtree(home, ignore_errors=True)
    try:
        url = ensure_postgres(home).url()
        migrate(url)
        ledger = PostgresCallLedger(url, testset_name="bench", limits=Limits(run=1e6, day=1e6, month=1e6))
        paid, replayed = asyncio.run(_both(ledger))
        ledger.close()
    finally:
        down(home)
        shutil.rmtree(home, ignore_errors=True)
    floor = CALLS * LATENCY / CONCURRENCY
    return [
        Figure(f"the ledger's share of a call, {CONCURRENCY} at a time, limits set", (paid - floor) / CALLS * 1000, 5, "ms"),
        Figure("a call that is replayed", replayed / CALLS * 1000, 5, "ms"),
    ]


async def _both(ledger: PostgresCallLedger) -> tuple[float, float]:
    """Seconds for all calls, and for all of them again."""
    await _call(ledger, -1)
    return await _all(ledger), await _all(ledger)


async def _all(ledger: PostgresCallLedger) -> float:
    permits = asyncio.Semaphore(CONCURRENCY)

    async def one(number: int) -> None:
        async with permits:
            await _call(ledger, number)

    started = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(CALLS)))
    return time.perf_counter() - started


async def _call(ledger: PostgresCallLedger, number: int) -> None:
    request = CallRequest(kind="chat", endpoint="nowhere", model="m", content=[number])
    reserved = await ledger.reserve(request, QUOTE, purpose="bench")
    if isinstance(reserved, str):
        await asyncio.sleep(LATENCY)
        usage = CallUsage(attempts=1, prompt_tokens=1000, completion_tokens=100, cost_usd=0.001)
        await ledger.settle(reserved, Settlement(status="answered", usage=usage, latency_seconds=LATENCY, answer='{"a": 1}' * 50))
