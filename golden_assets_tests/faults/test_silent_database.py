"""A proxy in front of PostgreSQL that takes what it is sent and forwards nothing more: every connection of ours gives up in time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy.engine import make_url

from golden_assets.adapters.postgres import (
    Database,
    Pooling,
    PostgresArtifactStore,
    PostgresCallLedger,
    PostgresVectorCache,
    PostgresVersionStore,
    connecting,
    migrate,
    migration_status,
)
from golden_assets.adapters.postgres.dagster_storage import prepare_dagster_storage
from golden_assets.domain.core.errors import GoldenAssetsError, ServerError
from golden_assets_tests.factories import a_report, a_testset

STATEMENT_SECONDS = 0.5
GRACE_SECONDS = 0.5
SILENT = r"at 127\.0\.0\.1:\d+/test_\w+ gave no answer within 1 seconds, the connection was given up: look whether the server, or a proxy"


class SilentProxy:
    """Forwards bytes until it is told to be silent; then it goes on reading, so that TCP sees a healthy peer."""

    def __init__(self, port: int) -> None:
        self.silent = threading.Event()
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets = [self._listener]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """End every connection."""
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                self._sockets += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not self.silent.is_set():
                    sink.sendall(data)
            if not self.silent.is_set():
                sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy(registry_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SilentProxy]:
    monkeypatch.setattr(connecting, "GRACE_SECONDS", GRACE_SECONDS)
    made = SilentProxy(make_url(registry_url).port or 5432)
    yield made
    made.close()


@pytest.fixture
def proxied_url(registry_url: str, proxy: SilentProxy) -> str:
    url = make_url(registry_url).set(port=proxy.port)
    return url.update_query_dict({"connect_timeout": "2", "sslmode": "disable"}).render_as_string(hide_password=False)


@pytest.mark.parametrize("pooling", Pooling)
async def test_a_store_gives_up_on_a_server_that_falls_silent_between_two_statements(
    proxy: SilentProxy, proxied_url: str, pooling: Pooling
):
    store = PostgresVersionStore(Database(proxied_url, pooling, pool_min=1, statement_timeout_seconds=STATEMENT_SECONDS))
    summary, _ = await store.create_version(a_testset(), a_report(), created_by="t", run_id=None)

    begun = time.monotonic()
    with pytest.raises(ServerError, match=SILENT if pooling is Pooling.POOLED else "cannot be used|gave no answer"):
        await store.database.run(lambda connection, _: _silent_select(proxy, connection))
    assert time.monotonic() - begun < 5
    proxy.silent.clear()
    assert (await store.get_version(summary.version)).testset == a_testset(), "the next one works again"
    await store.dispose()


async def _silent_select(proxy: SilentProxy, connection: object) -> None:
    proxy.silent.set()
    await connection.exec_driver_sql("SELECT 1")


async def test_a_pooled_connection_that_fell_silent_while_idle_is_given_up(proxy: SilentProxy, proxied_url: str):
    store = PostgresVersionStore(Database(proxied_url, statement_timeout_seconds=STATEMENT_SECONDS))
    assert await store.get_active_version() is None
    proxy.silent.set()
    begun = time.monotonic()
    with pytest.raises(ServerError, match=SILENT):
        await store.get_active_version()
    assert time.monotonic() - begun < 5
    await store.dispose()


async def test_the_ledger_gives_up_and_goes_on_afterwards(proxy: SilentProxy, proxied_url: str):
    ledger = PostgresCallLedger(proxied_url, testset_name="golden", statement_timeout_seconds=STATEMENT_SECONDS)
    assert (await ledger.spending()).day == 0
    proxy.silent.set()
    begun = time.monotonic()
    with pytest.raises(ServerError, match="ledger of model calls " + SILENT):
        await ledger.spending()
    assert time.monotonic() - begun < 5
    proxy.silent.clear()
    assert (await ledger.spending()).day == 0
    ledger.close()


@pytest.mark.parametrize("work", [migrate, migration_status, prepare_dagster_storage])
def test_what_opens_a_connection_gives_up_when_nothing_is_said_at_all(proxy: SilentProxy, proxied_url: str, work):
    proxy.silent.set()
    begun = time.monotonic()
    with pytest.raises(GoldenAssetsError, match=r"cannot be used \(connection timeout expired\): check that it runs"):
        work(proxied_url)
    assert time.monotonic() - begun < 6


async def test_the_statement_timeout_of_the_settings_reaches_every_store(registry_url: str):
    database = Database(registry_url, Pooling.PER_USE, statement_timeout_seconds=600)
    ledger = PostgresCallLedger(registry_url, testset_name="golden", statement_timeout_seconds=600)
    await ledger.spending()
    shown = ledger._presence._connection.execute("SHOW statement_timeout").fetchone()
    assert shown == {"statement_timeout": "10min"}
    for store in (PostgresArtifactStore(database), PostgresVectorCache(database)):
        assert store._database is database
    assert await database.read(_value) == "10min"
    ledger.close()


async def _value(connection: object) -> str:
    return (await connection.exec_driver_sql("SHOW statement_timeout")).scalar_one()
