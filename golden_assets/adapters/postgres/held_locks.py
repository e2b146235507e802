"""Locks in the database that show, from any machine, that some work is under way: the server drops them when the process is gone.

No clock and no table is involved. A pooler that hands out connections per transaction (pgbouncer's transaction mode) defeats them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from golden_assets.adapters.postgres.connecting import BoundedConnection, connect, shown_url
from golden_assets.adapters.postgres.failures import domain_errors
from golden_assets.adapters.postgres.sql_files import query

KEEP_SECONDS = 2.0
"""How often a holder looks after its connection; a lock that was lost is taken again by then, once the server answers."""
GRACE_SECONDS = 2.5 * KEEP_SECONDS
"""The time in which a living holder takes a lost lock again."""

APPLICATION = "golden_assets run"


@contextmanager
def held_lock(url: str, name: str) -> Iterator[None]:
    """Hold the lock of this name while the block runs, over restarts of the server. Raises `ServerError` if it cannot be reached."""
    with domain_errors(f"the database at {shown_url(url)}"):
        connection = _take(url, name)
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
    with domain_errors(f"the database at {shown_url(url)}"), connect(url, application=APPLICATION) as connection:
        return _is_locked(connection, name)


def _keep(connection: BoundedConnection, url: str, name: str, ended: threading.Event) -> None:
    """Look after the lock. After a lost connection the server may let the old session keep it for a while: then it is not ours at once."""
    while not ended.wait(KEEP_SECONDS):
        try:
            if not _is_locked(connection, name):
                connection.execute(query("hold_lock"), {"name": name})
        except psycopg.Error:
            connection.close()
            with suppress(psycopg.Error):
                connection = _take(url, name)
    connection.close()


def _take(url: str, name: str) -> BoundedConnection:
    connection = connect(url, application=APPLICATION)
    connection.execute(query("hold_lock"), {"name": name})
    return connection


def _is_locked(connection: BoundedConnection, name: str) -> bool:
    found = connection.execute(query("is_locked"), {"name": name}).fetchone()
    return bool(found and found["locked"])
