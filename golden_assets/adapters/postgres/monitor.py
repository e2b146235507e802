"""What the registry knows of its own operation (port `RegistryMonitor`)."""

import time

from golden_assets.adapters.postgres.database import statement
from golden_assets.adapters.postgres.versions.store import PostgresVersionStore
from golden_assets.domain.monitoring.service_levels import FailedOperation, OperationCount, Performed

PROBES = 20
"""Reads that are timed at once."""


class PostgresRegistryMonitor:
    """A `RegistryMonitor` of one testset.

    Args:
        store: the testset's registry.
    """

    def __init__(self, store: PostgresVersionStore) -> None:
        self._store = store

    async def time_queries(self) -> None:
        """Read the active version `PROBES` times, and note how long each took. Raises `ServerError`."""
        for _ in range(PROBES):
            begun = time.perf_counter()
            await self._store.get_active_version()
            seconds = time.perf_counter() - begun
            await self._store.note_operation(Performed(kind="query", name="get_active_version", seconds=seconds))

    async def count_operations(self, days: int) -> list[OperationCount]:
        """Operations of the last days by kind. Raises `ServerError`."""
        wanted = {"testset": self._store.testset_name, "days": days}
        found = await self._store.database.run(lambda connection, _: connection.execute(statement("count_operations"), wanted))
        return [OperationCount.model_validate(dict(row)) for row in found.mappings()]

    async def failed_operations(self, days: int) -> list[FailedOperation]:
        """Operations of the last days that failed, the newest first. Raises `ServerError`."""
        wanted = {"testset": self._store.testset_name, "days": days}
        found = await self._store.database.run(lambda connection, _: connection.execute(statement("failed_operations"), wanted))
        return [FailedOperation.model_validate(dict(row)) for row in found.mappings()]
