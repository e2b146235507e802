"""One OpenAI-compatible HTTP endpoint: connections, concurrency, time-outs, retries, errors. What is asked is its callers' business."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from golden_assets.adapters.models.endpoint import failures
from golden_assets.adapters.models.endpoint.completions import read_object
from golden_assets.adapters.models.endpoint.concurrency import AdaptiveLimit
from golden_assets.adapters.models.endpoint.retries import Backoff, ExhaustedError, ThrottledFailure
from golden_assets.adapters.models.usage import Account
from golden_assets.domain.core.errors import ConfigurationError, ModelError, ModelUnavailableError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

logger = logging.getLogger(__name__)

OPENAI_URL = "https://api.openai.com/v1"
GIVEN_UP = 5
"""Calls in a row that used up all their attempts, without any answer in between, after which no other is sent. At the usual waits the
endpoint has been silent for half a minute by then.
"""


@dataclass(frozen=True)
class _Connection:
    """What belongs to one event loop."""

    client: "AsyncOpenAI"
    slots: asyncio.Semaphore
    limit: AdaptiveLimit


class Endpoint:
    """Sends requests to an OpenAI-compatible endpoint through the ``openai`` package.

    One object may be used from several event loops, one after another: client and concurrency limit belong to the running loop, and
    every response closes its connection, so that nothing is left behind when a loop ends.

    Args:
        api_key: sent as bearer token; it appears in no message. Servers that check none want any text.
        base_url: the address up to and including ``/v1``; None for OpenAI's own.
        max_concurrency: requests under way at a time, those that wait to be repeated included. Fewer while the endpoint answers 429.
        timeout: seconds for one request, from connecting to the last byte.
        max_attempts: how often one request is sent at most.
        first_wait: seconds before the first repetition.

    Raises:
        ConfigurationError: the key or the address cannot be used.
    """

    def __init__(
        self,
        *,
        api_key: SecretStr,
        base_url: str | None = None,
        max_concurrency: int = 16,
        timeout: float = 120.0,
        max_attempts: int = 6,
        first_wait: float = 1.0,
    ) -> None:
        self.base_url = base_url or OPENAI_URL
        self.host = _host(self.base_url)
        self.place = self.host + urlsplit(self.base_url).path.rstrip("/")
        _check_key(api_key.get_secret_value())
        self._api_key = api_key
        self._max_concurrency = max_concurrency
        self._timeout = timeout
        self._backoff = Backoff(max_attempts=max_attempts, first_wait=first_wait)
        self._connections: dict[asyncio.AbstractEventLoop, _Connection] = {}
        self._given_up = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close what belongs to the running loop; the next request opens it again."""
        connection = self._connections.pop(asyncio.get_running_loop(), None)
        if connection:
            await connection.client.close()

    async def send(self, request: "Callable[[AsyncOpenAI], Awaitable[Any]]", account: Account) -> dict[str, Any]:
        """The JSON object that the endpoint answers with. One that reports an error counts as an error, whatever its status.

        ``request`` calls a ``with_raw_response`` method of the client.

        Raises:
            MalformedAnswerError: the body is not a JSON object.
            ModelAuthenticationError: status 401 or 403, at once.
            ModelUnavailableError: `GIVEN_UP` calls in a row failed; nothing is sent any more.
            ModelError: any other failure; those that may pass after bounded repetition.
            UnanswerableError: the endpoint's content filter stopped the request.
        """
        connection = self._connection()
        async with connection.slots:
            self._require_alive()
            try:
                return await self._backoff.run(lambda: self._attempt_in_turn(connection, request, account))
            except ExhaustedError as error:
                self._given_up += 1
                self._require_alive(error)
                raise

    def _require_alive(self, last: ModelError | None = None) -> None:
        """Raise `ModelUnavailableError` when the endpoint has been silent for too many calls."""
        if self._given_up >= GIVEN_UP:
            problem = last.problem if last else f"the model endpoint {self.host} failed before"
            raise ModelUnavailableError(
                f"{self._given_up} calls in a row failed, the last with: {problem}", "see that the endpoint works, then start again"
            )

    async def _attempt_in_turn(
        self, connection: _Connection, request: "Callable[[AsyncOpenAI], Awaitable[Any]]", account: Account
    ) -> dict[str, Any]:
        """One attempt, as soon as the endpoint is thought to bear it."""
        async with connection.limit.slot() as sent_at:
            try:
                answer = await self._attempt(connection.client, request, account)
            except ThrottledFailure as error:
                connection.limit.throttled(sent_at, error.retry_after)
                logger.info("at most %d requests at a time now go to %s", connection.limit.width, self.host)
                raise
            connection.limit.answered()
            return answer

    async def _attempt(self, client: "AsyncOpenAI", request: "Callable[[AsyncOpenAI], Awaitable[Any]]", account: Account) -> dict[str, Any]:
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        account.sent()
        try:
            async with asyncio.timeout(self._timeout):
                response = await request(client)
            body = read_object(str(response.text))
            failure: Exception | None = failures.reported(self.host, body, self._api_key.get_secret_value())
            if failure is None:
                self._given_up = 0
                return body
        except asyncio.CancelledError:
            account.lost()
            raise
        except (TimeoutError, APITimeoutError):
            account.lost()
            failure = failures.timed_out(self.host, self._timeout)
        except APIStatusError as error:
            if error.status_code < 500 and error.status_code != 429:
                self._given_up = 0  # it answers, if only to refuse; one that is full does not
            failure = failures.refused(self.host, error, self._api_key.get_secret_value())
        except APIConnectionError as error:
            if failures.was_sent(error):
                account.lost()
            failure = failures.unreachable(self.host, error)
        logger.info("%s", failure)
        raise failure  # outside the handlers: a chained traceback would carry the endpoint's words, which may quote the key

    def _connection(self) -> _Connection:
        loop = asyncio.get_running_loop()
        if loop not in self._connections:
            self._connections = {other: connection for other, connection in self._connections.items() if not other.is_closed()}
            self._connections[loop] = _Connection(
                self._client(), asyncio.Semaphore(self._max_concurrency), AdaptiveLimit(self._max_concurrency)
            )
        return self._connections[loop]

    def _client(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        return AsyncOpenAI(
            api_key=self._api_key.get_secret_value(),
            base_url=self.base_url,
            timeout=self._timeout,
            max_retries=0,
            default_headers={"Connection": "close"},
            # an object of its own, since the client's schedules its closing on whatever loop runs when it is collected; a redirect
            # would carry the documents in the prompt to an address that the user did not name
            http_client=DefaultAsyncHttpxClient(follow_redirects=False),
        )


def _host(base_url: str) -> str:
    """``host:port`` without user name and password, which an address may carry."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        raise ConfigurationError("OPENAI_BASE_URL is not an http(s) address", "write it like https://api.openai.com/v1")
    if parts.query or parts.fragment:
        remedy = "end it with the path; for Azure it is https://RESOURCE.openai.azure.com/openai/v1/, without an api-version"
        raise ConfigurationError("OPENAI_BASE_URL contains a query or a fragment", remedy)
    return f"{host}:{port}" if port else host


def _check_key(key: str) -> None:
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError(
            "OPENAI_API_KEY is empty or contains blanks, line ends or letters beyond ASCII",
            "set it to the key alone, or to any word for a server that checks none",
        )
