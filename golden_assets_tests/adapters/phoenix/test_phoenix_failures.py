"""Every way in which Phoenix can refuse or be absent ends in one line that says what, where and what to do."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher, is_reachable
from golden_assets.adapters.phoenix.labels import DatasetNames
from golden_assets.domain.core.errors import ConfigurationError, PublishingError
from golden_assets_tests.adapters.phoenix.loopback import Answer, Request, serving
from golden_assets_tests.adapters.phoenix.versions import a_version, rows

KEY = SecretStr("canary-7c1f")
PAGE = Answer(200, b"<!DOCTYPE html><title>Sign in</title>", "text/html; charset=utf-8")
EMPTY = Answer(200, b'{"data": [], "next_cursor": null}')


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def failure(url: str, key: SecretStr | None = KEY, timeout_seconds: float = 5) -> str:
    with pytest.raises(PublishingError) as caught:
        await PhoenixDatasetPublisher(url, key, timeout_seconds=timeout_seconds).publish(a_version("golden", rows("a?")))
    message = str(caught.value)
    assert "\n" not in message
    assert KEY.get_secret_value() not in message
    assert KEY.get_secret_value() not in repr(caught.value.__dict__)
    return message


async def test_a_server_that_is_down_is_named_with_the_command_that_starts_it(closed_port: int) -> None:
    message = await failure(f"http://127.0.0.1:{closed_port}")
    assert message == (
        f"Phoenix at http://127.0.0.1:{closed_port} cannot be reached: "
        'start it with "golden-assets up", or check PHOENIX_COLLECTOR_ENDPOINT.'
    )


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "refuses the API key (HTTP 401: no): check PHOENIX_API_KEY."),
        (403, "does not allow the API key to write datasets (HTTP 403: no): check PHOENIX_API_KEY."),
        (404, "does not know what was asked for (HTTP 404: no): check PHOENIX_COLLECTOR_ENDPOINT"),
        (413, "refuses an upload of this size (HTTP 413: no): raise the body limit"),
        (422, "rejects the examples (HTTP 422: no): check that Phoenix is version 15 or newer"),
        (409, "answers unexpectedly (HTTP 409: no): check PHOENIX_COLLECTOR_ENDPOINT"),
        (302, "answers unexpectedly (HTTP 302: no): check PHOENIX_COLLECTOR_ENDPOINT"),
    ],
)
async def test_a_refusal_is_explained_and_not_repeated(status: int, told: str) -> None:
    with serving(lambda _: Answer(status, b"no")) as server:
        assert told in await failure(server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (429, "is asked too often (HTTP 429): publish again later."),
        (500, "failed (HTTP 500): look into the log of Phoenix"),
        (503, "failed (HTTP 503): look into the log of Phoenix"),
    ],
)
async def test_trouble_that_may_pass_is_tried_four_times(status: int, told: str) -> None:
    with serving(lambda _: Answer(status, b"<h1>no</h1>", "text/html")) as server:
        assert told in await failure(server.url)
    assert len(server.requests) == 4


async def test_a_refused_upload_is_explained_like_any_other_request() -> None:
    def refuse_uploads(request: Request) -> Answer:
        if request.path.startswith("/arize_phoenix_version"):
            return Answer(200, b"20.26.1", "text/plain")
        return Answer(413, b"<h1>413</h1>", "text/html") if request.is_upload else EMPTY

    with serving(refuse_uploads) as server:
        assert "refuses an upload of this size (HTTP 413): raise the body limit" in await failure(server.url)
    assert len(server.uploads) == 1


async def test_without_a_key_a_server_that_asks_for_one_says_so() -> None:
    with serving(lambda _: Answer(401, b"Invalid token", "text/plain")) as server:
        assert "asks for an API key (HTTP 401): set PHOENIX_API_KEY." in await failure(server.url, key=None)
    assert "authorization" not in server.requests[0].headers


async def test_the_key_is_sent_as_a_bearer_token_and_struck_out_where_the_server_echoes_it() -> None:
    with serving(lambda request: Answer(403, json.dumps({"detail": request.headers["authorization"]}).encode())) as server:
        assert "Bearer ***" in await failure(server.url)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY.get_secret_value()}"


async def test_a_long_message_of_the_server_is_cut_to_one_short_line() -> None:
    with serving(lambda _: Answer(422, json.dumps({"detail": "x\n" * 5000}, indent=1).encode())) as server:
        assert len(await failure(server.url)) < 500


async def test_a_web_page_instead_of_an_answer_is_told_from_a_failure() -> None:
    with serving(lambda _: PAGE) as server:
        message = await failure(server.url)
    assert "answers with a web page: this is a proxy or another program: check PHOENIX_COLLECTOR_ENDPOINT" in message
    assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"date": []}', b'{"data": [{"name": "x"}]}', b"null"])
async def test_an_answer_that_is_not_phoenix_is_refused(body: bytes) -> None:
    with serving(lambda _: Answer(200, body)) as server:
        assert "gave an answer that cannot be used" in await failure(server.url)


async def test_half_an_answer_is_no_answer() -> None:
    with serving(lambda _: Answer(200, EMPTY.body, cut=True)) as server:
        assert "broke off the connection (RemoteProtocolError): publish again later." in await failure(server.url)


async def test_a_server_that_is_too_old_for_stable_ids_is_refused_before_anything_is_sent() -> None:
    def old_server(request: Request) -> Answer:
        return Answer(200, b"14.2.0", "text/plain") if request.path.startswith("/arize_phoenix_version") else EMPTY

    with serving(old_server) as server:
        assert "14.2.0" in await failure(server.url)
    assert server.uploads == []


async def test_a_server_that_does_not_answer_is_given_up_after_the_time_out() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    with listening:
        message = await failure(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout_seconds=0.2)
    assert "did not answer within 0.2 s: publish again, or allow more time." in message


async def test_the_environment_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serving(lambda _: Answer(401)) as asked, serving(lambda _: Answer(401)) as other:
        (tmp_path / ".env.phoenix").write_text(f"PHOENIX_COLLECTOR_ENDPOINT={other.url}\nPHOENIX_API_KEY=from-file\n")
        monkeypatch.chdir(tmp_path)
        for variable in ("PHOENIX_COLLECTOR_ENDPOINT", "PHOENIX_ENDPOINT", "PHOENIX_BASE_URL", "HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(variable, other.url)
        monkeypatch.setenv("PHOENIX_API_KEY", "from-environment")
        monkeypatch.setenv("PHOENIX_CLIENT_HEADERS", "authorization=from-headers")
        await failure(asked.url, key=None)
    assert "authorization" not in asked.requests[0].headers
    assert other.requests == []


@pytest.mark.parametrize(
    "base_url",
    ["", "127.0.0.1:6006", "localhost", "ftp://127.0.0.1", "http://", "postgresql://x/y", "http://[::1", "http://x:99999", "http://x:a"],
)
def test_what_is_not_an_address_is_refused_at_once(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="is not the address of a Phoenix server: write it like http://"):
        PhoenixDatasetPublisher(base_url)


@pytest.mark.parametrize("template", ["{testset}", "{0}", "{", "{version:%d}", "{version.major}"])
def test_a_name_template_that_cannot_be_filled_is_refused_at_once(template: str) -> None:
    with pytest.raises(ConfigurationError, match="dataset name"):
        DatasetNames(template)


@pytest.mark.parametrize("batch_size", [0, 30_001])
def test_a_batch_size_out_of_range_is_refused(batch_size: int) -> None:
    with pytest.raises(ConfigurationError, match="1 to 30000"):
        PhoenixDatasetPublisher("http://127.0.0.1:6006", batch_size=batch_size)


async def test_credentials_in_the_address_are_used_but_never_shown() -> None:
    with serving(lambda _: Answer(401)) as server:
        message = await failure(server.url.replace("http://", "http://ada:canary-7c1f@"), key=None)
    assert server.requests[0].headers["authorization"].startswith("Basic ")
    assert f"Phoenix at {server.url} " in message


async def test_the_address_of_the_trace_collector_is_understood() -> None:
    with serving(lambda _: Answer(404)) as server:
        await failure(f"{server.url}/v1/traces/")
    assert server.requests[0].path.startswith("/v1/datasets?")


async def test_a_path_in_front_of_phoenix_is_kept() -> None:
    with serving(lambda _: Answer(404)) as server:
        assert f"Phoenix at {server.url}/phoenix does not know" in await failure(f"{server.url}/phoenix/")
    assert server.requests[0].path.startswith("/phoenix/v1/datasets?")


def test_importing_the_adapter_loads_neither_httpx_nor_the_phoenix_client() -> None:
    program = "import sys, golden_assets.adapters.phoenix; print(sorted({'httpx', 'phoenix', 'phoenix.client'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_real_phoenix_is_reachable(phoenix_url: str) -> None:
    assert is_reachable(phoenix_url)
    assert is_reachable(f"{phoenix_url}/")


@pytest.mark.parametrize("answer", [PAGE, Answer(500, b"20.26.1"), Answer(200, b"hello", "text/plain"), None])
def test_something_else_that_listens_is_not_a_phoenix(answer: Answer | None) -> None:
    with serving(lambda _: answer) as server:
        assert not is_reachable(server.url)


def test_nothing_that_listens_is_not_a_phoenix(closed_port: int) -> None:
    assert not is_reachable(f"http://127.0.0.1:{closed_port}")
    assert not is_reachable("")
    assert not is_reachable("http://[::1")


def test_a_status_table_never_promises_a_retry_that_is_not_made() -> None:
    from golden_assets.adapters.phoenix.failures import BY_STATUS, is_transient

    request = httpx.Request("GET", "http://x")
    transient = {
        status for status in BY_STATUS if is_transient(httpx.HTTPStatusError("", request=request, response=httpx.Response(status)))
    }
    assert transient == {429}
