"""The manager does as the settings say: connections, numbers, and creators who get in each other's way."""

import asyncio
import re
from collections.abc import AsyncIterator

import pandas as pd
import pytest

from golden_assets.domain.core.errors import InvalidVersionError, ServerError, VersionConflictError
from golden_assets.manager import GoldenTestsetManager


def frame(*questions: str) -> pd.DataFrame:
    return pd.DataFrame({"user_input": questions, "reference": [f"answer to {question}" for question in questions]})


@pytest.fixture
async def manager(database_url: str) -> AsyncIterator[GoldenTestsetManager]:
    async with GoldenTestsetManager(db_url=database_url, performed_by="test") as made:
        yield made


async def create(manager: GoldenTestsetManager, *questions: str, version: str | None = None) -> str:
    return (await manager.create_version(frame(*questions), {}, version=version)).version


async def test_versions_are_counted_up_when_the_strategy_is_incremental(
    monkeypatch: pytest.MonkeyPatch, manager: GoldenTestsetManager
) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_VERSION_STRATEGY", "incremental")
    assert [await create(manager, "a"), await create(manager, "b"), await create(manager, "c")] == ["1.0.0", "2.0.0", "3.0.0"]


async def test_versions_carry_the_time_when_the_strategy_is_timestamp(
    monkeypatch: pytest.MonkeyPatch, manager: GoldenTestsetManager
) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_VERSION_STRATEGY", "timestamp")
    numbers = [await create(manager, "a"), await create(manager, "b")]
    assert all(re.fullmatch(r"20\d\d\.\d{3,4}\.\d{1,6}", number) for number in numbers)
    assert len(set(numbers)) == 2
    assert [summary.version for summary in await manager.list_versions()] == numbers[::-1]


async def test_the_share_that_makes_a_minor_version_is_a_setting(monkeypatch: pytest.MonkeyPatch, manager: GoldenTestsetManager) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_MINOR_SHARE", "0.9")
    assert [await create(manager, "a", "b", "c"), await create(manager, "a", "b", "d")] == ["1.0.0", "1.0.1"]


async def test_without_automatic_numbers_the_caller_must_give_one(monkeypatch: pytest.MonkeyPatch, manager: GoldenTestsetManager) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_AUTO_BUMP", "false")
    with pytest.raises(InvalidVersionError, match="no version number is given"):
        await create(manager, "a")
    assert await manager.list_versions() == []
    assert await create(manager, "a", version="3.1.4") == "3.1.4"
    assert [(entry.operation, entry.result) for entry in await manager.audit_log()] == [("create", "failure"), ("create", "success")]


async def test_a_statement_takes_no_longer_than_is_set(monkeypatch: pytest.MonkeyPatch, manager: GoldenTestsetManager) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_STATEMENT_TIMEOUT_SECONDS", "0.2")
    await manager.list_versions()
    from sqlalchemy import text

    store = await manager._store()
    with pytest.raises(ServerError, match="statement timeout"):
        await store.database.run(lambda connection, _: connection.execute(text("SELECT pg_sleep(30)")))


async def test_no_more_connections_are_opened_than_is_set(monkeypatch: pytest.MonkeyPatch, manager: GoldenTestsetManager) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_POOL_MIN", "1")
    monkeypatch.setenv("GOLDEN_ASSETS_POOL_MAX", "2")
    await asyncio.gather(*(manager.list_versions() for _ in range(12)))
    from sqlalchemy import text

    counting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'golden_assets'")
    store = await manager._store()
    found = await store.database.run(lambda connection, _: connection.execute(counting))
    assert 1 <= found.scalar_one() <= 2


async def test_the_testset_of_the_settings_is_used_with_a_url_too(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_TESTSET_NAME", "silver")
    async with (
        GoldenTestsetManager(db_url=database_url) as silver,
        GoldenTestsetManager(db_url=database_url, testset_name="golden") as gold,
    ):
        await create(silver, "a")
        assert (await silver.list_versions())[0].testset_name == "silver"
        assert await gold.list_versions() == []


@pytest.mark.parametrize("strategy", ["semantic", "timestamp", "incremental"])
async def test_creators_at_once_get_a_number_each(
    monkeypatch: pytest.MonkeyPatch, database_url: str, manager: GoldenTestsetManager, strategy: str
) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_VERSION_STRATEGY", strategy)
    async with GoldenTestsetManager(db_url=database_url) as other:
        numbers = await asyncio.gather(*(create(manager if n % 2 else other, f"question {n}") for n in range(10)))
    assert len(set(numbers)) == 10
    assert {summary.version for summary in await manager.list_versions()} == set(numbers)


async def test_one_of_several_creators_gets_the_number_that_all_want(database_url: str, manager: GoldenTestsetManager) -> None:
    async with GoldenTestsetManager(db_url=database_url) as other:
        wanting = (create(manager if n % 2 else other, f"question {n}", version="2.0.0") for n in range(6))
        outcomes = await asyncio.gather(*wanting, return_exceptions=True)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, VersionConflictError)]
    assert len(refusals) == 5
    assert all("2.0.0" in str(refusal) and "choose a number that is free" in str(refusal) for refusal in refusals)
    assert [summary.version for summary in await manager.list_versions()] == ["2.0.0"]
