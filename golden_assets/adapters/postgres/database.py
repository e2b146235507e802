"""Connections to the registry's database: one transaction at a time, pooled or not."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from tenacity import AsyncRetrying

from golden_assets.adapters.postgres import row_mapping
from golden_assets.adapters.postgres.connecting import (
    STATEMENT_SECONDS,
    BoundedAsyncConnection,
    answer_seconds,
    engine_url,
    parameters,
    shown_url,
)
from golden_assets.adapters.postgres.failures import FIRST_ATTEMPTS, domain_errors, retrying
from golden_assets.adapters.postgres.sql_files import query
from golden_assets.settings.settings import Settings
from golden_assets.settings.urls import with_parameters

Answer = TypeVar("Answer")

LOCK_POLL_SECONDS = 0.2
"""How often a process that waits for a lock asks again."""


class Pooling(Enum):
    """How connections are kept.

    ``POOLED`` belongs to the first event loop that uses it: for applications. ``PER_USE`` opens one per transaction and works from any
    number of event loops, one after another: for Dagster, which runs every asynchronous asset in a loop of its own.
    """

    POOLED = "pooled"
    PER_USE = "per-use"


class Database:
    """Transactions on one database.

    Args:
        url: any PostgreSQL URL; psycopg 3 is used whatever driver it names.
        pooling: see `Pooling`.
        pool_min: connections that are kept open; the plan asks for 5.
        pool_max: connections at most; the plan asks for 20.
        statement_timeout_seconds: PostgreSQL cancels a statement after this time; somewhat later a silent server is given up.
        attempts: how often the first transaction is tried. Once one succeeded, a restart of the server is waited for.
    """

    def __init__(
        self,
        url: str,
        pooling: Pooling = Pooling.POOLED,
        *,
        pool_min: int = 5,
        pool_max: int = 20,
        statement_timeout_seconds: float = STATEMENT_SECONDS,
        attempts: int = FIRST_ATTEMPTS,
    ) -> None:
        self.place = f"the database at {shown_url(url)}"
        self._attempts = attempts
        self._answered = False
        self._answer_seconds = answer_seconds(statement_timeout_seconds)
        sizes: dict[str, Any] = (
            {"poolclass": NullPool} if pooling is Pooling.PER_USE else {"pool_size": pool_min, "max_overflow": pool_max - pool_min}
        )
        self._engine: AsyncEngine = create_async_engine(
            with_parameters(engine_url(url), **parameters(statement_timeout_seconds)),
            isolation_level="READ COMMITTED",
            json_serializer=row_mapping.dumps,
            json_deserializer=row_mapping.loads,
            connect_args={"async_creator_fn": self._connect},
            **sizes,
        )
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def run(self, work: Callable[[AsyncConnection, int], Awaitable[Answer]]) -> Answer:
        """Do ``work(connection, attempt)`` in one transaction and commit it; attempts count from 1.

        A lost connection, a deadlock or a serialization failure starts it over, with growing pauses. COMMIT may have taken place
        unnoticed by then: from the second attempt on, ``work`` has to look before it writes.

        Raises:
            ServerError: the database cannot be reached.
            RegistryError: the schema refused.
        """
        return await self._repeat(self._engine, work)

    async def read(self, work: Callable[[AsyncConnection], Awaitable[Answer]]) -> Answer:
        """Do ``work(connection)``, which only reads, each statement by itself: BEGIN and COMMIT would each cost a round trip.

        A lost connection starts it over. Raises like `run`.
        """
        return await self._repeat(self._reading, lambda connection, _: work(connection))

    @asynccontextmanager
    async def lock(self, name: str, patience_seconds: float = 0.0) -> AsyncIterator[bool]:
        """Hold the advisory lock of this name while the block runs; yields whether it was free, or became so within the patience.

        A process that dies lets go of it. A pooler that hands out connections per transaction (pgbouncer's transaction mode) defeats it.
        Raises like `run`.
        """
        async with AsyncExitStack() as stack:
            with domain_errors(self.place):
                connection = await stack.enter_async_context(self._reading.connect())
                free = await _take_lock(connection, name, patience_seconds)
            try:
                yield free
            finally:
                if free:
                    with suppress(DBAPIError):  # a connection that was lost has let go of the lock
                        await connection.execute(statement("unlock"), {"name": name})

    async def dispose(self) -> None:
        """Close all pooled connections."""
        await self._engine.dispose()

    async def _repeat(self, engine: AsyncEngine, work: Callable[[AsyncConnection, int], Awaitable[Answer]]) -> Answer:
        with domain_errors(self.place):
            async for attempt in AsyncRetrying(**retrying(answered=self._answered, attempts=self._attempts), sleep=asyncio.sleep):
                with attempt:
                    async with engine.begin() as connection:
                        answer = await work(connection, attempt.retry_state.attempt_number)
        self._answered = True
        return answer

    async def _connect(self, *arguments: Any, **parameters: Any) -> BoundedAsyncConnection:
        connection = await BoundedAsyncConnection.connect(*arguments, **parameters)
        connection.answer_seconds = self._answer_seconds
        return connection


def as_database(database: Database | str, pooling: Pooling) -> Database:
    """The database itself, or the one at a URL with the usual limits."""
    return Database(database, pooling) if isinstance(database, str) else database


def open_database(url: str, settings: Settings, pooling: Pooling = Pooling.PER_USE) -> Database:
    """The database at a URL, with the pool and the statement timeout of the settings."""
    sizes = {"pool_min": settings.pool_min, "pool_max": settings.pool_max}
    return Database(url, pooling, **sizes, statement_timeout_seconds=settings.statement_timeout_seconds)


async def _take_lock(connection: AsyncConnection, name: str, patience_seconds: float) -> bool:
    """Ask for the lock until it is free; a statement that waited for it would run into the statement timeout."""
    give_up = time.monotonic() + patience_seconds
    while not await connection.scalar(statement("try_lock"), {"name": name}):
        if time.monotonic() >= give_up:
            return False
        await asyncio.sleep(LOCK_POLL_SECONDS)
    return True


@cache
def statement(name: str) -> TextClause:
    """A named query for SQLAlchemy; its parameters are written ``:name``."""
    return text(query(name))
