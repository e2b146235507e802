"""Locks in the database that show, from any machine, that some work is under way: the server drops them when the process is gone.

No clock and no table is involved. A pooler that hands out connections per transaction (pgbouncer's transaction mode) defeats them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from golden_assets.adapters.postgres.connecting import BoundedConnection, connect
from golden_assets.adapters.postgres.sql_files import query
from golden_assets.adapters.postgres.urls import shown_url
from golden_assets.domain.errors import ServerError

KEEP_SECONDS = 2.0
"""How often a holder looks after its connection; a lock that was lost is taken again by then, once the server answers."""
GRACE_SECONDS = 2.5 * KEEP_SECONDS
"""The time in which a living holder takes a lost lock again."""

Connection = BoundedConnection
APPLICATION = "golden_assets run"


@contextmanager
def held_lock(url: str, name: str) -> Iterator[None]:
    """Hold the lock of this name while the block runs, over restarts of the server. Raises `ServerError` if it cannot be reached."""
    try:
        connection = _take(url, name)
    except psycopg.Error as error:
        raise _unreachable(url, error) from error
    ended = threading.Event()
    keeper = threading.Thread(target=_keep, args=(connection, url, name, ended), name=f"lock {name}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def is_held(url: str, name: str) -> bool:
    """Whether any process holds the lock of this name. Raises `ServerError` if the server cannot be reached."""
    try:
        with connect(url, application=APPLICATION) as connection:
            return _is_locked(connection, name)
    except psycopg.Error as error:
        raise _unreachable(url, error) from error


def _keep(connection: Connection, url: str, name: str, ended: threading.Event) -> None:
    while not ended.wait(KEEP_SECONDS):
        try:
            _is_locked(connection, name)
        except psycopg.Error:
            connection.close()
            with suppress(psycopg.Error):
                connection = _take(url, name)
    connection.close()


def _take(url: str, name: str) -> Connection:
    connection = connect(url, application=APPLICATION)
    connection.execute(query("hold_lock"), {"name": name})
    return connection


def _is_locked(connection: Connection, name: str) -> bool:
    found = connection.execute(query("is_locked"), {"name": name}).fetchone()
    return bool(found and found["locked"])


def _unreachable(url: str, error: psycopg.Error) -> ServerError:
    reason = error.diag.message_primary or str(error).partition("\n")[0]
    return ServerError(f"the database at {shown_url(url)} cannot be used ({reason})", "check that it runs and that the URL is right")
