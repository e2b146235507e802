"""What people decided and said: approvals of versions, decisions on single rows, waivers of pairs, feedback. All are only ever added to."""

from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.adapters.postgres.versions.operations import Operation, record_success
from golden_assets.adapters.postgres.versions.version_queries import identity
from golden_assets.domain.core.errors import GateError, IllegalTransitionError, RegistryError, TestsetError
from golden_assets.domain.review.feedback import Feedback
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.versions.versions import Approval


async def approve(connection: AsyncConnection, operation: Operation, version: str, approved_by: str, note: str | None) -> None:
    """Add an approval, with the audit entry; nothing when there is one already.

    Raises:
        RegistryError: no name is given.
        VersionNotFoundError: no such version.
        IllegalTransitionError: it is a draft that was not judged, or it failed.
    """
    if not approved_by.strip():
        raise RegistryError("an approval needs the name of who gives it", "name yourself")
    stored = await identity(connection, operation.testset, version)
    if stored["status"] in ("draft", "failed"):
        problem = f"version {version} of {operation.testset} is {stored['status']} and cannot be approved"
        raise IllegalTransitionError(problem, "approve a version that passed its gates")
    if await approvals(connection, operation.testset, version):
        return
    given = {"version_id": stored["id"], "testset_hash": stored["testset_hash"], "approved_by": approved_by, "note": note}
    await connection.execute(statement("insert_approval"), given)
    await record_success(connection, operation, stored["id"], {"testset_hash": stored["testset_hash"]})


async def approved(connection: AsyncConnection, testset: str) -> frozenset[str]:
    """The versions with an approval on record."""
    return frozenset((await connection.execute(statement("approved_versions"), {"testset": testset})).scalars())


async def approvals(connection: AsyncConnection, testset: str, version: str) -> list[Approval]:
    """Every approval of a version, the latest first."""
    found = await connection.execute(statement("approvals"), {"testset": testset, "version": version})
    return [Approval(version=version, **row) for row in found.mappings()]


async def require_approval(connection: AsyncConnection, testset: str, version: str) -> None:
    """Refuse a version without approval. Raises `GateError`."""
    if version not in await approved(connection, testset):
        problem = f"version {version} of {testset} is not approved, and the settings ask for that"
        raise GateError(problem, f"look at it, then `golden-assets approve {version} --by NAME`")


async def review(connection: AsyncConnection, operation: Operation, version: str, decision: RowDecision) -> None:
    """Add a decision on a row, with the audit entry. Raises `VersionNotFoundError` for a version or row that is not there."""
    stored = await identity(connection, operation.testset, version)
    columns = decision.model_dump(exclude={"decided_at"}) | {"version_id": stored["id"]}
    await connection.execute(statement("insert_review"), columns)
    await record_success(connection, operation, stored["id"], {})


async def reviews(connection: AsyncConnection, testset: str, version: str) -> list[RowDecision]:
    """The decision in force on each row of a version, in the order in which they were made."""
    found = await connection.execute(statement("reviews"), {"testset": testset, "version": version})
    return [RowDecision.model_validate(dict(row)) for row in found.mappings()]


async def waive(connection: AsyncConnection, operation: Operation, version: str, waiver: Waiver) -> None:
    """Add a waiver, with the audit entry. Raises `VersionNotFoundError` for a version or row that is not there."""
    stored = await identity(connection, operation.testset, version)
    columns = waiver.model_dump(exclude={"waived_at"}) | {"version_id": stored["id"]}
    await connection.execute(statement("insert_waiver"), columns)
    await record_success(connection, operation, stored["id"], {})


async def withdraw(connection: AsyncConnection, operation: Operation, waiver: Waiver) -> None:
    """Withdraw the waiver on a pair, with the audit entry; `Waiver` says who and why. Raises `TestsetError` when the pair is not waived."""
    columns = {"testset": operation.testset, **waiver.model_dump(include={"row_id", "other_row_id", "reason"})}
    found = (await connection.execute(statement("withdraw_waiver"), columns | {"withdrawn_by": waiver.waived_by})).scalar_one_or_none()
    if found is None:
        raise TestsetError(
            f"{waiver.row_id} and {waiver.other_row_id} are not waived", "`golden-assets audit` shows what was waived and withdrawn"
        )
    await record_success(connection, operation, found, {})


async def waivers(connection: AsyncConnection, testset: str) -> list[Waiver]:
    """The latest waiver on each pair of rows of the testset, where it was not withdrawn."""
    found = await connection.execute(statement("waivers"), {"testset": testset})
    return [Waiver.model_validate(dict(row)) for row in found.mappings()]


async def give_feedback(database: Database, testset: str, version: str, feedback: Feedback) -> None:
    """Add a word on a row of a version. Raises `VersionNotFoundError` for a version or row that is not there."""

    async def _add(connection: AsyncConnection, _: int) -> None:
        stored = await identity(connection, testset, version)
        values = feedback.model_dump(exclude={"given_at"}) | {"version_id": stored["id"]}
        await connection.execute(statement("insert_feedback"), values)

    await database.run(_add)


async def feedback_on(database: Database, testset: str, version: str) -> list[Feedback]:
    """Every word on the rows of a version, the oldest first."""
    wanted = {"testset": testset, "version": version}
    found = await database.run(lambda connection, _: connection.execute(statement("feedback"), wanted))
    return [Feedback.model_validate(dict(row)) for row in found.mappings()]
