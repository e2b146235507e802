"""Feedback of users on rows; only ever added to."""

from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.adapters.postgres.versions.version_queries import identity
from golden_assets.domain.review.feedback import Feedback


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
