"""One conversation with a Phoenix server, over the official client.

The client is given an httpx client of our own: then it reads no environment variable and no ``.env.phoenix``, honours our time-outs (its
own default of 5 s is too short for some thousand rows), and raises on every refusal instead of hiding the status in a text. The session
belongs to the event loop that opened it and is closed with it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from golden_assets.adapters.phoenix.examples import Example
from golden_assets.adapters.phoenix.failures import Failures, NotPhoenixError, is_transient
from golden_assets.adapters.phoenix.reachability import is_on_this_machine

Answer = TypeVar("Answer")

ATTEMPTS = 4
"""Rides out a blip (about 2 s in all); a longer outage is for the caller's own retries."""
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class HeldDataset:
    """The latest version of a dataset, as Phoenix answers it: ids, and the examples that this very version id holds."""

    dataset_id: str
    version_id: str
    examples: Sequence[Mapping[str, Any]]


@asynccontextmanager
async def open_session(base_url: str, api_key: str | None, timeout_seconds: float) -> AsyncIterator["PhoenixSession"]:
    """A session that is closed at the end; nothing is asked yet.

    Args:
        base_url: scheme, host, port and path prefix of the server.
        api_key: sent as a bearer token.
        timeout_seconds: how long one answer may take.
    """
    from phoenix.client import AsyncClient

    url = httpx.URL(base_url)
    http = httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
        timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
        event_hooks={"response": [_refuse_other_than_success]},
        trust_env=not is_on_this_machine(base_url),
    )
    place = str(url.copy_with(username=None, password=None)).rstrip("/")
    async with http:
        yield PhoenixSession(http, AsyncClient(http_client=http), Failures(place, timeout_seconds, api_key))


async def _refuse_other_than_success(response: httpx.Response) -> None:
    """Raise while the status is still known. Phoenix serves its web page for unknown paths, so a page is no success either."""
    if not response.is_success:
        await response.aread()
        response.raise_for_status()
    if "html" in response.headers.get("content-type", ""):
        raise NotPhoenixError


class PhoenixSession:
    """The three requests that publishing needs, each retried while it is worth it; every failure is a `PublishingError`."""

    def __init__(self, http: httpx.AsyncClient, client: Any, failures: Failures) -> None:
        self._http = http
        self._datasets = client.datasets
        self._failures = failures

    async def read(self, name: str) -> HeldDataset | None:
        """The latest version of the dataset of this name, or None when there is no such dataset."""
        return await self._attempt(lambda: self._read(name))

    async def append(self, name: str, examples: Sequence[Example]) -> None:
        """Create or revise these examples and leave all others as they are; creates the dataset when needed."""
        timeout = self._failures.timeout_seconds
        await self._attempt(lambda: self._datasets.add_examples_to_dataset(dataset=name, examples=examples, timeout=timeout))

    async def replace(self, name: str, examples: Sequence[Example]) -> None:
        """Make these examples, and no others, the dataset's content; creates the dataset when needed."""
        timeout = self._failures.timeout_seconds
        await self._attempt(lambda: self._datasets.create_dataset(name=name, examples=examples, timeout=timeout))

    async def _read(self, name: str) -> HeldDataset | None:
        # The name is looked up here, since the client reports "not found" and "not understood" by the same ValueError.
        found = (await self._http.get("v1/datasets", params={"name": name})).json()["data"]
        if not found:
            return None
        dataset = await self._datasets.get_dataset(dataset=found[0]["id"], timeout=self._failures.timeout_seconds)
        return HeldDataset(dataset_id=dataset.id, version_id=dataset.version_id, examples=dataset.examples)

    async def _attempt(self, request: Callable[[], Awaitable[Answer]]) -> Answer:
        """Every request may be repeated: an upload of the same examples changes nothing."""
        from phoenix.client.exceptions import PhoenixException

        retrying = AsyncRetrying(
            retry=retry_if_exception(is_transient),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(multiplier=0.25, max=5) + wait_random(0, 0.25),
            reraise=True,
        )
        try:
            return await retrying(_perform, request)
        except (httpx.HTTPError, NotPhoenixError, PhoenixException, ValueError, KeyError, TypeError) as error:
            raise self._failures.explain(error) from None


async def _perform(request: Callable[[], Awaitable[Answer]]) -> Answer:
    """One attempt: tenacity awaits coroutine functions only."""
    return await request()
