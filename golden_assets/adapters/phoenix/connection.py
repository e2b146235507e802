"""One connection to a Phoenix server, over the official client.

The client is given an httpx client of our own: then it reads no environment variable and no ``.env.phoenix``, honours our time-outs (its
own default of 5 s is too short for some thousand rows), and raises on every refusal instead of hiding the status in a text. The connection
belongs to the event loop that opened it and is closed with it.
"""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from golden_assets.adapters.phoenix.failures import Failures, NotPhoenixError, is_transient
from golden_assets.adapters.phoenix.reachability import is_on_this_machine
from golden_assets.domain.core.errors import ConfigurationError, PublishingError

Answer = TypeVar("Answer")

ATTEMPTS = 4
"""Rides out a blip of about 2 s."""
CONNECT_SECONDS = 5.0
PATCH = "mutation ($input: PatchDatasetInput!) { patchDataset(input: $input) { dataset { id } } }"
"""Phoenix changes the description and the metadata of a dataset by GraphQL alone."""


@dataclass(frozen=True)
class Connection:
    """``http`` asks Phoenix directly, ``client`` is Phoenix's own over it; both raise on every refusal."""

    http: httpx.AsyncClient
    client: Any
    failures: Failures
    attempts: int = ATTEMPTS

    async def attempt(self, request: Callable[[], Awaitable[Answer]]) -> Answer:
        """A request that may be repeated, retried while that is worth it. Every failure is a `PublishingError`."""
        from phoenix.client.exceptions import PhoenixException

        retrying = AsyncRetrying(
            retry=retry_if_exception(is_transient),
            stop=stop_after_attempt(self.attempts),
            wait=wait_exponential(multiplier=0.25, max=5) + wait_random(0, 0.25),
            reraise=True,
        )
        try:
            return await retrying(_perform, request)
        except (httpx.HTTPError, NotPhoenixError, PhoenixException, ValueError, KeyError, TypeError) as error:
            raise self.failures.explain(error) from None


@asynccontextmanager
async def open_connection(
    base_url: str, api_key: str | None, timeout_seconds: float, attempts: int = ATTEMPTS, ca_file: Path | None = None
) -> AsyncIterator[Connection]:
    """A connection that is closed at the end; nothing is asked yet.

    Args:
        base_url: scheme, host, port and path prefix of the server.
        api_key: sent as a bearer token.
        timeout_seconds: how long one answer may take.
        attempts: how often a request is made before it is given up.
        ca_file: certificates (PEM) to trust in place of the usual ones.

    Raises:
        ConfigurationError: the certificates cannot be read.
    """
    from phoenix.client import AsyncClient

    url = httpx.URL(base_url)
    http = httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
        timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
        event_hooks={"response": [_refuse_other_than_success]},
        trust_env=not is_on_this_machine(base_url),
        verify=_trusting(ca_file),
    )
    place = str(url.copy_with(username=None, password=None)).rstrip("/")
    async with http:
        yield Connection(http, AsyncClient(http_client=http), Failures(place, timeout_seconds, api_key), attempts)


def _trusting(ca_file: Path | None) -> ssl.SSLContext | bool:
    """The certificates to trust. Raises `ConfigurationError`."""
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigurationError(f"the certificates in {ca_file} cannot be read ({error})", "name a PEM file") from error


async def patch_dataset(http: httpx.AsyncClient, dataset_id: str, **fields: Any) -> None:
    """Set some fields of a dataset; its examples and versions stay as they are. Raises `PublishingError` when Phoenix refuses."""
    variables = {"input": {"datasetId": dataset_id, **fields}}
    answer = (await http.post("graphql", json={"query": PATCH, "variables": variables})).json()
    if answer.get("errors"):
        problem = f"Phoenix refuses to describe dataset {dataset_id} ({answer['errors'][0]['message']})"
        raise PublishingError(problem, "check that PHOENIX_API_KEY may write datasets, then publish again")


async def _refuse_other_than_success(response: httpx.Response) -> None:
    """Raise while the status is still known. Phoenix serves its web page for unknown paths, so a page is not a success either."""
    if not response.is_success:
        await response.aread()
        response.raise_for_status()
    if "html" in response.headers.get("content-type", ""):
        raise NotPhoenixError


async def _perform(request: Callable[[], Awaitable[Answer]]) -> Answer:
    """One attempt: tenacity awaits coroutine functions only."""
    return await request()
