"""What every part of the registry of one testset does: change it in one transaction under an audit entry, and note how operations went."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import Database, Pooling, as_database
from golden_assets.adapters.postgres.operation_log import note_operation
from golden_assets.adapters.postgres.versions import version_queries
from golden_assets.adapters.postgres.versions.operations import Operation, perform, record_refusal
from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.monitoring.service_levels import Performed
from golden_assets.domain.versions.version_numbers import NumberingRules, parse_version
from golden_assets.domain.versions.versions import VersionSummary


class PostgresRegistry:
    """The registry of one testset in PostgreSQL.

    Args:
        database: a `Database`, or the URL of one.
        testset_name: versions of different names know nothing of each other.
        pooling: how connections to a URL are kept; `Pooling.PER_USE` where several event loops take turns.
        numbering: how version numbers are chosen; None when every version must be given one.
        require_approval: whether a version is activated only after an approval; ``force`` passes over that too.
    """

    def __init__(
        self,
        database: Database | str,
        testset_name: str = "golden",
        pooling: Pooling = Pooling.POOLED,
        *,
        numbering: NumberingRules | None = NumberingRules(),  # noqa: B008 - frozen
        require_approval: bool = False,
    ) -> None:
        self.testset_name = testset_name
        self.database = as_database(database, pooling)
        self._numbering = numbering
        self.require_approval = require_approval

    async def note_operation(self, performed: Performed) -> None:
        """Remember how an operation went; noting the same again changes nothing. The operation itself continues in any case."""
        await note_operation(self.database, performed)

    async def record_refusal(self, operation: str, error: GoldenAssetsError, *, performed_by: str, version: str | None = None) -> None:
        """Leave an audit entry of an operation that was refused before it came here."""
        await record_refusal(self.database, self._operation(operation, performed_by, None, {"version": version} if version else {}), error)

    async def dispose(self) -> None:
        """Close all pooled connections."""
        await self.database.dispose()

    async def _change(self, operation: Operation, change: Callable[[AsyncConnection], Awaitable[None]]) -> VersionSummary:
        """Change the version that the operation's details name; returns it as it is afterwards."""

        async def _checked(connection: AsyncConnection) -> None:
            parse_version(operation.details["version"])
            await change(connection)

        return await perform(self.database, operation, _checked, self._summary)

    async def _summary(self, connection: AsyncConnection, details: Mapping[str, Any]) -> VersionSummary:
        return (await version_queries.summaries(connection, self.testset_name, details["version"]))[0]

    def _operation(self, name: str, performed_by: str | None, run_id: str | None, details: Mapping[str, Any]) -> Operation:
        return Operation(self.testset_name, name, performed_by, run_id, details)
