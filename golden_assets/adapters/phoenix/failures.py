"""What can go wrong between us and Phoenix, in words that say what to do about it."""

import re
from dataclasses import dataclass

import httpx

from golden_assets.domain.core.errors import PublishingError

MAX_DETAIL = 200
LATER = "publish again later"
ENDPOINT = "check PHOENIX_COLLECTOR_ENDPOINT, it must be the address of a Phoenix server"
KEY = "check PHOENIX_API_KEY"
LOG = "look into the log of Phoenix, then publish again"

BY_STATUS = {
    401: ("refuses the API key", KEY),
    403: ("does not allow the API key to write datasets", KEY),
    404: ("does not know what was asked for", f"{ENDPOINT}, version 15 or newer"),
    413: ("refuses an upload of this size", "raise the body limit of Phoenix or of the proxy in front of it"),
    422: ("rejects the examples", "check that Phoenix is version 15 or newer, and its message"),
    429: ("is asked too often", LATER),
}
"""Status code to (what it means, remedy)."""


class NotPhoenixError(Exception):
    """A web page came where JSON or a version number was asked for."""


def is_transient(error: BaseException) -> bool:
    """Whether the same request may succeed a moment later: connection trouble, 429, 5xx. A read time-out was waited for long enough."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code == httpx.codes.TOO_MANY_REQUESTS or error.response.is_server_error
    return isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError | httpx.ConnectTimeout)


@dataclass(frozen=True)
class Failures:
    """Turns what httpx and the Phoenix client raise into a `PublishingError`.

    ``place`` is the address without credentials, ``secret`` is struck out wherever a server echoes it.
    """

    place: str
    timeout_seconds: float
    secret: str | None

    def explain(self, error: Exception) -> PublishingError:
        """One line: what, where, remedy."""
        if isinstance(error, httpx.HTTPStatusError):
            return self._refused(error.response)
        if isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error).upper():
            remedy = "name the file of its authority's certificates in GOLDEN_ASSETS_PHOENIX_CA_FILE"
            return self._error("shows a certificate that is not trusted", remedy)
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return self._error("cannot be reached", 'start it with "golden-assets up", or check PHOENIX_COLLECTOR_ENDPOINT')
        if isinstance(error, httpx.TimeoutException):
            return self._error(f"did not answer within {self.timeout_seconds:g} s", "publish again, or allow more time")
        if isinstance(error, NotPhoenixError):
            return self._error("answers with a web page: this is a proxy or another program", ENDPOINT)
        if isinstance(error, httpx.TransportError):
            return self._error(f"broke off the connection ({type(error).__name__})", LATER)
        return self._error(f"gave an answer that cannot be used ({type(error).__name__}: {self._brief(str(error))})", ENDPOINT)

    def _refused(self, response: httpx.Response) -> PublishingError:
        """The meaning of a status code, with the server's own words where it has any."""
        status = response.status_code
        problem, remedy = BY_STATUS.get(status, ("failed", LOG) if response.is_server_error else ("answers unexpectedly", ENDPOINT))
        if status == httpx.codes.UNAUTHORIZED and not self.secret:
            problem, remedy = "asks for an API key", "set PHOENIX_API_KEY"
        detail = self._brief(response.text) if "json" in response.headers.get("content-type", "") else ""
        return self._error(f"{problem} (HTTP {status}{': ' if detail else ''}{detail})", remedy)

    def _error(self, problem: str, remedy: str) -> PublishingError:
        return PublishingError(f"Phoenix at {self.place} {problem}", remedy)

    def _brief(self, text: str) -> str:
        """The start of a message, on one line, without the secret."""
        clean = text.replace(self.secret, "***") if self.secret else text
        return re.sub(r"\s+", " ", clean).strip()[:MAX_DETAIL]
