"""One connection that is held for as long as its owner lives, and that shows others that it does.

It holds a session-level advisory lock under a number of its own. The server drops the lock as soon as the process is gone, however it
ended: no clock, no heartbeat, no guess. A pooler that hands out connections per transaction (pgbouncer's transaction mode) defeats that.
"""

import random
import threading
from collections.abc import Mapping
from typing import Any

import psycopg
from tenacity import Retrying

from golden_assets.adapters.postgres.connecting import STATEMENT_SECONDS, BoundedConnection, connect, shown_url
from golden_assets.adapters.postgres.failures import domain_errors, retrying
from golden_assets.adapters.postgres.sql_files import query


class Presence:
    """Statements on a connection of one's own, one at a time, each its own transaction; opened again when it is lost.

    Args:
        url: any PostgreSQL URL.
        statement_timeout_seconds: PostgreSQL cancels a statement after this time; somewhat later a silent server is given up.
    """

    def __init__(self, url: str, statement_timeout_seconds: float = STATEMENT_SECONDS) -> None:
        self._url = url
        self._timeout = statement_timeout_seconds
        self._answered = False
        self._connection: BoundedConnection | None = None
        self._lock = threading.Lock()
        self.holder = 0

    def run(self, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of a named query, which must be one that may be repeated: COMMIT may have taken place when a connection is lost.

        ``holder``, the number of the advisory lock, is added to the parameters.

        Raises:
            ServerError: the database cannot be reached, or lacks the schema.
            RegistryError: it refuses the statement.
        """
        with self._lock, domain_errors(f"the ledger of model calls at {shown_url(self._url)}"):
            for attempt in Retrying(**retrying(answered=self._answered)):
                with attempt:
                    rows = self._execute(name, parameters)
            self._answered = True
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

    def _connected(self) -> BoundedConnection:
        if self._connection is None:
            self._connection = connect(self._url, self._timeout, "golden_assets ledger")
            self._hold()
        return self._connection

    def _hold(self) -> None:
        """Take the advisory lock under a number that is free."""
        held = False
        while self._connection is not None and not held:
            self.holder = random.SystemRandom().randrange(1, 2**31)
            row = self._connection.execute(query("hold_presence"), {"holder": self.holder}).fetchone()
            held = bool(row and row["held"])
