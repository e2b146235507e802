"""HTTP: what is repeated, what is not, what the messages say, and that they never say the key."""

import asyncio
import gc
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import BaseModel, SecretStr

from golden_assets.adapters.models.endpoint.client import OPENAI_URL, Endpoint
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.domain.core.errors import ConfigurationError, ModelAuthenticationError, ModelError, ModelUnavailableError
from golden_assets_tests.endpoint_server import CHAT, FOREVER, KEY, EndpointServer, Fault


class Note(BaseModel):
    text: str


async def ask(endpoint: Endpoint) -> Note:
    model = EndpointModel(endpoint, model="house-model", prices=ModelPrices(input=1, output=1))
    return await model.complete("The lamp is green as long as the door is shut.", Note, purpose="test")


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_a_failure_that_may_pass_is_waited_out(status: int, endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("status", status=status, times=3))

    assert (await ask(endpoint)).text == "The lamp is green as long as the door is shut."

    assert endpoint_server.stats[CHAT].calls == 4


@pytest.mark.parametrize("status", [429, 500])
async def test_a_failure_that_does_not_pass_names_endpoint_status_attempts_and_remedy(
    status: int, connected: Callable[..., Endpoint], endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("status", status=status, times=FOREVER))

    with pytest.raises(ModelError) as caught:
        await ask(connected(max_attempts=3))

    assert (
        caught.value.problem
        == f"the model endpoint 127.0.0.1:{endpoint_server.server_port} answered status {status}: scripted fault, in 3 attempts"
    )
    assert "try again later" in caught.value.remedy
    assert endpoint_server.stats[CHAT].calls == 3


@pytest.mark.parametrize("status", [400, 404, 422])
async def test_a_request_that_is_wrong_is_not_repeated(status: int, endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("status", status=status, message="The model `house-model`\ndoes not exist."))

    with pytest.raises(ModelError, match=rf"status {status}: .*The model `house-model` does not exist: check the model's name"):
        await ask(endpoint)

    assert endpoint_server.stats[CHAT].calls == 1


async def test_an_account_without_credit_is_not_asked_again(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("status", status=429, code="insufficient_quota", message="You exceeded your current quota", times=FOREVER))

    with pytest.raises(ModelError, match="no credit left"):
        await ask(endpoint)

    assert endpoint_server.stats[CHAT].calls == 1


async def test_a_prompt_beyond_the_context_names_the_way_out(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("context_length"))

    with pytest.raises(ModelError, match="longer than the model's context: use a model with a larger context"):
        await ask(endpoint)

    assert endpoint_server.stats[CHAT].calls == 1


async def test_retry_after_in_seconds_is_honoured(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("status", status=429, retry_after="0.4"))
    loop = asyncio.get_running_loop()
    start = loop.time()

    await ask(endpoint)

    assert loop.time() - start >= 0.4


async def test_retry_after_as_a_date_beyond_all_patience_ends_the_run(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    endpoint_server.script(Fault("status", status=429, retry_after=in_an_hour, times=FOREVER))

    with pytest.raises(ModelUnavailableError, match=r"asks to wait 3[56]\d\d s: start again after that time"):
        await ask(endpoint)

    assert endpoint_server.stats[CHAT].calls == 1


async def test_a_dropped_connection_is_made_again(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("disconnect", times=2))

    await ask(endpoint)

    assert endpoint_server.stats[CHAT].calls == 3


async def test_an_endpoint_that_is_not_there_is_named(connected: Callable[..., Endpoint]) -> None:
    with pytest.raises(
        ModelError, match=r"127\.0\.0\.1:1 refused the connection, in 2 attempts: start the server, or correct OPENAI_BASE_URL"
    ):
        await ask(connected(base_url="http://127.0.0.1:1/v1", max_attempts=2))


async def test_an_endpoint_that_hangs_is_given_up(connected: Callable[..., Endpoint], endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("hang", times=FOREVER))

    with pytest.raises(ModelError, match=r"did not answer within 0\.2 s, in 2 attempts"):
        await ask(connected(timeout=0.2, max_attempts=2))


async def test_a_request_that_was_lost_is_repeated_and_charged_by_estimate(
    connected: Callable[..., Endpoint], endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("hang"))
    model = EndpointModel(connected(timeout=1.0), model="house-model", prices=ModelPrices(input=1, output=1))

    await model.complete("A" * 400, Note, purpose="test")

    assert model.usage.calls == 2
    assert model.usage.estimated
    assert model.usage.prompt_tokens == 100 + endpoint_server.stats[CHAT].prompt_tokens


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_fails_at_once(status: int, endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("status", status=status, message=f"Incorrect API key provided: {KEY}", times=FOREVER))

    with pytest.raises(ModelAuthenticationError, match=rf"127\.0\.0\.1:\d+ refused the API key with status {status}: check OPENAI_API_KEY"):
        await ask(endpoint)

    assert endpoint_server.stats[CHAT].calls == 1


async def test_a_wrong_key_is_refused_by_the_server_itself(connected: Callable[..., Endpoint]) -> None:
    with pytest.raises(ModelAuthenticationError, match="OPENAI_API_KEY"):
        await ask(connected(api_key=SecretStr("another-key")))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
async def test_no_message_log_or_traceback_shows_the_key(
    status: int, connected: Callable[..., Endpoint], endpoint_server: EndpointServer, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint_server.script(Fault("status", status=status, message=f"Bad request with 'Bearer {KEY}'", times=FOREVER))
    caplog.set_level(logging.INFO)

    with pytest.raises(ModelError) as caught:
        await ask(connected(max_attempts=2))

    seen: BaseException | None = caught.value
    while seen:
        assert KEY not in "".join(traceback.format_exception(seen))
        seen = seen.__cause__ or seen.__context__
    assert KEY not in caplog.text


@pytest.mark.parametrize("key", ["", "two words", "with-line-end\n", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY") as caught:
        Endpoint(api_key=SecretStr(key))

    assert not key or key.strip() not in str(caught.value)


@pytest.mark.parametrize("address", ["api.openai.com/v1", "ftp://host/v1", "http://", "http://host:port/v1", "http://[bad/v1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="OPENAI_BASE_URL is not an http"):
        Endpoint(api_key=SecretStr("k"), base_url=address)


def test_an_address_is_shown_without_the_password_in_it() -> None:
    assert Endpoint(api_key=SecretStr("k"), base_url="https://user:secret@models.example:8443/v1").host == "models.example:8443"


@pytest.mark.parametrize("address", [None, ""])
def test_without_an_address_it_is_openai_whatever_the_environment_says(address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere.example/v1")

    endpoint = Endpoint(api_key=SecretStr("k"), base_url=address)

    assert endpoint.base_url == OPENAI_URL
    assert endpoint.host == "api.openai.com"


def test_a_loop_that_ends_without_closing_leaves_no_open_socket(endpoint: Endpoint) -> None:
    for _ in range(3):
        asyncio.run(ask(endpoint))

    gc.collect()  # an unclosed socket would warn, and a warning is an error here


async def test_an_endpoint_works_again_after_it_was_closed(endpoint: Endpoint, endpoint_server: EndpointServer) -> None:
    async with endpoint:
        await ask(endpoint)
    await endpoint.aclose()
    await ask(endpoint)
    await endpoint.aclose()

    assert endpoint_server.stats[CHAT].calls == 2


async def test_a_cancelled_request_frees_its_slot(connected: Callable[..., Endpoint], endpoint_server: EndpointServer) -> None:
    endpoint = connected(max_concurrency=1)
    await ask(endpoint)
    endpoint_server.script(Fault("hang"))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await ask(endpoint)

    assert (await ask(endpoint)).text
