"""Reading the audit log, and recomputing what the registry claims of a version and of the log."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres import row_mapping
from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.adapters.postgres.row_mapping import testset_of
from golden_assets.adapters.postgres.versions import version_queries
from golden_assets.domain.versions.integrity import chain_mismatches, report_mismatches, row_mismatches
from golden_assets.domain.versions.replaying import ListedApproval, ListedVersion, replay_mismatches
from golden_assets.domain.versions.versions import AuditEntry, RecordedRow, Verification


async def audit_log(database: Database, testset: str) -> list[AuditEntry]:
    """Every entry of a testset, the oldest first."""
    return await database.read(lambda connection: _entries(connection, testset))


async def verify_log(database: Database, testset: str) -> Verification:
    """Walk the audit chain of a testset, and compare versions, statuses and approvals with what the log says of them."""

    async def _check(connection: AsyncConnection, _: int) -> Verification:
        await begin_snapshot(connection)
        entries, here = await _entries(connection, testset), {"testset": testset}
        versions = [ListedVersion.model_validate(dict(row)) for row in await rows_of(connection, "version_listing", here)]
        approvals = [ListedApproval.model_validate(dict(row)) for row in await rows_of(connection, "approval_listing", here)]
        faults = (*chain_mismatches(testset, entries), *replay_mismatches(entries, versions, approvals))
        return Verification(subject=f"audit log of {testset}", checked=len(entries), faults=faults)

    return await database.run(_check)


async def verify_version(database: Database, testset: str, version: str) -> Verification:
    """Hash every row of a version again, its judgements, and the version as a whole. Raises `VersionNotFoundError`."""

    async def _check(connection: AsyncConnection, _: int) -> Verification:
        await begin_snapshot(connection)
        row = await version_queries.version_row(connection, testset, version)
        if row is None:
            raise version_queries.not_found(testset, version)
        there = {"testset": testset, "version": version}
        recorded = [RecordedRow.model_validate(dict(line)) for line in await rows_of(connection, "recorded_rows", there)]
        content = _content_faults(row, recorded) or await _seal_faults(connection, there)
        faults = (*content, *await _judgement_faults(connection, there))
        return Verification(subject=f"version {version} of {testset}", checked=row["row_count"], faults=faults)

    return await database.run(_check)


async def begin_snapshot(connection: AsyncConnection) -> None:
    """Make all that the transaction reads of one moment, whatever the settings of the role or the database are."""
    for name in ("verification_snapshot", "verification_search_path", "verification_time_zone"):
        await connection.execute(statement(name))


async def rows_of(connection: AsyncConnection, name: str, parameters: dict[str, Any]) -> list[Any]:
    """The rows of a named query."""
    return list((await connection.execute(statement(name), parameters)).mappings())


async def _entries(connection: AsyncConnection, testset: str) -> list[AuditEntry]:
    found = await rows_of(connection, "audit_entries", {"testset": testset})
    return [AuditEntry.model_validate(_texts(dict(row))) for row in found]


def _content_faults(row: Any, recorded: list[RecordedRow]) -> tuple[str, ...]:
    try:
        rows = testset_of(row["testset_data"]).rows
    except ValidationError as error:
        return tuple(map(_damage, error.errors()))
    return row_mismatches(rows, recorded, row["testset_hash"])


async def _seal_faults(connection: AsyncConnection, there: dict[str, Any]) -> tuple[str, ...]:
    """Whether the version is as it was sealed; its rows are part of that, with their provenance, the request and the usage."""
    (record,) = await rows_of(connection, "version_record", there)
    if record["found"] == record["sealed"]:
        return ()
    if record["sealed"] is None:
        return ("the version has no seal: it was stored past the triggers",)
    what = "rows with their provenance, request, usage, corpus hash, run, author and date"
    return (f"the version does not hash to its seal {record['sealed'][:12]} ({what}): something of it was changed after it was stored",)


async def _judgement_faults(connection: AsyncConnection, there: dict[str, Any]) -> tuple[str, ...]:
    found = await rows_of(connection, "judgement_reports", there)
    faults = [report_mismatches(one["judgement_order"], one["report_hash"], row_mapping.loads(one["details"])) for one in found]
    return tuple(fault for some in faults for fault in some)


def _damage(error: ErrorDetails) -> str:
    """One place where a stored testset is no longer a testset, as a sentence."""
    return f"testset_data at {'.'.join(map(str, error['loc'])) or 'the top'} was damaged: {error['msg']}"


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    """Ids as text, as the hash of an entry sees them."""
    ids = {name: None if row[name] is None else str(row[name]) for name in ("operation_id", "version_id")}
    return row | ids
