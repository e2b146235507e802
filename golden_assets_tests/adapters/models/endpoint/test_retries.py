"""How long to wait, and when to stop."""

from datetime import UTC, datetime, timedelta

import pytest

from golden_assets.adapters.models.endpoint.retries import LONGEST_WAIT, Backoff, PassingFailure, retry_after
from golden_assets.domain.core.errors import ModelAuthenticationError, ModelError

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class Attempts:
    """Fails with the given errors, one after another, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def overload() -> PassingFailure:
    return PassingFailure("the endpoint is overloaded", "wait", None)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2026 12:00:30 -0000"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_a_date_counts_from_now() -> None:
    in_ten_minutes = (datetime.now(UTC) + timedelta(minutes=10)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    assert 500 < (retry_after({"retry-after": in_ten_minutes}) or 0) <= 600


async def test_it_stops_at_the_first_answer() -> None:
    attempts = Attempts(overload(), overload())

    assert await Backoff(max_attempts=5, first_wait=0.001).run(attempts) == "answer"

    assert attempts.made == 3


async def test_it_stops_after_the_last_attempt_and_says_how_many_there_were() -> None:
    attempts = Attempts(*(overload() for _ in range(9)))

    with pytest.raises(ModelError, match=r"the endpoint is overloaded, in 4 attempts: wait\."):
        await Backoff(max_attempts=4, first_wait=0.001).run(attempts)

    assert attempts.made == 4


async def test_other_failures_are_not_repeated() -> None:
    attempts = Attempts(ModelAuthenticationError("the key is refused", "check it"))

    with pytest.raises(ModelAuthenticationError):
        await Backoff(max_attempts=4, first_wait=0.001).run(attempts)

    assert attempts.made == 1


async def waits(attempts: Attempts, backoff: Backoff, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds slept between the attempts, without sleeping them."""
    slept: list[float] = []

    async def note(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("asyncio.sleep", note)
    await backoff.run(attempts)
    return slept


async def test_waits_double_up_to_a_bound_and_differ_between_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    backoff = Backoff(max_attempts=10, first_wait=1.0)

    one = await waits(Attempts(*(overload() for _ in range(9))), backoff, monkeypatch)
    other = await waits(Attempts(*(overload() for _ in range(9))), backoff, monkeypatch)

    assert all(2**n <= wait <= 2**n + 1 for n, wait in enumerate(one[:6]))
    assert max(one) <= LONGEST_WAIT
    assert one != other


async def test_the_endpoints_own_wish_is_the_shortest_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = Attempts(PassingFailure("overloaded", "wait", 20.0), PassingFailure("overloaded", "wait", 0.0))

    asked, ours = await waits(attempts, Backoff(max_attempts=3, first_wait=1.0), monkeypatch)

    assert asked == 20.0
    assert 2.0 <= ours <= 3.0
