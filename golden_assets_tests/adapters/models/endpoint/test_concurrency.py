"""How many requests an endpoint gets at a time, and what a 429 does to that."""

import asyncio
import time
from collections.abc import Callable

import pytest
from pydantic import BaseModel

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.concurrency import AdaptiveLimit
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets_tests.endpoint_server import CHAT, EndpointServer, Fault


class Note(BaseModel):
    text: str


async def ask(endpoint: Endpoint, calls: int) -> list[Note]:
    model = EndpointModel(endpoint, model="house-model", prices=ModelPrices(input=1, output=1))
    return await asyncio.gather(*(model.complete(f"Lamp {number} is green.", Note, purpose="test") for number in range(calls)))


async def most_at_a_time(limit: AdaptiveLimit, requests: int) -> int:
    under_way = most = 0

    async def request() -> None:
        nonlocal under_way, most
        async with limit.slot():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(request() for _ in range(requests)))
    return most


async def test_as_many_at_a_time_as_allowed() -> None:
    assert await most_at_a_time(AdaptiveLimit(5), 20) == 5


async def test_a_refusal_halves_the_width_but_never_below_one() -> None:
    limit = AdaptiveLimit(8)

    widths = []
    for _ in range(5):
        limit.throttled(asyncio.get_running_loop().time(), None)
        widths.append(limit.width)
        await asyncio.sleep(0.001)

    assert widths == [4, 2, 1, 1, 1]
    assert await most_at_a_time(limit, 5) == 1


async def test_refusals_of_requests_sent_together_halve_it_once() -> None:
    limit, sent_at = AdaptiveLimit(16), asyncio.get_running_loop().time()
    await asyncio.sleep(0.001)

    for _ in range(10):
        limit.throttled(sent_at, None)

    assert limit.width == 8


async def test_as_many_answers_as_it_is_wide_widen_it_by_about_one_up_to_the_most() -> None:
    limit = AdaptiveLimit(8)
    limit.throttled(asyncio.get_running_loop().time(), None)

    for _ in range(5):
        limit.answered()
    assert limit.width == 5

    for _ in range(100):
        limit.answered()
    assert limit.width == 8
    assert await most_at_a_time(limit, 20) == 8


async def test_a_pause_that_was_asked_for_holds_everybody() -> None:
    limit, loop = AdaptiveLimit(4), asyncio.get_running_loop()
    limit.throttled(loop.time(), 0.1)
    asked = loop.time()

    async with limit.slot() as sent_at:
        assert sent_at >= asked + 0.09


async def test_who_is_cancelled_while_waiting_takes_no_slot_along() -> None:
    limit = AdaptiveLimit(1)

    async def hold() -> None:
        async with limit.slot():
            await asyncio.sleep(0.01)

    holder, waiting, last = (asyncio.create_task(hold()) for _ in range(3))
    await asyncio.sleep(0.001)
    waiting.cancel()

    await asyncio.wait_for(asyncio.gather(holder, last), 1)
    assert waiting.cancelled()


async def test_all_calls_are_answered_by_an_endpoint_that_bears_few_at_a_time(
    connected: Callable[..., Endpoint], endpoint_server: EndpointServer
) -> None:
    endpoint_server.latency, endpoint_server.bearable = 0.02, 3

    notes = await ask(connected(max_concurrency=16, max_attempts=12), 300)

    stats = endpoint_server.stats[CHAT]
    assert len(notes) == 300
    assert 13 <= stats.throttled < 110  # 13 of the first volley, then feeling the way: 65 measured; without a limit that learns, 167 to 227
    assert stats.calls == 300 + stats.throttled


async def test_the_whole_endpoint_is_silent_for_as_long_as_it_asked_for(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    endpoint_server.bearable, endpoint_server.retry_after = 0, "0.3"
    first = asyncio.create_task(ask(endpoint, 1))
    while not endpoint_server.stats[CHAT].throttled:  # noqa: ASYNC110 - the server counts in a thread of its own
        await asyncio.sleep(0.01)
    endpoint_server.bearable, refused_at = None, time.monotonic()
    await asyncio.sleep(0.05)

    await asyncio.gather(first, ask(endpoint, 3))

    assert time.monotonic() - refused_at > 0.2
    assert endpoint_server.stats[CHAT].calls == 5


@pytest.mark.parametrize("status", [500, 503])
async def test_other_failures_leave_the_width_alone(
    status: int, connected: Callable[..., Endpoint], endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("status", status=status, times=2))
    endpoint = connected(max_concurrency=4)

    await ask(endpoint, 1)
    endpoint_server.latency = 0.1
    await ask(endpoint, 8)

    assert endpoint_server.stats[CHAT].max_concurrency == 4
