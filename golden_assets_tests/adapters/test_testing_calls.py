"""The shipped in-memory ledger keeps the rules of the real one."""

import asyncio

import pytest

from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.core.errors import BudgetExceededError
from golden_assets.domain.costs.budgets import Limits
from golden_assets.domain.costs.calls import CallRequest, CallUsage, Kept, Quote, Settlement

QUOTE = Quote(tokens=10, cost_usd=0.25, lost_usd=0.1)


async def reserve(ledger: InMemoryCallLedger, text: str = "why?") -> str | Kept:
    return await ledger.reserve(CallRequest(kind="chat", endpoint="h", model="m", content=[text]), QUOTE, purpose="p")


def settled(status: str = "answered", cost: float = 0.125, answer: str | None = "{}") -> Settlement:
    return Settlement.model_validate(
        {"status": status, "usage": CallUsage(attempts=1, cost_usd=cost), "latency_seconds": 0.1, "answer": answer, "problem": "none"}
    )


async def test_what_was_answered_or_declined_is_kept_and_what_failed_is_not() -> None:
    ledger = InMemoryCallLedger()
    ids = []
    for text, status, answer in (("a", "answered", "{}"), ("b", "declined", None), ("c", "failed", None)):
        ids.append(str(await reserve(ledger, text)))
        await ledger.settle(ids[-1], settled(status, answer=answer))
    assert await reserve(ledger, "a") == Kept(call_id=ids[0], answer="{}", problem="none")
    assert await reserve(ledger, "b") == Kept(call_id=ids[1], problem="none")
    assert isinstance(await reserve(ledger, "c"), str)
    assert ledger.spent == 3 * 0.125


async def test_the_first_settlement_stays() -> None:
    ledger = InMemoryCallLedger()
    call_id = str(await reserve(ledger))
    for answer in ("1", "2"):
        await ledger.settle(call_id, settled(answer=answer))
    assert await reserve(ledger) == Kept(call_id=call_id, answer="1", problem="none")


async def test_a_limit_counts_what_is_spent_and_waits_for_what_is_under_way() -> None:
    ledger = InMemoryCallLedger(Limits(day=0.4))
    first = str(await reserve(ledger, "a"))
    waiting = asyncio.create_task(reserve(ledger, "b"))
    await asyncio.sleep(0.02)
    assert not waiting.done()
    await ledger.settle(first, settled())
    await ledger.settle(str(await waiting), settled())
    with pytest.raises(BudgetExceededError, match=r"\$0\.2500 are spent, and the next call may cost \$0\.2500"):
        await reserve(ledger, "c")
