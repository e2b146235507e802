"""What the registry knows of its own operation (port `RegistryMonitor`)."""

import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from golden_assets.adapters.postgres.auditing import verify_log, verify_version
from golden_assets.adapters.postgres.database import statement
from golden_assets.adapters.postgres.versions import PostgresVersionStore
from golden_assets.domain.monitoring import OperationCount
from golden_assets.domain.versions import Verification

PROBES = 20
"""Reads that are timed each time operations are counted."""


class PostgresRegistryMonitor:
    """A `RegistryMonitor` of one testset.

    Args:
        store: the testset's registry.
    """

    def __init__(self, store: PostgresVersionStore) -> None:
        self._store = store

    async def count_operations(self, days: int) -> list[OperationCount]:
        """Operations of the last days by kind, after timing `PROBES` reads of the active version. Raises `ServerError`."""
        for _ in range(PROBES):
            await self._timed("query", "get_active_version", self._store.get_active_version)
        wanted = {"testset": self._store.testset_name, "days": days}
        found = await self._store.database.run(lambda connection, _: connection.execute(statement("count_operations"), wanted))
        return [OperationCount.model_validate(dict(row)) for row in found.mappings()]

    async def verify(self) -> list[Verification]:
        """Every version and the audit chain, hashed again. Raises `ServerError`."""
        database, testset = self._store.database, self._store.testset_name
        versions = [await verify_version(database, testset, one.version) for one in await self._store.list_versions()]
        return [*versions, await verify_log(database, testset)]

    async def _timed(self, kind: str, name: str, operation: Callable[[], Awaitable[Any]]) -> None:
        begun = time.perf_counter()
        await operation()
        seconds = time.perf_counter() - begun
        values = {"id": uuid.uuid4(), "kind": kind, "name": name, "succeeded": True, "seconds": seconds, "error": None}
        await self._store.database.run(lambda connection, _: connection.execute(statement("record_command"), values))
