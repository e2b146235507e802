"""The registry under crowds, kills and restarts."""

import asyncio
import threading
from collections import Counter
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from golden_assets.adapters.postgres import Database, Pooling, PostgresCallLedger, PostgresVersionStore, migrate
from golden_assets.adapters.postgres.versions.auditing import verify_log, verify_version
from golden_assets.domain.core.errors import ServerError, VersionConflictError
from golden_assets.domain.testsets.testset import Testset
from golden_assets.embedded.postgres import ensure_postgres, stop_postgres
from golden_assets_tests.factories import a_corpus, a_report, a_testset, rows_on

TABLES = ("versions", "rows", "metadata", "quality_metrics", "audit_log", "publications")


def rows(count: int, start: int = 0) -> Testset:
    return a_testset(rows_on(a_corpus(), count, start))


async def create(store: PostgresVersionStore, testset: Testset) -> tuple[str, bool]:
    summary, created = await store.create_version(testset, a_report(testset), created_by="test", run_id=None)
    return summary.version, created


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM golden_assets.golden_testset_{table}").fetchone()[0]  # noqa: S608
            for table in TABLES
        }


async def require_sound(store: PostgresVersionStore) -> None:
    """Every version and the audit chain verify."""
    for version in await store.list_versions():
        assert (await verify_version(store.database, store.testset_name, version.version)).faults == ()
    assert (await verify_log(store.database, store.testset_name)).faults == ()


async def test_fifty_promotions_at_once_leave_one_active_version(registry_url: str):
    store = PostgresVersionStore(registry_url)
    versions = [(await create(store, rows(4, start=4 * n)))[0] for n in range(50)]
    await asyncio.gather(*(store.promote_version(version, promoted_by="crowd", run_id=None) for version in versions))
    assert Counter(version.status for version in await store.list_versions()) == {"active": 1, "archived": 49}
    await require_sound(store)
    assert counts(registry_url)["audit_log"] == 100
    await store.dispose()


async def test_the_same_testset_created_by_a_crowd_is_stored_once(registry_url: str):
    store = PostgresVersionStore(registry_url)
    outcomes = await asyncio.gather(*(create(store, rows(4)) for _ in range(25)))
    assert Counter(outcomes) == {("1.0.0", True): 1, ("1.0.0", False): 24}
    await require_sound(store)
    await store.dispose()


async def test_a_crowd_of_creators_gets_a_number_each(registry_url: str):
    store = PostgresVersionStore(registry_url)
    outcomes = await asyncio.gather(*(create(store, rows(4, start=4 * n)) for n in range(25)))
    assert {version for version, _ in outcomes} == {"1.0.0"} | {f"1.{n}.0" for n in range(1, 25)}
    await require_sound(store)
    await store.dispose()


async def test_a_wanted_number_goes_to_one_of_a_crowd(registry_url: str):
    store = PostgresVersionStore(registry_url)
    attempts = [store.create_version(rows(4, start=4 * n), None, created_by="t", run_id=None, version="2.0.0") for n in range(10)]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert Counter(type(outcome) for outcome in outcomes) == {tuple: 1, VersionConflictError: 9}
    await store.dispose()


async def test_a_restart_of_postgresql_during_create_version_is_survived(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("restarted")
    server = ensure_postgres(home)
    try:
        migrate(server.url())
        store = PostgresVersionStore(server.url(), pooling=Pooling.PER_USE)
        restarts = _restart_after(store, "INSERT INTO golden_assets.golden_testset_versions", home)
        assert await create(store, rows(4)) == ("1.0.0", True)
        assert restarts == [1]
        assert counts(server.url()) == dict.fromkeys(TABLES, 1) | {"rows": 4, "publications": 0}
        await require_sound(store)
    finally:
        stop_postgres(home)


async def test_pooled_connections_that_died_are_replaced(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("restarted-pool")
    server = ensure_postgres(home)
    try:
        migrate(server.url())
        store = PostgresVersionStore(server.url())
        await asyncio.gather(*(store.list_versions() for _ in range(5)))
        for _ in range(2):
            stop_postgres(home)
            ensure_postgres(home)
            assert await asyncio.gather(*(store.get_active_version() for _ in range(5))) == [None] * 5
        stop_postgres(home)
        ensure_postgres(home)
        assert await create(store, rows(4)) == ("1.0.0", True)
        assert counts(server.url())["audit_log"] == 1
        await store.dispose()
    finally:
        stop_postgres(home)


async def test_a_server_that_is_away_for_seconds_is_waited_for_by_whoever_used_it_before(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("away")
    server = ensure_postgres(home)
    ledger = None
    try:
        migrate(server.url())
        store = PostgresVersionStore(server.url(), pooling=Pooling.PER_USE)
        ledger = PostgresCallLedger(server.url(), testset_name="golden")
        assert (await store.list_versions(), (await ledger.spending()).day) == ([], 0)
        stop_postgres(home)
        threading.Timer(5, ensure_postgres, [home]).start()
        assert (await asyncio.gather(create(store, rows(4)), ledger.spending()))[0] == ("1.0.0", True)
    finally:
        if ledger is not None:
            ledger.close()
        stop_postgres(home)


def _restart_after(store: PostgresVersionStore, beginning: str, home: Path) -> list[int]:
    """Restart the server once, after the first statement with this beginning; the list tells how often it happened."""
    restarts: list[int] = []

    def restart(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith(beginning) and not restarts:
            restarts.append(1)
            stop_postgres(home)
            ensure_postgres(home)

    event.listen(store.database._engine.sync_engine, "after_cursor_execute", restart)
    return restarts


@pytest.mark.parametrize("losses", [1, 3])
async def test_a_commit_whose_answer_is_lost_is_not_done_twice(registry_url: str, behind_a_lossy_proxy, losses: int):
    url, proxy = await behind_a_lossy_proxy(losses)
    store = PostgresVersionStore(url, pooling=Pooling.PER_USE)
    assert await create(store, rows(4)) == ("1.0.0", True)
    assert proxy.lost == losses
    assert counts(registry_url) == dict.fromkeys(TABLES, 1) | {"rows": 4, "publications": 0}

    proxy.lost = 0
    assert (await store.promote_version("1.0.0", promoted_by="test", run_id=None)).status == "active"
    assert proxy.lost == losses
    assert counts(registry_url)["audit_log"] == 2
    await require_sound(store)


async def test_a_database_that_stays_away_is_named_without_the_password():
    store = PostgresVersionStore(Database("postgresql://u:geheim@127.0.0.1:1/gone", Pooling.PER_USE, attempts=2))
    with pytest.raises(ServerError, match=r"the database at 127\.0\.0\.1:1/gone cannot be used") as caught:
        await store.list_versions()
    assert "geheim" not in str(caught.value)
