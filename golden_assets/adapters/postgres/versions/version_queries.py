"""Reading versions inside a transaction."""

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import statement
from golden_assets.adapters.postgres.row_mapping import summary_of
from golden_assets.domain.core.errors import VersionNotFoundError
from golden_assets.domain.versions.versions import RowKey, VersionSummary


async def summaries(connection: AsyncConnection, testset: str, version: str | None = None) -> list[VersionSummary]:
    """All versions, newest first, or the one asked for; without rows."""
    found = await connection.execute(statement("summaries"), {"testset": testset, "version": version})
    return [summary_of(row) for row in found.mappings()]


async def version_row(connection: AsyncConnection, testset: str, version: str | None) -> RowMapping | None:
    """Everything about a version, or about the active one when None is asked for; None when there is none."""
    found = await connection.execute(statement("stored_version"), {"testset": testset, "version": version})
    return found.mappings().first()


async def identity(connection: AsyncConnection, testset: str, version: str) -> RowMapping:
    """Id, status and testset hash. Raises `VersionNotFoundError`."""
    found = await connection.execute(statement("version_identity"), {"testset": testset, "version": version})
    row = found.mappings().first()
    if row is None:
        raise not_found(testset, version)
    return row


async def row_keys(connection: AsyncConnection, testset: str, version: str) -> list[RowKey]:
    """The keys of a stored version's rows, in order; without loading the rows."""
    found = await connection.execute(statement("row_keys"), {"testset": testset, "version": version})
    return [RowKey.model_construct(**row) for row in found.mappings()]


async def published(connection: AsyncConnection, testset: str) -> frozenset[str]:
    """The versions with a publication on record."""
    return frozenset((await connection.execute(statement("published_versions"), {"testset": testset})).scalars())


def not_found(testset: str, version: str) -> VersionNotFoundError:
    """The error for a version that is not there."""
    remedy = "`golden-assets list-versions` (list_versions() in Python) shows what is stored"
    return VersionNotFoundError(f"there is no version {version} of {testset}", remedy)
