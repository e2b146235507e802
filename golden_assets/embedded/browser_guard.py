"""What may ask Dagster's and Phoenix's servers for something: programs on this machine, and their own pages in a browser.

Neither server has a login here, and a browser sends requests to this machine from every page that is open in it. So a request is refused
when it names a host that is not ours (a foreign name may be made to point here), when it comes from a page of another origin, or when
it would change something by GET. A link from elsewhere still opens a page.

The Phoenix server loads this file by its path, in an environment of its own: nothing of our package is imported here.
"""

import os
import re
from urllib.parse import urlsplit

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HOSTS_VARIABLE = "GOLDEN_ASSETS_UI_HOSTS"
"""Further names of the servers, with commas between them: those of a proxy before them."""
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
READING = ("GET", "HEAD", "OPTIONS")
MUTATION = re.compile(r"\bmutation\b")
"""Every GraphQL document that changes something has this word."""


class BrowserGuard(BaseHTTPMiddleware):
    """Middleware that refuses what `refusal` refuses, for HTTP and websockets alike."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._hosts = frozenset(name.strip().lower() for name in os.environ.get(HOSTS_VARIABLE, "").split(",") if name.strip())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with the reason."""
        reason = refusal(HTTPConnection(scope), self._hosts) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            await PlainTextResponse(f"refused: {reason}\n", status_code=403)(scope, receive, send)


def refusal(request: HTTPConnection, hosts: frozenset[str]) -> str | None:
    """Why a request is refused; None for one that is not. ``hosts``: names of the server beside those of the loopback interface."""
    named = _hostname(f"//{request.headers.get('host', '')}")
    if len(request.headers.getlist("host")) != 1 or named not in LOOPBACK_NAMES | hosts:
        return "the Host header names another server; a name of this one is added with the setting ui_hosts"
    if _is_from_elsewhere(request, hosts):
        return "it comes from a page of another origin"
    if request.scope.get("method") == "GET" and any(MUTATION.search(query) for query in request.query_params.getlist("query")):
        return "a mutation is sent by POST"
    return None


def _is_from_elsewhere(request: HTTPConnection, hosts: frozenset[str]) -> bool:
    """Whether a page of another origin sent it: browsers say so. Opening one of our pages by a link does no harm."""
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers["host"] and _hostname(origin) not in hosts:
        return True
    if request.headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return False
    page = (request.headers.get("sec-fetch-mode"), request.headers.get("sec-fetch-dest"))
    return request.scope.get("method") not in READING or page != ("navigate", "document")


def _hostname(url: str) -> str | None:
    """The host of a URL, in lower case; None when there is none, or the URL is none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
