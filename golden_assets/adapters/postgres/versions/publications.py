"""Publishing as the version registry sees it: one process at a time, what was sent last, and what people edited in Phoenix since."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import statement
from golden_assets.adapters.postgres.versions.operations import perform, record_success
from golden_assets.adapters.postgres.versions.registry import PostgresRegistry
from golden_assets.adapters.postgres.versions.version_queries import identity
from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.core.text import unstorable
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.versions.versions import PublishedDataset

PATIENCE_SECONDS = 600.0
"""How long a process waits for its turn: several uploads of the largest testset."""


class PublicationRegistry(PostgresRegistry):
    """Turns at publishing, the last publications, and edits."""

    @asynccontextmanager
    async def publication_turn(self) -> AsyncIterator[None]:
        """Be the only process that publishes this testset while the block runs; the others wait for their turn.

        Raises:
            PublishingError: another process has been publishing for ten minutes.
            ServerError: the database cannot be reached.
        """
        async with self.database.lock(f"publication/{self.testset_name}", PATIENCE_SECONDS) as free:
            if not free:
                problem = f"another process has been publishing {self.testset_name} for {PATIENCE_SECONDS / 60:.0f} minutes"
                raise PublishingError(problem, "wait until it has ended, then publish again")
            yield

    async def last_sent(self, dataset_names: Sequence[str]) -> list[PublishedDataset]:
        """What was sent last to each of these datasets."""

        async def _read(connection: AsyncConnection) -> list[PublishedDataset]:
            found = await connection.execute(statement("last_sent"), {"testset": self.testset_name, "names": list(dataset_names)})
            return [PublishedDataset(testset_name=self.testset_name, **row) for row in found.mappings()]

        return await self.database.read(_read)

    async def record_edits(self, version: str, edits: Sequence[DatasetEdit]) -> int:
        """Put edits of what was sent of a version on record, with the audit entry; how many were not on record yet.

        Raises `VersionNotFoundError`.
        """
        operation = self._operation("record_edits", None, None, {"version": version})

        async def _record(connection: AsyncConnection) -> None:
            stored = await identity(connection, self.testset_name, version)
            columns = [_columns(edit) | {"version_id": stored["id"]} for edit in edits]
            new = [one["row_id"] for one in columns if (await connection.execute(statement("insert_dataset_edit"), one)).first()]
            if new:
                await record_success(connection, operation, stored["id"], {"edited": new})

        async def _count(_: AsyncConnection, recorded: Mapping[str, Any]) -> int:
            return len(recorded.get("edited", ()))

        return await perform(self.database, operation, _record, _count)

    async def dataset_edits(self, version: str) -> list[DatasetEdit]:
        """Edits in Phoenix of rows that a version has, without a decision on the row since, and examples added in the last 30 days."""

        async def _read(connection: AsyncConnection) -> list[DatasetEdit]:
            found = await connection.execute(statement("open_dataset_edits"), {"testset": self.testset_name, "version": version})
            return [DatasetEdit.model_validate(dict(row)) for row in found.mappings()]

        return await self.database.read(_read)


def _columns(edit: DatasetEdit) -> dict[str, Any]:
    """The columns of an edit; an example that PostgreSQL cannot hold is on record by what keeps it out."""
    fault = unstorable(edit.example, "the example")
    example = {"withheld": fault} if fault else edit.example
    columns = edit.model_dump(exclude={"found_at"}) | {"changed": list(edit.changed)}
    return columns | {"example": None if example is None else Jsonb(example)}
