"""Numbered migrations: plain SQL files, applied or taken back in one transaction under an advisory lock.

The number and the SHA-256 of every applied file are on record; a file that was edited afterwards is refused, for the database would not
be what the files say.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from golden_assets.adapters.postgres.sql_files import query, sql_directory
from golden_assets.adapters.postgres.urls import driver_url, shown_url
from golden_assets.domain.errors import RegistryError, ServerError
from golden_assets.domain.hashing import sha256_text

_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.up\.sql")
_Connection = psycopg.Connection[dict[str, Any]]


@dataclass(frozen=True)
class Migration:
    """One step of the schema: the statements that take it (``up``) and those that take it back (``down``)."""

    number: int
    name: str
    up: str
    down: str

    @property
    def sha256(self) -> str:
        """Identifies the upward file."""
        return sha256_text(self.up)


@dataclass(frozen=True)
class MigrationStatus:
    """A migration as the database knows it; ``applied_at`` is None while it is pending."""

    number: int
    name: str
    applied_at: datetime | None


def migrations(directory: Path | None = None) -> list[Migration]:
    """The migrations in ``directory`` (default: those of this release), by number."""
    directory = directory or sql_directory() / "migrations"
    found = []
    for path in sorted(directory.glob("*.up.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise RegistryError(f"{path.name} is no migration", "name it NNNN_what.up.sql")
        down = path.with_name(path.name.replace(".up.sql", ".down.sql"))
        if not down.exists():
            raise RegistryError(f"migration {path.name} has no way back", f"write {down.name}")
        found.append(Migration(int(match[1]), match[2], path.read_text(encoding="utf-8"), down.read_text(encoding="utf-8")))
    return found


def migrate(url: str, directory: Path | None = None) -> list[Migration]:
    """Apply every pending migration; returns what was applied. Safe to call from many processes at once; with nothing pending, any
    role that may read the bookkeeping may call it.

    Raises:
        RegistryError: an applied migration was edited, or is unknown to this release.
        ServerError: the database cannot be reached.
    """
    known = migrations(directory)
    with _locked(url) as connection:
        applied = _applied(connection)
        _require_unchanged(known, applied)
        pending = [migration for migration in known if migration.number not in applied]
        if pending:
            connection.execute(query("prepare_bookkeeping"))
        for migration in pending:
            _run(connection, migration.up)
            note = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
            connection.execute(query("note_applied"), note)
    return pending


def revert(url: str, to: int = 0, directory: Path | None = None) -> list[Migration]:
    """Take back every migration above number ``to``, the newest first; returns what was taken back. Data in dropped tables is lost.

    Raises:
        RegistryError: an applied migration was edited, or is unknown to this release.
        ServerError: the database cannot be reached.
    """
    known = migrations(directory)
    with _locked(url) as connection:
        applied = _applied(connection)
        _require_unchanged(known, applied)
        reverted = [migration for migration in reversed(known) if migration.number in applied and migration.number > to]
        for migration in reverted:
            _run(connection, migration.down)
            connection.execute(query("note_reverted"), {"number": migration.number})
    return reverted


def migration_status(url: str, directory: Path | None = None) -> list[MigrationStatus]:
    """Every migration of this release, applied or pending; changes nothing in the database."""
    with _locked(url) as connection:
        applied = _applied(connection)
    return [
        MigrationStatus(migration.number, migration.name, applied.get(migration.number, {}).get("applied_at"))
        for migration in migrations(directory)
    ]


def apply_roles(url: str) -> None:
    """Create the roles golden_reader, golden_writer and golden_promoter and give them their rights; doing it again changes nothing.

    Raises:
        RegistryError: the connecting role may not create roles.
        ServerError: the database cannot be reached.
    """
    with _locked(url) as connection:
        _run(connection, (sql_directory() / "roles.sql").read_text(encoding="utf-8"))


@contextmanager
def _locked(url: str) -> Iterator[_Connection]:
    """One transaction that holds the migration lock."""
    try:
        with psycopg.connect(driver_url(url), row_factory=dict_row, connect_timeout=10, application_name="golden_assets") as connection:
            connection.execute(query("lock_migrations"))
            yield connection
    except psycopg.OperationalError as error:
        problem = f"the database at {shown_url(url)} cannot be used ({str(error).splitlines()[0]})"
        raise ServerError(problem, "check that it runs and that URL, user and password are right") from error
    except psycopg.errors.InsufficientPrivilege as error:
        problem = f"this role may not change the schema at {shown_url(url)} ({error.diag.message_primary})"
        raise RegistryError(problem, "connect as the owner of the database") from error


def _run(connection: _Connection, script: str) -> None:
    """Execute a file of statements in one go; psycopg sends them unchanged when there are no parameters."""
    connection.execute(script)


def _applied(connection: _Connection) -> dict[int, dict[str, Any]]:
    """The bookkeeping by migration number; empty before the first migration."""
    row = connection.execute(query("bookkeeping_exists")).fetchone()
    if not (row and row["found"]):
        return {}
    return {row["number"]: row for row in connection.execute(query("applied_migrations")).fetchall()}


def _require_unchanged(known: Sequence[Migration], applied: dict[int, dict[str, Any]]) -> None:
    """Hold the files against the bookkeeping."""
    by_number = {migration.number: migration for migration in known}
    for number, row in applied.items():
        migration = by_number.get(number)
        if migration is None:
            problem = f"the database has migration {number:04}_{row['name']}, which this release does not know"
            raise RegistryError(problem, "upgrade golden_assets to the release that wrote it")
        if migration.sha256 != row["sha256"]:
            problem = f"migration {number:04}_{row['name']} was edited after it was applied"
            raise RegistryError(problem, "restore the file, and write the change as a new migration")
