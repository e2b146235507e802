"""How our own commands, uploads and queries went, on record in the registry; transactions are in its audit log."""

from collections.abc import Sequence

import psycopg

from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.adapters.postgres.sql_files import query
from golden_assets.adapters.postgres.urls import driver_url
from golden_assets.domain.monitoring import Performed

CONNECT_SECONDS = 2


async def note_operation(database: Database, performed: Performed) -> None:
    """Put an operation on record; doing it again changes nothing. Raises `ServerError`."""
    await database.run(lambda connection, _: connection.execute(statement("note_operation"), performed.model_dump()))


def note_directly(url: str, performed: Sequence[Performed]) -> bool:
    """Put operations on record without waiting for a server that is down; False when they are not."""
    try:
        with psycopg.connect(driver_url(url), connect_timeout=CONNECT_SECONDS, application_name="golden_assets") as connection:
            connection.cursor().executemany(query("note_operation_directly"), [one.model_dump() for one in performed])
    except psycopg.Error:
        return False
    return True
