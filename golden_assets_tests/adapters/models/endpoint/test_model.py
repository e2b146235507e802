"""A chat model over HTTP: shapes, repetition, refusals, accounts, formats."""

import asyncio
from collections.abc import Callable

import pytest
from pydantic import BaseModel, Field

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.endpoint.structured_output import MAX_ASKS
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.domain.core.errors import ConfigurationError, ModelError, UnanswerableError
from golden_assets_tests.endpoint_server import CHAT, FOREVER, EndpointServer, Fault

TEXT = "The pump starts when the tank holds less than ten litres. It stops again at ninety litres."


class Finding(BaseModel):
    """Found in the text."""

    statement: str
    score: int = Field(ge=1)


@pytest.fixture
def model(endpoint: Endpoint, prices: ModelPrices) -> EndpointModel:
    return EndpointModel(endpoint, model="house-model", prices=prices)


async def ask(model: EndpointModel, purpose: str = "transform") -> Finding:
    return await model.complete(TEXT, Finding, purpose=purpose)


async def test_an_answer_has_the_shape_and_the_content_that_were_asked_for(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    finding = await ask(model)

    assert model.name == "house-model"
    assert finding == Finding(statement="The pump starts when the tank holds less than ten litres.", score=1)
    (path, body), *more = endpoint_server.requests
    assert not more
    assert path == CHAT
    assert body["model"] == "house-model"
    assert body["messages"] == [{"role": "user", "content": TEXT}]
    assert body["response_format"]["json_schema"]["name"] == "Finding"
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["schema"]["additionalProperties"] is False


async def test_sampling_settings_are_sent_only_when_they_are_given(
    endpoint: Endpoint, prices: ModelPrices, endpoint_server: EndpointServer
) -> None:
    await ask(EndpointModel(endpoint, model="m", prices=prices))
    await ask(EndpointModel(endpoint, model="m", prices=prices, temperature=0.0, seed=7))

    plain, seeded = (body for _, body in endpoint_server.requests)
    assert not {"temperature", "seed"} & plain.keys()
    assert (seeded["temperature"], seeded["seed"]) == (0.0, 7)


@pytest.mark.parametrize("kind", ["malformed_json", "wrong_shape", "prose", "empty", "cut_off", "html", "no_choices"])
async def test_an_unusable_answer_is_asked_for_again(kind: str, model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault(kind, times=MAX_ASKS - 1))

    assert (await ask(model)).score == 1

    assert model.usage.calls == endpoint_server.stats[CHAT].calls == MAX_ASKS


async def test_the_model_is_told_what_was_wrong_with_its_answer(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("wrong_shape"))

    await ask(model)

    prompt, answered, complaint = endpoint_server.requests[1][1]["messages"]
    assert prompt["content"] == TEXT
    assert answered == {"role": "assistant", "content": '{"unexpected": true}'}
    assert "statement: Field required" in complaint["content"]


async def test_a_cut_off_answer_is_never_repaired_into_a_short_one(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("cut_off", times=FOREVER))

    with pytest.raises(ModelError, match="cut off at the length limit") as caught:
        await ask(model)

    assert caught.value.problem.startswith(f"the model house-model at 127.0.0.1:{endpoint_server.server_port} gave no usable answer")
    assert endpoint_server.stats[CHAT].calls == MAX_ASKS


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("malformed_json", "Invalid JSON"),
        ("wrong_shape", "statement: Field required"),
        ("prose", "Invalid JSON"),
        ("empty", "an empty answer"),
        ("html", "a web page instead of a response of the API"),
        ("no_choices", "a response without choices"),
    ],
)
async def test_an_endpoint_that_keeps_answering_nonsense_is_given_up(
    kind: str, problem: str, model: EndpointModel, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault(kind, times=FOREVER))

    with pytest.raises(ModelError, match=problem) as caught:
        await ask(model)

    assert "OPENAI_BASE_URL" in caught.value.remedy
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("kind", "reason"), [("refusal", "declines"), ("content_filter", "content filter")])
async def test_a_refusal_is_final(kind: str, reason: str, model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault(kind, times=FOREVER))

    with pytest.raises(UnanswerableError, match=reason):
        await ask(model)

    stats = endpoint_server.stats[CHAT]
    assert stats.calls == 1
    assert (model.usage.prompt_tokens, model.usage.completion_tokens) == (stats.prompt_tokens, stats.completion_tokens)


async def test_a_request_that_the_content_filter_stops_is_unanswerable(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("status", status=400, code="content_filter", message="The prompt triggered our content management policy"))

    with pytest.raises(UnanswerableError, match="content filter"):
        await ask(model)


async def test_json_in_a_code_fence_is_read(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("fenced"))

    assert (await ask(model)).score == 1

    assert endpoint_server.stats[CHAT].calls == 1


async def test_usage_is_the_servers_count_to_the_token_whatever_went_wrong(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(
        Fault("status", status=429, retry_after="0"),
        Fault("status", status=503),
        Fault("malformed_json", times=2),
        Fault("cut_off", after=3),
        Fault("html", after=5),
        Fault("response_format", after=6, formats=("json_schema",)),
    )

    await asyncio.gather(*(ask(model) for _ in range(12)))

    usage, stats = model.usage, endpoint_server.stats[CHAT]
    assert stats.calls > 12
    assert (usage.calls, usage.prompt_tokens, usage.completion_tokens) == (stats.calls, stats.prompt_tokens, stats.completion_tokens)
    assert usage.cost_usd == pytest.approx((stats.prompt_tokens * 1.0 + stats.completion_tokens * 4.0) / 1e6)
    assert not usage.estimated
    assert not any(fault.times for fault in endpoint_server.faults)


async def test_missing_usage_is_estimated_and_marked(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("missing_usage"))

    finding = await ask(model)

    assert model.usage.estimated
    assert model.usage.prompt_tokens == -(-len(TEXT) // 4)
    assert model.usage.completion_tokens == pytest.approx(len(finding.model_dump_json()) / 4, abs=2)


def test_a_model_without_a_known_price_is_refused_before_anything_is_sent(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    with pytest.raises(ConfigurationError, match=r"'house-model'.*GOLDEN_ASSETS_INPUT_PRICE"):
        EndpointModel(endpoint, model="house-model")

    assert not endpoint_server.requests


def test_one_model_serves_several_event_loops_in_a_row(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    async def five() -> list[Finding]:
        return await asyncio.gather(*(ask(model) for _ in range(5)))

    answers = [finding for _ in range(4) for finding in asyncio.run(five())]

    assert len(answers) == endpoint_server.stats[CHAT].calls == 20


async def test_no_more_requests_are_under_way_than_allowed(
    connected: Callable[..., Endpoint], prices: ModelPrices, endpoint_server: EndpointServer
) -> None:
    endpoint_server.latency = 0.02
    model = EndpointModel(connected(max_concurrency=3), model="m", prices=prices)

    await asyncio.gather(*(ask(model) for _ in range(12)))

    assert endpoint_server.stats[CHAT].max_concurrency == 3


async def test_requests_run_at_the_same_time(endpoint_server: EndpointServer, model: EndpointModel) -> None:
    endpoint_server.latency = 0.3

    await asyncio.gather(*(ask(model) for _ in range(8)))

    assert endpoint_server.stats[CHAT].max_concurrency > 1
