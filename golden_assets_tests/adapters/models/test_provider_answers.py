"""Answers as real servers, gateways and models send them, over HTTP: what is read, what is asked again, what is charged."""

import asyncio
import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest
import trustme
from pydantic import BaseModel

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.domain.core.errors import ModelError, ModelUnavailableError, UnanswerableError
from golden_assets_tests.endpoint_faults import WRAPPINGS
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, FOREVER, EndpointServer, Fault, serving

SENTENCE = "The lamp is green as long as the door is shut."


class Note(BaseModel):
    text: str


@pytest.fixture
def model(endpoint: Endpoint) -> EndpointModel:
    return model_at(endpoint)


def model_at(endpoint: Endpoint) -> EndpointModel:
    return EndpointModel(endpoint, model="house-model", prices=ModelPrices(input=1, output=1))


async def ask(model: EndpointModel) -> str:
    return (await model.complete(SENTENCE, Note, purpose="test")).text


@pytest.mark.parametrize("wrapping", WRAPPINGS)
async def test_an_answer_is_read_at_the_first_attempt_whatever_is_around_it(
    wrapping: str, model: EndpointModel, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault(wrapping, times=FOREVER))

    assert await ask(model) == SENTENCE

    assert endpoint_server.stats[CHAT].calls == 1


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("nul", "cannot be stored (text holds a NUL byte)"),
        ("endless", "an answer of 100,"),
        ("deep", "an answer that is no Note"),
        ("spent_on_thoughts", "reasoning that used up the length limit"),
    ],
)
async def test_what_cannot_be_used_is_asked_again_and_named(
    kind: str, problem: str, model: EndpointModel, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault(kind))
    assert await ask(model) == SENTENCE

    endpoint_server.script(Fault(kind, times=FOREVER))
    with pytest.raises(ModelError) as caught:
        await ask(model)

    assert problem in caught.value.problem
    assert "\n" not in str(caught.value)


async def test_a_body_that_is_nested_too_deeply_is_an_error_of_our_own(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("body", message='{"choices": ' + "[" * 200_000, times=FOREVER))

    with pytest.raises(ModelError, match="JSON that is nested too deeply"):
        await ask(model)


async def test_a_filter_that_leaves_no_message_declines_and_is_not_asked_again(
    model: EndpointModel, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("no_message", times=FOREVER))

    with pytest.raises(UnanswerableError, match="a content filter stopped the answer"):
        await ask(model)

    assert endpoint_server.stats[CHAT].calls == 1


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"message": "Provider returned error: overloaded", "code": 502}, "user_id": "u"},
        {"error": {"message": "Rate limit exceeded", "code": 429}},
        {"choices": [{"error": {"message": "Provider disconnected", "code": 502}, "finish_reason": "error", "message": {"content": ""}}]},
        {"error": "the backend is restarting"},
    ],
    ids=["overloaded", "throttled", "in the choice", "a text"],
)
async def test_an_error_with_status_200_is_waited_for_told_in_its_own_words_and_not_charged(
    error: dict[str, object], connected: Callable[..., Endpoint], endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("body", message=json.dumps(error)))
    model = model_at(connected(max_attempts=2))
    assert await ask(model) == SENTENCE
    assert model.usage.prompt_tokens == endpoint_server.stats[CHAT].prompt_tokens
    assert not model.usage.estimated

    endpoint_server.script(Fault("body", message=json.dumps(error), times=FOREVER))
    with pytest.raises(ModelError, match=r"answered status (429|502): .*(overloaded|Rate limit|disconnected|restarting).*, in 2 attempts"):
        await ask(model)


async def test_an_error_with_status_200_that_cannot_pass_is_not_repeated(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    error = {"error": {"message": "No endpoints found for house-model", "code": 404}}
    endpoint_server.script(Fault("body", message=json.dumps(error), times=FOREVER))

    with pytest.raises(ModelError, match="status 404: No endpoints found for house-model: check the model's name"):
        await ask(model)

    assert endpoint_server.stats[CHAT].calls == 1


async def test_a_usage_that_cannot_be_is_estimated_and_said_so(
    model: EndpointModel, endpoint_server: EndpointServer, caplog: pytest.LogCaptureFixture
) -> None:
    answer = {
        "choices": [{"message": {"content": json.dumps({"text": "x" * 40})}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10**20, "completion_tokens": 5},
    }
    endpoint_server.script(Fault("body", message=json.dumps(answer)))

    with caplog.at_level(logging.WARNING):
        assert await ask(model) == "x" * 40

    assert model.usage.estimated
    assert model.usage.prompt_tokens < 1_000
    assert "more than 10000000 tokens for one request; they are estimated" in caplog.text


async def test_vectors_with_a_usage_that_cannot_be_are_kept(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    answer = {"data": [{"index": 0, "embedding": [1.0, 0.0]}], "usage": {"prompt_tokens": 10**20, "total_tokens": 10**20}}
    endpoint_server.script(Fault("body", path=EMBEDDINGS, message=json.dumps(answer)))
    embedder = EndpointEmbedder(endpoint, model="house-embedder", prices=ModelPrices(embedding=1))

    assert await embedder.embed(["a lamp"]) == [[1.0, 0.0]]

    assert embedder.usage.estimated


async def test_no_redirect_is_followed_and_its_target_is_named(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    with serving() as other:
        endpoint_server.script(Fault("redirect", message=f"{other.url}/chat/completions", times=FOREVER))

        with pytest.raises(
            ModelUnavailableError, match=rf"redirects to {other.url}/chat/completions, which is not followed: set OPENAI_BASE_URL"
        ):
            await ask(model)

        assert other.stats[CHAT].calls == 0
    assert endpoint_server.stats[CHAT].calls == 1


async def test_a_redirect_to_what_is_not_an_address_is_an_error_of_ours(model: EndpointModel, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("redirect", message="http://[", times=FOREVER))
    with pytest.raises(ModelUnavailableError, match="redirects to an address that it does not name, which is not followed"):
        await ask(model)


async def test_an_answer_that_breaks_off_is_charged_by_estimate_and_asked_for_again(
    model: EndpointModel, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("cut"))

    assert await ask(model) == SENTENCE

    assert model.usage.calls == 2
    assert model.usage.estimated


async def test_a_server_that_does_not_run_a_name_without_address_and_a_broken_connection_are_told_apart(
    connected: Callable[..., Endpoint], endpoint_server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match="refused the connection, in 2 attempts: start the server, or correct OPENAI_BASE_URL"):
        await ask(model_at(connected(base_url="http://127.0.0.1:1/v1", max_attempts=2)))

    endpoint_server.script(Fault("disconnect", times=FOREVER))
    with pytest.raises(ModelError, match="closed the connection before it answered, in 2 attempts: look at the server's log"):
        await ask(model_at(connected(max_attempts=2)))

    async def _unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", _unknown, raising=False)
    with pytest.raises(
        ModelUnavailableError, match=r"the host name of the model endpoint no-such\.invalid cannot be resolved: check the spelling"
    ):
        await ask(model_at(connected(base_url="http://no-such.invalid/v1")))


@pytest.fixture
def tls_port() -> Iterator[int]:
    """A port that speaks TLS with a certificate of an authority that this process does not know."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def _accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                try:
                    context.wrap_socket(connection, server_side=True).close()
                except OSError:
                    connection.close()

        thread = threading.Thread(target=_accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


async def test_a_certificate_that_is_not_trusted_is_named_with_the_way_out_and_not_tried_again(
    tls_port: int, connected: Callable[..., Endpoint], endpoint_server: EndpointServer
) -> None:
    with pytest.raises(
        ModelUnavailableError, match=rf"certificate of the model endpoint 127.0.0.1:{tls_port} is not trusted \(.+\): set SSL_CERT_FILE"
    ):
        await ask(model_at(connected(base_url=f"https://127.0.0.1:{tls_port}/v1")))

    with pytest.raises(ModelUnavailableError, match=r"no TLS connection to the model endpoint .*: write http:// in OPENAI_BASE_URL"):
        await ask(model_at(connected(base_url=endpoint_server.url.replace("http:", "https:"))))
