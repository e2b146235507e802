"""Which versions a trend shows, and which one a version is compared with, from what is on record about their activation."""

from datetime import UTC, datetime, timedelta

import pytest

from golden_assets.adapters.testing import InMemoryVersionStore
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.services.evaluate import trend_of, versions_in_use_until
from golden_assets.services.experiment import opponent_of
from golden_assets_tests.factories import a_corpus, a_report, a_testset, rows_on

CORPUS = a_corpus(count=6)


class Clock:
    """A minute passes each time that it is looked at."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
async def versions() -> InMemoryVersionStore:
    """1.0.0, 1.1.0 and 2.0.0 or as they are numbered: all stored, the first two activated, the third never."""
    store = InMemoryVersionStore(clock=Clock())
    for start in (0, 12, 24, 36):
        testset = a_testset(rows_on(CORPUS, 12, start), CORPUS)
        await store.create_version(testset, a_report(testset, CORPUS), created_by="test", run_id=None)
    return store


async def activate(store: InMemoryVersionStore, *order: int) -> list[str]:
    """The numbers of all versions; those at these places were activated one after another."""
    numbers = [one.summary.version for one in store.versions]
    for place in order:
        store.roll_back(numbers[place])
    return numbers


async def test_with_nothing_named_a_version_is_compared_with_the_one_that_was_active_last(versions: InMemoryVersionStore) -> None:
    """The version created last is not the one that was active last after a rollback."""
    numbers = await activate(versions, 0, 2, 1)
    assert await opponent_of(versions, numbers[1], one_task=True) == numbers[2]
    await activate(versions, 0, 1)
    assert await opponent_of(versions, numbers[1], one_task=True) == numbers[0]
    assert await opponent_of(versions, numbers[1], one_task=False) == numbers[1]
    assert await opponent_of(versions, numbers[3], one_task=True) == numbers[1]


async def test_before_anything_was_active_there_is_nothing_to_compare_with(versions: InMemoryVersionStore) -> None:
    with pytest.raises(ExperimentError, match="no version was active"):
        await opponent_of(versions, versions.versions[0].summary.version, one_task=True)


async def test_the_trend_shows_the_versions_that_were_ever_active_and_no_other(versions: InMemoryVersionStore) -> None:
    numbers = await activate(versions, 0, 2, 0)
    assert list(trend_of(await versions_in_use_until(versions))) == [numbers[0], numbers[2]]


async def test_the_trend_until_a_version_leaves_out_what_became_active_after_it_was_stored() -> None:
    store = InMemoryVersionStore(clock=Clock())
    for start in (0, 12, 24):
        testset = a_testset(rows_on(CORPUS, 12, start), CORPUS)
        summary, _ = await store.create_version(testset, a_report(testset, CORPUS), created_by="test", run_id=None)
        if start != 12:
            store.roll_back(summary.version)
    first, second, third = [one.summary.version for one in store.versions]
    store.roll_back(second)
    assert list(trend_of(await versions_in_use_until(store, third))) == [first]
    assert list(trend_of(await versions_in_use_until(store, first))) == []
    assert list(trend_of(await versions_in_use_until(store))) == [first, second, third]
