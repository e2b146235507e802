"""When to ask an endpoint again: exponential back-off with jitter, never earlier than the endpoint's own ``Retry-After``."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import tenacity

from golden_assets.domain.core.errors import ModelError
from golden_assets.domain.core.text import counted

Answer = TypeVar("Answer")

LONGEST_WAIT = 60.0
"""Seconds. An endpoint that asks for more is not waited for: the run fails at once and says when to come back."""


class PassingFailure(ModelError):
    """A failure that may pass: overload, a dropped connection, a time-out. ``retry_after``: the seconds the endpoint asks to wait."""

    def __init__(self, problem: str, remedy: str, retry_after: float | None = None) -> None:
        super().__init__(problem, remedy)
        self.retry_after = retry_after


class ThrottledFailure(PassingFailure):
    """Too many requests (429): it may pass, and sooner when fewer are sent."""


class ExhaustedError(ModelError):
    """Every attempt failed."""


@dataclass(frozen=True)
class Backoff:
    """How often a request is sent, and how long to wait in between.

    The waits grow from ``first_wait`` by factors of two up to `LONGEST_WAIT` seconds, each lengthened by up to ``first_wait`` at random
    so that many workers do not come back at once.
    """

    max_attempts: int
    first_wait: float

    async def run(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """The first answer of ``attempt``.

        Raises:
            ExhaustedError: every attempt failed; the message of the last one, with the number of attempts.
        """

        async def _send() -> Answer:  # tenacity awaits what it knows for a coroutine function, and nothing else
            return await attempt()

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(PassingFailure),
            wait=self._wait,
            stop=tenacity.stop_after_attempt(self.max_attempts),
            reraise=True,
        )
        try:
            return await retrying(_send)
        except PassingFailure as last:
            raise ExhaustedError(f"{last.problem}, in {counted(self.max_attempts, 'attempt')}", last.remedy) from None

    def _wait(self, state: tenacity.RetryCallState) -> float:
        backoff = tenacity.wait_exponential_jitter(multiplier=self.first_wait, max=LONGEST_WAIT, jitter=self.first_wait)(state)
        failure = state.outcome.exception() if state.outcome else None
        asked = failure.retry_after if isinstance(failure, PassingFailure) else None
        return max(backoff, asked or 0.0)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds that ``Retry-After`` asks to wait, given as seconds or as an HTTP date (RFC 9110, 10.2.3).

    ``retry-after-ms``, which OpenAI and Azure send, is more exact and wins. None when there is neither or it cannot be read.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    try:
        return max(0.0, (parsedate_to_datetime(value) - (now or datetime.now(UTC))).total_seconds())
    except (ValueError, TypeError):  # not a date; a date without a zone
        return None


def _number(value: str | None) -> float | None:
    return float(value) if value and value.strip().replace(".", "", 1).isdecimal() else None
