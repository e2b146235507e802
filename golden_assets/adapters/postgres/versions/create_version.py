"""Storing a testset as a version: the number, the rows, how it was made and how it was judged, in one transaction.

A testset is stored once: the same rows again give the version that holds them. The exception is a version that failed. Its judgement is
final, for nothing leads out of ``failed``; but when the same rows pass later (the thresholds were changed), they are stored again under
the next number, so that lowering a threshold on purpose does not leave good rows locked out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import statement
from golden_assets.adapters.postgres.row_mapping import metadata_parameters
from golden_assets.adapters.postgres.versions.operations import Operation, record_success
from golden_assets.adapters.postgres.versions.transitions import add_judgement, require_report_on
from golden_assets.adapters.postgres.versions.version_queries import row_keys
from golden_assets.domain.core.errors import InvalidVersionError, TestsetError, VersionConflictError
from golden_assets.domain.core.text import unstorable
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.diffs import row_key
from golden_assets.domain.versions.version_numbers import (
    NumberingRules,
    derive_bump,
    latest_number,
    next_version,
    parse_version,
    row_fields,
)


@dataclass(frozen=True)
class NewVersion:
    """What is to be stored. ``version`` asks for a number; without it the number follows by the rules, or is refused without rules."""

    testset: Testset
    report: QualityReport | None = None
    user_metadata: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None
    rules: NumberingRules | None = field(default_factory=NumberingRules)

    def require_storable(self) -> None:
        """Refuse before the database does.

        Raises:
            TestsetError: no rows, or text or numbers that JSONB cannot hold.
            GateError: the report judges other rows, or holds no verdict.
            InvalidVersionError: the wanted version is not a version number.
        """
        if self.version is not None:
            parse_version(self.version)
        if not self.testset.rows:
            raise TestsetError("the testset has no rows", "generate at least one")
        dumped = {"testset": self.testset.model_dump(), "metadata": dict(self.user_metadata)}
        fault = unstorable(dumped | {"report": self.report.model_dump() if self.report else None})
        if fault is not None:
            raise TestsetError(f"the testset cannot be stored: {fault}", "correct that value and create the version again")
        if self.report is not None:
            require_report_on(self.testset.testset_hash, self.report)


async def store_version(connection: AsyncConnection, operation: Operation, new: NewVersion) -> None:
    """Store the testset, or find it stored; the audit entry's details say under which ``version``, and whether it was ``created``.

    Raises:
        VersionConflictError: the wanted number is taken by other rows, or the rows have another number.
    """
    here = {"testset": operation.testset}
    existing = (await connection.execute(statement("same_content"), here | {"testset_hash": new.testset.testset_hash})).first()
    passes_now = new.report is not None and new.report.status != "failed"
    if existing is not None and not (existing.status == "failed" and passes_now):
        if new.version not in (None, existing.version):
            raise VersionConflictError(f"these rows are stored already as version {existing.version}", "use that version")
        await add_judgement(connection, existing.id, new.report)
        await record_success(connection, operation, existing.id, {"version": existing.version, "created": False})
        return
    version = await _number(connection, operation.testset, new)
    version_id = await _insert(connection, operation, new, version)
    details = {"version": version, "created": True, "testset_hash": new.testset.testset_hash, "rows": len(new.testset.rows)}
    if existing is not None:
        details["judged_again"] = existing.version
    await record_success(connection, operation, version_id, details)


async def _insert(connection: AsyncConnection, operation: Operation, new: NewVersion, version: str) -> UUID:
    parameters = {
        "testset": operation.testset,
        "version": version,
        "testset_data": Jsonb(new.testset.model_dump(mode="json")),
        "testset_hash": new.testset.testset_hash,
        "corpus_hash": new.testset.corpus_hash,
        "created_by": operation.performed_by,
        "run_id": operation.run_id,
    }
    version_id: UUID = (await connection.execute(statement("insert_version"), parameters)).scalar_one()
    metadata = metadata_parameters(new.testset, new.report, new.user_metadata)
    await connection.execute(statement("insert_metadata"), metadata | {"version_id": version_id})
    await add_judgement(connection, version_id, new.report)
    return version_id


async def _number(connection: AsyncConnection, testset: str, new: NewVersion) -> str:
    """The wanted number if it is free, else the one that follows from the rows."""
    taken = list((await connection.execute(statement("version_numbers"), {"testset": testset})).scalars())
    if new.version is not None:
        if new.version in taken:
            raise VersionConflictError(f"version {new.version} of {testset} holds other rows", "choose a number that is free")
        return new.version
    if new.rules is None:
        raise InvalidVersionError(f"no version number is given for {testset}, and none is chosen automatically", "give one")
    now = datetime.now(UTC)
    latest = latest_number(taken)
    if latest is None:
        return next_version(taken, "patch", strategy=new.rules.strategy, now=now)
    there = {"testset": testset, "version": latest}
    fields = (await connection.execute(statement("row_fields"), there)).scalar_one()
    bump = derive_bump(
        await row_keys(connection, testset, latest),
        [row_key(row) for row in new.testset.rows],
        structure_changed=tuple(fields) != row_fields(new.testset),
        minor_share=new.rules.minor_share,
    )
    return next_version(taken, bump, strategy=new.rules.strategy, now=now)
