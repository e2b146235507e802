"""Dagster's own storage, on a real PostgreSQL, when it fails under a command."""

import logging
import sys
from collections.abc import Callable, Iterator
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from golden_assets.cli.local.dagster_home import open_instance
from golden_assets.cli.local.storage_errors import UNWRITTEN
from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer
from golden_assets.settings.settings import Settings, load_settings


@pytest.fixture
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Iterator[Settings]:
    with monkeypatch.context() as patch:
        patch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
        patch.setenv("GOLDEN_ASSETS_HOME", str(tmp_path))
        for name in ("DAGSTER_HOME", "GOLDEN_ASSETS_DAGSTER_URL"):
            patch.setenv(name, "")  # what the instance sets goes with the test
            patch.delenv(name)
        yield load_settings()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dagster_postgres.utils.calculate_delay", lambda **_: 0.0)


@pytest.fixture
def read_after(settings: Settings, database_url: str, postgres_server: PostgresServer) -> Callable[[str], str]:
    """Open the instance, change its database, read from it; what the command would print of the error."""
    name = sql.Identifier(database_url.rpartition("/")[2])

    def read(change: LiteralString) -> str:
        try:
            with open_instance(settings) as instance:
                with psycopg.connect(postgres_server.url("postgres", driver="postgresql", role=SUPERUSER), autocommit=True) as admin:
                    admin.execute(sql.SQL(change).format(name))
                instance.get_runs()
        except ServerError as error:
            return str(error)
        raise AssertionError("nothing failed")

    return read


def test_a_database_that_is_gone_is_one_line(
    read_after: Callable[[str], str], database_url: str, impatient: None, capfd: pytest.CaptureFixture[str]
) -> None:
    told = read_after("ALTER DATABASE {} ALLOW_CONNECTIONS false")
    assert "\n" not in told
    assert told.startswith(f"the database at {database_url.rpartition('@')[2]} cannot be used (")
    assert told.endswith("check that it runs, then run the command again; what was stored and paid for is kept.")
    assert capfd.readouterr().err == "the database does not answer; trying again for some seconds ...\n"


def test_a_database_that_lets_no_more_clients_in_says_so(read_after: Callable[[str], str], impatient: None) -> None:
    told = read_after("ALTER DATABASE {} CONNECTION LIMIT 0")
    assert "too many connections" in told
    assert told.endswith(": end sessions that are not needed, lower pool_max, or raise max_connections of the server.")


def test_what_dagster_prints_of_events_it_cannot_write_is_not_shown(
    settings: Settings, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with open_instance(settings):
        sys.stderr.write(f"{UNWRITTEN}: INSERT INTO event_logs ... [parameters: a row's text]\n")
        sys.stderr.write("something else\n")
        logging.getLogger("a.library").warning("is heard")
    assert capfd.readouterr().err == "something else\n"
    assert "is heard" in caplog.text
