"""Calls through a ledger: counted to the token, paid once, stopped by a limit, whatever goes wrong."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from pydantic import BaseModel, Field

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.embedder import MAX_TEXTS, EndpointEmbedder
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.ledgered_models import LedgeredEmbedder, LedgeredModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.core.errors import BudgetExceededError, ModelError, ServerError, UnanswerableError
from golden_assets.domain.costs.budgets import Limits
from golden_assets.domain.costs.calls import CallRequest, CallUsage, Quote
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, FOREVER, KEY, EndpointServer, Fault

TEXT = "The pump starts when the tank holds less than ten litres. It stops again at ninety litres."


class Finding(BaseModel):
    """Found in the text."""

    statement: str
    score: int = Field(ge=1)


@pytest.fixture
def ledger() -> InMemoryCallLedger:
    return InMemoryCallLedger()


@pytest.fixture
def inner(endpoint: Endpoint, prices: ModelPrices) -> EndpointModel:
    return EndpointModel(endpoint, model="house-model", prices=prices)


@pytest.fixture
def model(inner: EndpointModel, ledger: InMemoryCallLedger) -> LedgeredModel:
    return LedgeredModel(inner, ledger)


def usages(ledger: InMemoryCallLedger) -> list[CallUsage]:
    return [entry.settlement.usage for entry in ledger.entries.values() if entry.settlement]


def received(server: EndpointServer) -> None:
    """Return when a request has come in."""
    while not server.requests:
        time.sleep(0.01)


async def ask(model: LedgeredModel, text: str = TEXT) -> Finding:
    return await model.complete(text, Finding, purpose="transform")


async def test_a_call_is_answered_as_without_a_ledger_and_once(
    model: LedgeredModel, inner: EndpointModel, endpoint_server: EndpointServer
) -> None:
    first = await ask(model)
    assert first == await ask(model) == await inner.complete(TEXT, Finding, purpose="transform")
    assert endpoint_server.stats[CHAT].calls == 2
    assert (model.name, model.version) == (inner.name, inner.version)
    assert model.usage == inner.usage.model_copy(update={"calls_replayed": 1})


async def test_the_same_question_asked_sixteen_times_at_once_is_paid_once(model: LedgeredModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.latency = 0.05
    answers = await asyncio.gather(*(ask(model) for _ in range(16)))
    assert len(set(map(str, answers))) == 1
    assert endpoint_server.stats[CHAT].calls == 1


async def test_the_ledger_counts_what_the_server_counts_to_the_token_whatever_went_wrong(
    model: LedgeredModel, ledger: InMemoryCallLedger, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(
        Fault("status", status=429, retry_after="0"),
        Fault("status", status=503),
        Fault("malformed_json", times=2),
        Fault("cut_off", after=3),
        Fault("html", after=5),
        Fault("response_format", after=6, formats=("json_schema",)),
        Fault("refusal", after=8),
    )
    await asyncio.gather(*(ask(model, f"{TEXT} {number}") for number in range(16)), return_exceptions=True)
    total, stats = sum(usages(ledger), CallUsage()), endpoint_server.stats[CHAT]
    assert stats.calls > 16
    assert (total.attempts, total.prompt_tokens, total.completion_tokens) == (stats.calls, stats.prompt_tokens, stats.completion_tokens)
    assert total.cost_usd == pytest.approx((stats.prompt_tokens * 1.0 + stats.completion_tokens * 4.0) / 1e6)
    assert not total.estimated


async def test_no_call_costs_more_than_was_reserved_for_it(
    model: LedgeredModel, ledger: InMemoryCallLedger, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("wrong_shape", times=2), Fault("prose", times=2, after=2))
    await asyncio.gather(*(ask(model, text) for text in (TEXT, "水泵停止。" * 50, "🙂" * 300, "x")), return_exceptions=True)
    for entry in ledger.entries.values():
        assert entry.settlement
        assert 0 < entry.settlement.usage.cost_usd <= entry.quote.cost_usd


async def test_a_refusal_is_kept_and_not_asked_again(model: LedgeredModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("refusal"))
    for _ in range(2):
        with pytest.raises(UnanswerableError, match="declines"):
            await ask(model)
    assert endpoint_server.stats[CHAT].calls == 1


async def test_a_failure_is_on_record_with_its_cost_and_asked_again(
    model: LedgeredModel, ledger: InMemoryCallLedger, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("wrong_shape", times=3))
    with pytest.raises(ModelError, match="no usable answer"):
        await ask(model)
    assert (await ask(model)).score == 1
    failed, answered = (entry.settlement for entry in ledger.entries.values())
    assert failed
    assert answered
    assert (failed.status, failed.usage.attempts, answered.status, answered.usage.attempts) == ("failed", 3, "answered", 1)
    assert failed.usage.cost_usd > 0


async def cancel_under_way(model: LedgeredModel, endpoint_server: EndpointServer) -> None:
    call = asyncio.create_task(ask(model))
    await asyncio.to_thread(received, endpoint_server)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_a_cancelled_call_is_taken_to_its_end_because_it_is_charged(
    model: LedgeredModel, ledger: InMemoryCallLedger, endpoint_server: EndpointServer
) -> None:
    endpoint_server.latency = 0.2
    await cancel_under_way(model, endpoint_server)
    (entry,) = ledger.entries.values()
    assert entry.settlement
    assert entry.settlement.status == "answered"
    await ask(model)
    assert endpoint_server.stats[CHAT].calls == 1


async def test_a_cancelled_call_that_never_ends_is_charged_with_its_prompt(
    model: LedgeredModel, ledger: InMemoryCallLedger, endpoint_server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("golden_assets.adapters.models.ledgered_models.GRACE", 0.05)
    endpoint_server.script(Fault("hang"))
    await cancel_under_way(model, endpoint_server)
    (entry,) = ledger.entries.values()
    assert entry.settlement
    assert (entry.settlement.status, entry.settlement.usage.estimated) == ("failed", True)
    assert entry.settlement.usage.prompt_tokens == -(-len(TEXT) // 4)


async def test_a_limit_stops_sixteen_callers_before_it_is_passed(
    inner: EndpointModel, endpoint_server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("golden_assets.adapters.models.endpoint.model.MAX_ANSWER_TOKENS", 40)
    endpoint_server.latency = 0.05
    worst = inner.quote(inner.request(f"{TEXT} 00", Finding)).cost_usd
    ledger = InMemoryCallLedger(Limits(day=20 * worst))
    model = LedgeredModel(inner, ledger)
    permits = asyncio.Semaphore(16)

    async def one(number: int) -> None:
        async with permits:
            await ask(model, f"{TEXT} {number:02}")

    async def all_at_once() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(1000):
                group.create_task(one(number))

    with pytest.raises(ExceptionGroup) as stopped:
        await all_at_once()
    assert all(isinstance(error, BudgetExceededError) for error in stopped.value.exceptions)
    assert 0 < ledger.spent <= 20 * worst
    stats = endpoint_server.stats[CHAT]
    assert stats.max_concurrency > 8
    assert ledger.spent == pytest.approx((stats.prompt_tokens * 1.0 + stats.completion_tokens * 4.0) / 1e6)


class DownLedger:
    async def reserve(self, request: CallRequest, quote: Quote, *, purpose: str) -> str:
        raise ServerError("the ledger is down", "start it")


async def test_without_its_ledger_a_model_sends_nothing(inner: EndpointModel, endpoint_server: EndpointServer) -> None:
    with pytest.raises(ServerError, match="ledger is down"):
        await ask(LedgeredModel(inner, DownLedger()))
    assert not endpoint_server.requests


async def embed(embedder: LedgeredEmbedder, texts: Sequence[str]) -> list[list[float]]:
    return await embedder.embed(texts)


async def test_embeddings_are_paid_once_and_come_back_as_they_were(
    endpoint: Endpoint, prices: ModelPrices, ledger: InMemoryCallLedger, endpoint_server: EndpointServer
) -> None:
    plain = EndpointEmbedder(endpoint, model="e", prices=prices)
    texts = [f"{TEXT} {number}" for number in range(MAX_TEXTS + 3)]
    embedder = LedgeredEmbedder(plain, ledger)
    first = await embed(embedder, texts)
    stats = endpoint_server.stats[EMBEDDINGS]
    assert sum(usages(ledger), CallUsage()).embedding_tokens == stats.prompt_tokens
    assert stats.calls == 2
    assert await embed(embedder, texts) == first
    assert stats.calls == 2
    for vector, exact in zip(first, await plain.embed(texts), strict=True):
        assert vector == pytest.approx(exact, abs=1e-7)
    assert await embed(embedder, []) == []


@pytest.mark.parametrize(
    "change",
    [
        {"content": [{"role": "user", "content": "other"}]},
        {"model": "other"},
        {"endpoint": "other/v1"},
        {"parameters": {"seed": 8}},
        {"answer_schema": {"name": "Other"}},
        {"sample": 1},
        {"kind": "embedding"},
    ],
)
def test_whatever_could_change_an_answer_changes_the_key(endpoint: Endpoint, prices: ModelPrices, change: dict[str, object]) -> None:
    request = EndpointModel(endpoint, model="m", prices=prices, seed=7).request(TEXT, Finding)
    assert len(request.key) == 64
    assert request.model_copy(update=change).key != request.key
    assert EndpointModel(endpoint, model="m", prices=prices, seed=7).request(TEXT, Finding).key == request.key


def test_a_request_names_the_place_without_password_or_key(prices: ModelPrices) -> None:
    from pydantic import SecretStr

    endpoint = Endpoint(api_key=SecretStr(KEY), base_url="https://user:geheim@example.org:8443/gate/v1/")
    request = EndpointModel(endpoint, model="m", prices=prices).request(TEXT, Finding)
    assert request.endpoint == "example.org:8443/gate/v1"
    assert not {"geheim", KEY} & set(request.model_dump_json().split('"'))


@pytest.mark.parametrize("status", [503, 429])
async def test_an_endpoint_that_is_dead_or_full_is_given_up_after_a_few_calls_and_not_after_hundreds(
    endpoint: Endpoint, prices: ModelPrices, ledger: InMemoryCallLedger, endpoint_server: EndpointServer, status: int
) -> None:
    from golden_assets.domain.core.errors import ModelUnavailableError

    model = LedgeredModel(EndpointModel(endpoint, model="m", prices=prices), ledger)
    await ask(model)
    endpoint_server.script(Fault("status", status=status, times=FOREVER))
    answers = await asyncio.gather(*(ask(model, f"{TEXT} {number}") for number in range(200)), return_exceptions=True)
    assert all(isinstance(answer, ModelError) for answer in answers)
    assert any(isinstance(answer, ModelUnavailableError) for answer in answers)
    assert endpoint_server.stats[CHAT].calls <= 1 + (16 + 5) * 6


async def test_single_calls_that_fail_between_others_that_do_not_leave_the_endpoint_in_use(
    endpoint: Endpoint, prices: ModelPrices, endpoint_server: EndpointServer
) -> None:
    model = EndpointModel(endpoint, model="m", prices=prices)
    endpoint_server.script(Fault("status", status=503, times=FOREVER, containing="poison"))
    for number in range(8):
        with pytest.raises(ModelError, match="in 6 attempts"):
            await model.complete(f"{TEXT} poison {number}", Finding, purpose="t")
        assert (await model.complete(f"{TEXT} {number}", Finding, purpose="t")).score == 1
