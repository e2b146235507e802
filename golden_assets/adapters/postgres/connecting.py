"""How every connection to the registry's database is opened, and when it is given up.

Three limits: on connecting, on a peer that is gone (TCP's keepalives and user timeout), and on a peer that acknowledges what it is sent
and never answers, as a stuck proxy does. The last one is ours: the server cancels a statement after ``statement_timeout_seconds``, so an
answer that has not come `GRACE_SECONDS` later is not coming.
"""

from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from sqlalchemy.engine import URL

from golden_assets.settings.urls import TCP_LIMITS, conninfo_of, parse_postgres_url, with_parameters

APPLICATION = "golden_assets"
STATEMENT_SECONDS = 60.0
GRACE_SECONDS = 10.0
_SERVER_OPTIONS = "-c timezone=UTC -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""The keepalives let the server notice within a minute that a whole machine is gone."""
_INTERVAL = 0.1
"""Seconds between two looks for Ctrl-C, psycopg's own default."""


class NoAnswerError(psycopg.OperationalError):
    """The server did not answer in time, and the connection was given up; what was sent may have taken place."""


class BoundedConnection(psycopg.Connection[dict[str, Any]]):
    """A connection that waits ``answer_seconds`` for an answer, then no more."""

    answer_seconds = STATEMENT_SECONDS + GRACE_SECONDS

    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL, timeout: float | None = None) -> RV:
        """Wait for an answer. Raises `NoAnswerError`."""
        try:
            return super().wait(gen, interval, timeout or self.answer_seconds)
        except psycopg.OperationalError as error:
            _give_up(self, error, timeout or self.answer_seconds)
            raise


class BoundedAsyncConnection(psycopg.AsyncConnection[Any]):
    """The same for asyncio."""

    answer_seconds = STATEMENT_SECONDS + GRACE_SECONDS

    async def wait(self, gen: PQGen[RV], interval: float = _INTERVAL, timeout: float | None = None) -> RV:  # noqa: ASYNC109 - psycopg's
        """Wait for an answer. Raises `NoAnswerError`."""
        try:
            return await super().wait(gen, interval, timeout or self.answer_seconds)
        except psycopg.OperationalError as error:
            _give_up(self, error, timeout or self.answer_seconds)
            raise


def connect(url: str, statement_timeout_seconds: float = STATEMENT_SECONDS, application: str = APPLICATION) -> BoundedConnection:
    """A connection whose statements commit by themselves; psycopg's errors. Raises `ConfigurationError` for any other URL."""
    conninfo = conninfo_of(with_parameters(parse_postgres_url(url), **parameters(statement_timeout_seconds, application)))
    connection = BoundedConnection.connect(conninfo, autocommit=True, row_factory=dict_row)
    connection.answer_seconds = answer_seconds(statement_timeout_seconds)
    return connection


def answer_seconds(statement_timeout_seconds: float) -> float:
    """How long an answer is waited for."""
    return statement_timeout_seconds + GRACE_SECONDS


def parameters(statement_timeout_seconds: float, application: str = APPLICATION) -> dict[str, str]:
    """The connection parameters that a URL leaves open."""
    timeout = f"-c statement_timeout={int(statement_timeout_seconds * 1000)}"
    return {"application_name": application, "options": f"{timeout} {_SERVER_OPTIONS}", **TCP_LIMITS}


def _give_up(connection: BoundedConnection | BoundedAsyncConnection, error: psycopg.OperationalError, seconds: float) -> None:
    """Close a connection whose answer is still outstanding: nothing else could be sent over it."""
    if error.sqlstate is None and connection.info.transaction_status is TransactionStatus.ACTIVE:
        connection.pgconn.finish()
        raise NoAnswerError(f"no answer within {seconds:g} seconds, the connection was given up") from error


def engine_url(url: str) -> URL:
    """The URL for SQLAlchemy over psycopg 3, whatever driver was written. Raises `ConfigurationError`."""
    return parse_postgres_url(url).set(drivername="postgresql+psycopg")


def driver_url(url: str) -> str:
    """The address for psycopg itself, password included. Raises `ConfigurationError`."""
    return conninfo_of(parse_postgres_url(url))


def shown_url(url: str) -> str:
    """The URL for messages: host, port and database, no user, no password. Raises `ConfigurationError`."""
    parsed = parse_postgres_url(url)
    return f"{parsed.host or 'localhost'}:{parsed.port or 5432}/{parsed.database or ''}"
