"""Recomputing what the registry claims: the hashes of a version's rows, and the chain of the audit log."""

from collections.abc import Sequence
from typing import Any

from golden_assets.domain.diffs import row_key
from golden_assets.domain.hashing import root_hash, sha256_json
from golden_assets.domain.testsets import TestsetRow
from golden_assets.domain.versions import AuditEntry, RowKey

CHAIN_START = "0" * 64
"""The ``previous_hash`` of a testset's first audit entry."""


def row_mismatches(rows: Sequence[TestsetRow], recorded: Sequence[RowKey], testset_hash: str) -> tuple[str, ...]:
    """Hold rows against the row table and the testset hash; one sentence for each thing that does not match."""
    actual = [row_key(row) for row in rows]
    faults = []
    for position in range(max(len(actual), len(recorded))):
        faults += _position_faults(position, actual[position : position + 1], recorded[position : position + 1])
    if root_hash([key.row_hash for key in actual]) != testset_hash:
        faults.append(f"the rows together do not hash to the testset hash {testset_hash}")
    return tuple(faults)


def chain_mismatches(testset_name: str, entries: Sequence[AuditEntry]) -> tuple[str, ...]:
    """Walk the chain from its start; one sentence for each entry that is missing, or was changed or moved."""
    faults = []
    previous, expected = CHAIN_START, 1
    for entry in entries:
        if entry.sequence != expected:
            faults.append(f"audit entries {expected} to {entry.sequence - 1} are missing")
        elif entry.previous_hash != previous:
            faults.append(f"audit entry {entry.sequence} ({entry.operation}) does not follow the entry before it")
        if entry.entry_hash != entry_hash(testset_name, entry):
            faults.append(f"audit entry {entry.sequence} ({entry.operation}) does not match its hash")
        previous, expected = entry.entry_hash, entry.sequence + 1
    return tuple(faults)


def entry_hash(testset_name: str, entry: AuditEntry) -> str:
    """What the entry's hash must be; the schema's function ``audit_entry_hash`` computes the same."""
    content: list[Any] = [
        entry.previous_hash,
        testset_name,
        entry.sequence,
        entry.version_id,
        entry.operation,
        entry.operation_id,
        entry.operation_timestamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        entry.performed_by,
        entry.database_user,
        entry.details,
        entry.result,
        entry.error_message,
    ]
    return sha256_json(content)


def _position_faults(position: int, actual: Sequence[RowKey], recorded: Sequence[RowKey]) -> list[str]:
    if not actual:
        return [f"row {position} ({recorded[0].row_id}) is missing from the testset"]
    if not recorded:
        return [f"row {position} ({actual[0].row_id}) is missing from the row table"]
    if actual[0] != recorded[0]:
        return [f"row {position} is recorded as {recorded[0].row_id}, but its content hashes to {actual[0].row_id}"]
    return []
