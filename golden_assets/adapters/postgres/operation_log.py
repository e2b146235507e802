"""How our own commands, uploads and queries went, on record in the registry; transactions are in its audit log.

These are notes: a note that cannot be taken within seconds is given up, and neither fails nor holds up what it is about.
"""

import logging
import threading
from collections.abc import Sequence

import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.connecting import driver_url
from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.adapters.postgres.sql_files import query
from golden_assets.domain.core.errors import RegistryError, ServerError
from golden_assets.domain.monitoring.service_levels import Performed

logger = logging.getLogger(__name__)
CONNECT_SECONDS = 2
LOCK_LIMIT = "2s"
GIVE_UP_SECONDS = 5.0
"""Also where the network takes what is sent and never answers."""


async def note_operation(database: Database, performed: Performed) -> None:
    """Put an operation on record; doing it again changes nothing. Where that is not possible, a warning is logged."""
    try:
        await database.run(lambda connection, _: _note(connection, performed))
    except (RegistryError, ServerError) as error:
        logger.warning("how %s went is not on record: %s", performed.name, error)


def note_directly(url: str, performed: Sequence[Performed]) -> bool:
    """Put operations on record; False when they are not after `GIVE_UP_SECONDS`, or the server is down."""
    noted = threading.Event()
    thread = threading.Thread(target=_insert, args=(driver_url(url), performed, noted), daemon=True)
    thread.start()
    thread.join(GIVE_UP_SECONDS)
    return noted.is_set()


async def _note(connection: AsyncConnection, performed: Performed) -> None:
    await connection.execute(statement("limit_lock_waits"), {"limit": LOCK_LIMIT})
    await connection.execute(statement("note_operation"), performed.model_dump())


def _insert(url: str, performed: Sequence[Performed], noted: threading.Event) -> None:
    limits = f"-c lock_timeout={LOCK_LIMIT} -c statement_timeout={LOCK_LIMIT}"
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_SECONDS, application_name="golden_assets", options=limits) as connection:
            connection.cursor().executemany(query("note_operation_directly"), [one.model_dump() for one in performed])
    except psycopg.Error:
        return
    noted.set()
