"""One connection that is held for as long as its owner lives, and that shows others that it does.

It holds a session-level advisory lock under a number of its own. The server drops the lock as soon as the process is gone, however it
ended: no clock, no heartbeat, no guess. A pooler that hands out connections per transaction (pgbouncer's transaction mode) defeats that.
"""

import random
import threading
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.rows import dict_row
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from golden_assets.adapters.postgres.sql_files import query
from golden_assets.adapters.postgres.urls import driver_url, shown_url
from golden_assets.domain.errors import RegistryError, ServerError

KEEPALIVES = "-c timezone=UTC -c statement_timeout=60000 -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""The keepalives let the server notice within a minute that a whole machine is gone."""
_ATTEMPTS = 5


class Presence:
    """Statements on a connection of one's own, one at a time, each its own transaction; made anew when it is lost.

    Args:
        url: any PostgreSQL URL.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[dict[str, Any]] | None = None
        self._lock = threading.Lock()
        self.holder = 0

    def run(self, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of a named query, which must be one that may be repeated: COMMIT may have taken place when a connection is lost.

        ``holder``, the number of the advisory lock, is added to the parameters.

        Raises:
            ServerError: the database cannot be reached, or lacks the schema.
            RegistryError: it refuses the statement.
        """
        with self._lock:
            try:
                for attempt in Retrying(
                    stop=stop_after_attempt(_ATTEMPTS),
                    wait=wait_random_exponential(multiplier=0.1, max=1.0),
                    retry=retry_if_exception_type((psycopg.OperationalError, psycopg.InterfaceError)),
                    reraise=True,
                ):
                    with attempt:
                        rows = self._execute(name, parameters)
            except psycopg.Error as error:
                raise _translated(error, shown_url(self._url)) from error
        return rows

    def close(self) -> None:
        """End the connection; the next statement opens another one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _execute(self, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            connection = self._connected()
            return connection.execute(query(name), {**parameters, "holder": self.holder}).fetchall()
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self.close()
            raise

    def _connected(self) -> psycopg.Connection[dict[str, Any]]:
        if self._connection is None:
            self._connection = psycopg.connect(
                driver_url(self._url),
                autocommit=True,
                row_factory=dict_row,
                connect_timeout=10,
                application_name="golden_assets ledger",
                options=KEEPALIVES,
            )
            self._hold()
        return self._connection

    def _hold(self) -> None:
        """Take the advisory lock under a number that nobody else holds."""
        held = False
        while self._connection is not None and not held:
            self.holder = random.SystemRandom().randrange(1, 2**31)
            row = self._connection.execute(query("hold_presence"), {"holder": self.holder}).fetchone()
            held = bool(row and row["held"])


def _translated(error: psycopg.Error, place: str) -> ServerError | RegistryError:
    message = error.diag.message_primary or str(error).splitlines()[0]
    if isinstance(error, psycopg.errors.UndefinedFunction | psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
        return ServerError(f"the ledger of model calls at {place} is missing ({message})", "set the schema up with: golden-assets db up")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return ServerError(
            f"the ledger of model calls at {place} cannot be reached ({message})",
            "check that the database runs; nothing is sent without it",
        )
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return RegistryError(f"{message} ({place})", "connect with a role that has the right, see sql/roles.sql")
    return RegistryError(f"the ledger of model calls at {place} refused ({error.sqlstate} {message})", "report this with the message")
