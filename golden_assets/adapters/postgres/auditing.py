"""Reading the audit log, and recomputing what the registry claims."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from golden_assets.adapters.postgres import reading
from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.adapters.postgres.records import testset_of
from golden_assets.domain.auditing import chain_mismatches, row_mismatches
from golden_assets.domain.versions import AuditEntry, Verification


async def audit_log(database: Database, testset: str) -> list[AuditEntry]:
    """Every entry of a testset, the oldest first."""
    found = await database.run(lambda connection, _: connection.execute(statement("audit_entries"), {"testset": testset}))
    return [AuditEntry.model_validate(_texts(dict(row))) for row in found.mappings()]


async def verify_log(database: Database, testset: str) -> Verification:
    """Walk the audit chain of a testset."""
    entries = await audit_log(database, testset)
    return Verification(subject=f"audit log of {testset}", checked=len(entries), faults=chain_mismatches(testset, entries))


async def verify_version(database: Database, testset: str, version: str) -> Verification:
    """Hash every row of a version again. Raises `VersionNotFoundError`."""

    async def _load(connection: Any, _: int) -> tuple[Any, Any]:
        row = await reading.version_row(connection, testset, version)
        if row is None:
            raise reading.not_found(testset, version)
        return row, await reading.row_keys(connection, testset, version)

    row, recorded = await database.run(_load)
    subject = f"version {version} of {testset}"
    try:
        rows = testset_of(row["testset_data"]).rows
    except ValidationError as error:
        return Verification(subject=subject, checked=row["row_count"], faults=tuple(map(_damage, error.errors())))
    return Verification(subject=subject, checked=len(rows), faults=row_mismatches(rows, recorded, row["testset_hash"]))


def _damage(error: ErrorDetails) -> str:
    """One place of a stored testset that is no testset any more, as a sentence."""
    return f"testset_data at {'.'.join(map(str, error['loc'])) or 'the top'} was damaged: {error['msg']}"


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    """Ids as text, as the hash of an entry sees them."""
    ids = {name: None if row[name] is None else str(row[name]) for name in ("operation_id", "version_id")}
    return row | ids
