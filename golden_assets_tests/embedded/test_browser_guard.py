"""What a page in a browser may ask of the servers on this machine. The servers themselves are asked in the tests of `golden-assets dev`."""

from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from golden_assets.embedded.browser_guard import HOSTS_VARIABLE, BrowserGuard, refusal

LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
OWN_PAGE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}


def asked(method: str | None = "GET", query: str = "", hosts: tuple[str, ...] = (), **headers: str) -> str | None:
    """The verdict on a request; without a method it opens a websocket. Underscores in names of headers are dashes."""
    named = {"host": "localhost:3000"} | {name.lower().replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http" if method else "websocket",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "query_string": urlencode({"query": query}).encode(),
        **({"method": method} if method else {}),
    }
    return refusal(HTTPConnection(scope), frozenset(hosts))


@pytest.mark.parametrize("host", ["localhost:3000", "127.0.0.1:3000", "LOCALHOST", "[::1]:3000"])
def test_programs_on_this_machine_ask_for_what_they_want(host: str) -> None:
    assert asked(host=host) is None
    assert asked("POST", host=host) is None
    assert asked(None, host=host) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", "", "[", "10.0.0.1"]
)
def test_a_foreign_name_that_points_here_is_refused(host: str) -> None:
    for method in ("GET", "POST", None):
        assert "Host" in (asked(method, host=host) or "")


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:8888",
        "https://localhost:3000.evil.example",
        "null",
        "http://127.0.0.1:3000",
        "[",
        "http://[",
    ],
)
def test_what_a_page_of_another_origin_sends_is_refused(origin: str) -> None:
    for method in ("POST", "GET", "OPTIONS", None):
        assert "another origin" in (asked(method, origin=origin) or "")


def test_their_own_pages_may_do_everything() -> None:
    for method in ("POST", "GET", None):
        assert asked(method, origin="http://localhost:3000", **{name.replace("-", "_"): value for name, value in OWN_PAGE.items()}) is None


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(("mode", "dest"), [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe"), ("no-cors", "script")])
def test_what_a_foreign_page_embeds_is_refused_although_a_browser_names_no_origin(site: str, mode: str, dest: str) -> None:
    assert "another origin" in (asked(sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=dest) or "")


def test_a_link_from_anywhere_opens_a_page_and_sends_no_form() -> None:
    link = {name.replace("-", "_"): value for name, value in LINK.items()}
    assert asked(**link) is None
    assert "another origin" in (asked("POST", **link) or "")


@pytest.mark.parametrize("query", ["mutation { reloadWorkspace { __typename } }", "query A{a} mutation\nB{b}", "mutation($a: X!){b}"])
def test_a_mutation_by_get_is_refused_to_everybody(query: str) -> None:
    assert asked(query=query) == "a mutation is sent by POST"
    assert asked("POST", query) is None


def test_a_query_by_get_is_not() -> None:
    assert asked(query="{ __schema { mutationType { name } } }") is None


def test_a_proxy_is_known_by_the_names_in_the_settings() -> None:
    hosts = ("dagster.example",)
    assert asked("POST", host="dagster.example", origin="https://dagster.example", hosts=hosts) is None
    assert asked("POST", host="127.0.0.1:3000", origin="https://dagster.example", hosts=hosts) is None
    assert asked("POST", host="dagster.example", origin="https://other.example", hosts=hosts) is not None
    assert asked("POST", host="127.0.0.1:3000", origin="http://localhost:8888", hosts=hosts) is not None


def test_the_middleware_answers_in_place_of_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")

    monkeypatch.setenv(HOSTS_VARIABLE, "Dagster.example, other.example")
    application = Starlette(routes=[WebSocketRoute("/", talk)])
    application.add_middleware(BrowserGuard)
    with TestClient(application, base_url="http://localhost:3000") as client:
        assert client.get("/").status_code == 404
        assert client.get("/", headers={"host": "dagster.example"}).status_code == 404
        refused = client.get("/", headers={"host": "evil.example"})
        assert (refused.status_code, refused.text) == (403, f"refused: {asked(host='evil.example')}\n")
        with client.websocket_connect("ws://localhost:3000/", headers={"origin": "http://localhost:3000"}) as websocket:
            assert websocket.receive_text() == "hello"
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("ws://localhost:3000/", headers={"origin": "http://evil.example"}),
        ):
            pass
