"""How the schema gets to endpoints that know different response formats."""

import asyncio

import pytest
from pydantic import BaseModel

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.domain.core.errors import ModelError
from golden_assets_tests.endpoint_server import CHAT, FOREVER, EndpointServer, Fault

TEXT = "The pump starts when the tank holds less than ten litres."


class Finding(BaseModel):
    """Found in the text."""

    statement: str


class Mapping(BaseModel):
    """A map with free keys, which OpenAI's strict mode does not allow."""

    mapping: dict[str, list[str]]


@pytest.fixture
def model(endpoint: Endpoint, prices: ModelPrices) -> EndpointModel:
    return EndpointModel(endpoint, model="house-model", prices=prices)


async def ask(model: EndpointModel) -> Finding:
    return await model.complete(TEXT, Finding, purpose="transform")


def test_a_map_with_free_keys_is_not_asked_for_in_strict_mode(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    asyncio.run(model.complete(TEXT, Mapping, purpose="synthesizer"))

    asked = endpoint_server.requests[0][1]["response_format"]["json_schema"]
    assert asked["strict"] is False
    assert asked["schema"] == Mapping.model_json_schema()


async def test_an_endpoint_without_json_schema_is_asked_for_a_json_object_from_then_on(
    model: EndpointModel, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("response_format", times=FOREVER, formats=("json_schema",)))

    assert await ask(model) == await ask(model)

    formats = [body.get("response_format", {}).get("type") for _, body in endpoint_server.requests]
    assert formats == ["json_schema", "json_object", "json_object"]
    assert '"title": "Finding"' in endpoint_server.requests[1][1]["messages"][0]["content"]


async def test_an_endpoint_without_any_response_format_is_asked_in_words(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("response_format", times=FOREVER))

    await asyncio.gather(*(ask(model) for _ in range(5)))
    await ask(model)

    assert "response_format" not in endpoint_server.requests[-1][1]
    assert endpoint_server.stats[CHAT].calls == model.usage.calls


async def test_a_refused_format_that_is_not_even_sent_ends_in_an_error(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("status", times=FOREVER, status=400, message="Unknown parameter: response_format"))

    with pytest.raises(ModelError, match="Unknown parameter: response_format"):
        await ask(model)

    assert endpoint_server.stats[CHAT].calls == 3
