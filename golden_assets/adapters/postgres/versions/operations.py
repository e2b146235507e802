"""Changes of the registry: each is one transaction, done exactly once, with an audit entry, whether it succeeds, is refused or fails.

An entry of a failure that is a fault, and no refusal, says so in its details: ``fault`` names the kind of error. A transaction that never
reached the database cannot be in its log; it shows as a failed command or run.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.adapters.postgres.failures import is_fault, is_transient
from golden_assets.domain.core.errors import GoldenAssetsError, RegistryError, ServerError, TestsetError
from golden_assets.domain.core.text import unstorable

Answer = TypeVar("Answer")
REFUSAL_LOCK_LIMIT = "5s"
"""Whoever was refused, perhaps after waiting for this very lock, does not wait much longer for the entry that says so."""


@dataclass(frozen=True)
class Operation:
    """One change as the audit log knows it. ``operation_id`` tells after a lost COMMIT whether it took place."""

    testset: str
    name: str
    performed_by: str | None
    run_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    operation_id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        """Refuse what the audit log could not hold."""
        fault = unstorable([self.performed_by, self.run_id, dict(self.details)], "the request")
        if fault is not None:
            raise RegistryError(f"{self.name} cannot be recorded: {fault}", "leave that character out")

    @property
    def audit_details(self) -> dict[str, Any]:
        """The details with the run that asked for the change."""
        return {**self.details, "run_id": self.run_id} if self.run_id else dict(self.details)


async def perform(
    database: Database,
    operation: Operation,
    change: Callable[[AsyncConnection], Awaitable[None]],
    read: Callable[[AsyncConnection, Mapping[str, Any]], Awaitable[Answer]],
) -> Answer:
    """Change the registry and read the outcome, in one transaction that is repeated when the connection is lost.

    Args:
        database: where.
        operation: what the audit log calls it.
        change: makes the change and its audit entry, under the operation's id.
        read: what the caller wants to know, from the details of the audit entry.
    """

    async def _attempt(connection: AsyncConnection, number: int) -> Answer:
        await connection.execute(statement("lock_testset"), {"testset": operation.testset})
        details = await _outcome(connection, operation) if number > 1 else None
        if details is None:
            await change(connection)
            details = await _outcome(connection, operation)
        return await read(connection, details or {})

    try:
        return await database.run(_attempt)
    except (RegistryError, TestsetError, ServerError) as error:
        if not is_transient(error.__cause__):
            await record_refusal(database, operation, error)
        raise


async def record_success(connection: AsyncConnection, operation: Operation, version_id: UUID | None, details: Mapping[str, Any]) -> None:
    """Write the audit entry of a change, in its transaction."""
    await connection.execute(
        statement("record_operation"),
        _entry(operation) | {"version_id": version_id, "details": Jsonb({**operation.audit_details, **details}), "result": "success"},
    )


async def record_refusal(database: Database, operation: Operation, error: GoldenAssetsError) -> None:
    """Write the audit entry of an operation that was refused or failed, in a transaction of its own; ``error`` stays the one to raise."""
    details = operation.audit_details | ({"fault": type(error).__name__} if is_fault(error) else {})
    entry = _entry(operation) | {"details": Jsonb(details), "result": "failure", "error_message": str(error)}

    async def _record(connection: AsyncConnection, number: int) -> None:
        await connection.execute(statement("limit_lock_waits"), {"limit": REFUSAL_LOCK_LIMIT})
        if number == 1 or await _outcome(connection, operation) is None:
            await connection.execute(statement("record_operation"), entry)

    try:
        await database.run(_record)
    except (RegistryError, ServerError) as failure:
        error.add_note(f"The audit log could not be written: {failure}")


async def _outcome(connection: AsyncConnection, operation: Operation) -> Mapping[str, Any] | None:
    """The details of the operation's audit entry; None when it did not take place."""
    found = await connection.execute(statement("find_operation"), {"operation_id": operation.operation_id})
    row = found.first()
    return None if row is None else row.details


def _entry(operation: Operation) -> dict[str, Any]:
    return {
        "testset": operation.testset,
        "version_id": None,
        "operation": operation.name,
        "operation_id": operation.operation_id,
        "performed_by": operation.performed_by,
        "error_message": None,
    }
