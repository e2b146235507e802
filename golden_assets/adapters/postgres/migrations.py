"""Numbered migrations: plain SQL files, applied or taken back in one transaction under an advisory lock.

The number and the SHA-256 of every applied file are on record; a file that was edited afterwards is refused, for the database would not
be what the files say. A newer release may have gone further: its migrations say which releases still work on their schema, by a line
``-- compatible-with: NNNN``, the last migration that a release must know. Without the line, those alone that know the migration itself.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

import psycopg

from golden_assets.adapters.postgres.connecting import STATEMENT_SECONDS, BoundedConnection, connect, shown_url
from golden_assets.adapters.postgres.failures import domain_errors
from golden_assets.adapters.postgres.sql_files import query, sql_directory
from golden_assets.domain.core.errors import RegistryError, ServerError
from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.core.text import counted

MIGRATION_SECONDS = 3600.0
"""How long one migration may take."""
_CHANGE = ("change the schema", "run golden-assets db up as its owner, or for the first time as the owner of the database")
_GRANT = ("give the roles their rights", "run golden-assets db roles as a superuser, or as the owner of the schema with CREATEROLE")
_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.up\.sql")
_COMPATIBLE = re.compile(r"^-- compatible-with: (\d{4})$", re.MULTILINE)


@dataclass(frozen=True)
class Migration:
    """One step of the schema: the statements that take it (``up``) and those that take it back (``down``)."""

    number: int
    name: str
    up: str
    down: str

    @property
    def label(self) -> str:
        """As its files are called."""
        return f"{self.number:04}_{self.name}"

    @property
    def sha256(self) -> str:
        """Identifies the upward file."""
        return sha256_text(self.up)

    @property
    def compatible_with(self) -> int:
        """The last migration that a release must know to work on the schema with this one."""
        match = _COMPATIBLE.search(self.up)
        return int(match[1]) if match else self.number


@dataclass(frozen=True)
class Applied:
    """A migration as the database has it on record; the last three are not known of those that older releases applied."""

    number: int
    name: str
    sha256: str
    applied_at: datetime
    compatible_with: int | None
    release: str | None
    applied_by: str | None


@dataclass(frozen=True)
class MigrationStatus:
    """A migration of this release or of the database; ``applied_at`` is None while it is pending, ``release`` when it is not known."""

    number: int
    name: str
    applied_at: datetime | None
    release: str | None
    is_known: bool


def migrations(directory: Path | None = None) -> list[Migration]:
    """The migrations in ``directory`` (default: those of this release), by number.

    Raises:
        RegistryError: a file has no number or no way back, or two have the same number.
    """
    directory = directory or sql_directory() / "migrations"
    found: dict[int, Migration] = {}
    for path in sorted(directory.glob("*.up.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise RegistryError(f"{path.name} is not the name of a migration", "name it NNNN_what.up.sql")
        down = path.with_name(path.name.replace(".up.sql", ".down.sql"))
        if not down.exists():
            raise RegistryError(f"migration {path.name} has no way back", f"write {down.name}")
        migration = Migration(int(match[1]), match[2], path.read_text(encoding="utf-8"), down.read_text(encoding="utf-8"))
        if migration.number in found:
            raise RegistryError(
                f"{migration.label} and {found[migration.number].label} have the same number", "give one of them another number"
            )
        found[migration.number] = migration
    return list(found.values())


def migrate(url: str, directory: Path | None = None) -> list[Migration]:
    """Apply every pending migration, and give the roles that are used here their rights in it; returns what was applied.

    Safe to call from many processes at once; with nothing pending, any role that may read the bookkeeping may call it.

    Raises:
        RegistryError: an applied migration was edited, or this release does not work with the schema.
        ServerError: the database cannot be reached.
    """
    known = migrations(directory)
    pending, _ = _look(url, known)
    return _apply(url, known) if pending else []


def require_schema(url: str, *, upgrade: bool, directory: Path | None = None) -> None:
    """See that the database has the schema that this release needs; with ``upgrade`` it is brought up to date.

    Raises:
        RegistryError: an applied migration was edited, or this release does not work with the schema.
        ServerError: the database cannot be reached, or lacks migrations and is not to be upgraded.
    """
    known, place = migrations(directory), shown_url(url)
    pending, applied = _look(url, known)
    if pending and upgrade:
        _apply(url, known)
    elif pending and not applied:
        raise ServerError(f"the database at {place} has no registry yet", "set it up with: golden-assets db up")
    elif pending:
        problem = f"the database at {place} lacks {counted(len(pending), 'migration')} of this release, from {pending[0].label} on"
        raise ServerError(problem, "apply them with: golden-assets db up")


def revert(url: str, to: int = 0, directory: Path | None = None) -> list[Migration]:
    """Take back every migration above number ``to``, the newest first; returns what was taken back. Data in dropped tables is lost.

    Raises:
        RegistryError: an applied migration was edited, or only a newer release knows it.
        ServerError: the database cannot be reached.
    """
    known = migrations(directory)
    with _owned(url, _CHANGE) as connection:
        applied = _applied(connection)
        _require_unchanged(known, applied)
        if newer := _unknown(known, applied):
            raise RegistryError(f"migration {_label(newer[-1])} is of a newer release", f"take it back with {_release(newer[-1])}")
        reverted = [migration for migration in reversed(known) if migration.number in applied and migration.number > to]
        for migration in reverted:
            _run(connection, migration.down)
            connection.execute(query("note_reverted"), {"number": migration.number})
    return reverted


def migration_status(url: str, directory: Path | None = None) -> list[MigrationStatus]:
    """Every migration of this release and of the database, applied or pending; changes nothing in the database."""
    with _locked(url, STATEMENT_SECONDS) as connection:
        applied = _applied(connection)
    known = {migration.number: migration.name for migration in migrations(directory)}
    names = {number: row.name for number, row in applied.items()} | known
    return [_status(number, names[number], applied.get(number), number in known) for number in sorted(names)]


def apply_roles(url: str, *, only_look: bool = False) -> list[str]:
    """Create the roles golden_reader, golden_writer and golden_promoter and give them their rights; doing it again changes nothing.

    Returns what was missing, each role and right as a line. With ``only_look`` nothing is changed, but the same rights are needed.

    Raises:
        RegistryError: the connecting role may not create roles, or does not own the schema.
        ServerError: the database cannot be reached, or lacks the schema.
    """
    missing: set[str] = set()
    with _owned(url, _GRANT) as connection:
        before = _rights(connection)
        _run(connection, _roles())
        missing = _rights(connection) - before
        if only_look:
            raise psycopg.Rollback
    return sorted(missing)


@contextmanager
def _locked(url: str, seconds: float) -> Iterator[BoundedConnection]:
    """One transaction that holds the migration lock; a statement may take so many seconds."""
    with domain_errors(f"the database at {shown_url(url)}"), connect(url, seconds) as connection, connection.transaction():
        connection.execute(query("lock_migrations"))
        yield connection


@contextmanager
def _owned(url: str, errand: tuple[str, str]) -> Iterator[BoundedConnection]:
    """The same for what an owner may do; ``errand`` says what that is, and who may do it."""
    doing, remedy = errand
    with _locked(url, MIGRATION_SECONDS) as connection:
        try:
            yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            raise RegistryError(f"this role may not {doing} at {shown_url(url)} ({error.diag.message_primary})", remedy) from error


def _look(url: str, known: Sequence[Migration]) -> tuple[list[Migration], dict[int, Applied]]:
    """What is pending, and what is applied."""
    with _locked(url, STATEMENT_SECONDS) as connection:
        applied = _applied(connection)
    return _pending(known, applied, shown_url(url)), applied


def _apply(url: str, known: Sequence[Migration]) -> list[Migration]:
    """Apply what is still pending once the lock is held, and give the roles that are used here their rights in it."""
    with _owned(url, _CHANGE) as connection:
        pending = _pending(known, _applied(connection), shown_url(url))
        if pending:
            connection.execute(query("prepare_bookkeeping"))
        for migration in pending:
            _run(connection, migration.up)
            connection.execute(query("note_applied"), _note(migration))
        if pending and _is_true(connection, "roles_are_used"):
            _run(connection, _roles())
    return pending


def _run(connection: BoundedConnection, script: str) -> None:
    """Execute a file of statements in one go; psycopg sends them unchanged when there are no parameters."""
    connection.execute(script)


def _roles() -> str:
    return (sql_directory() / "roles.sql").read_text(encoding="utf-8")


def _rights(connection: BoundedConnection) -> set[str]:
    return {row["line"] for row in connection.execute(query("rights_of_roles"))}


def _is_true(connection: BoundedConnection, name: str) -> bool:
    row = connection.execute(query(name)).fetchone()
    return bool(row and row["found"])


def _applied(connection: BoundedConnection) -> dict[int, Applied]:
    """The bookkeeping by migration number; empty before the first migration."""
    if not _is_true(connection, "bookkeeping_exists"):
        return {}
    return {row["number"]: Applied(**row) for row in connection.execute(query("applied_migrations"))}


def _pending(known: Sequence[Migration], applied: dict[int, Applied], place: str) -> list[Migration]:
    """What is to be applied. Raises `RegistryError` when this release does not work with what is applied."""
    _require_unchanged(known, applied)
    pending = [migration for migration in known if migration.number not in applied]
    newest, newer = max((migration.number for migration in known), default=0), _unknown(known, applied)
    for row in newer:
        if pending or row.compatible_with is None or row.compatible_with > newest:
            by = f" by {row.applied_by}" if row.applied_by else ""
            raise RegistryError(
                f"the database at {place} has migration {_label(row)}, applied on {row.applied_at:%Y-%m-%d}{by} with "
                f"{_release(row)}, and this release ({_version()}) does not work with it",
                f"install {_release(row)}{' or newer' if row.release else ''}",
            )
    return pending


def _require_unchanged(known: Sequence[Migration], applied: dict[int, Applied]) -> None:
    """Compare the files with the bookkeeping."""
    for migration in known:
        row = applied.get(migration.number)
        if row and migration.sha256 != row.sha256:
            problem = f"migration {_label(row)} was edited after it was applied"
            raise RegistryError(problem, "restore the file, and write the change as a new migration")


def _unknown(known: Sequence[Migration], applied: dict[int, Applied]) -> list[Applied]:
    """What this release has no file of."""
    numbers = {migration.number for migration in known}
    return [row for number, row in applied.items() if number not in numbers]


def _note(migration: Migration) -> dict[str, object]:
    written = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
    return {**written, "compatible_with": migration.compatible_with, "release": _version()}


def _status(number: int, name: str, row: Applied | None, is_known: bool) -> MigrationStatus:
    return MigrationStatus(number, name, row.applied_at if row else None, row.release if row else None, is_known)


def _label(row: Applied) -> str:
    return f"{row.number:04}_{row.name}"


def _release(row: Applied) -> str:
    return f"golden_assets {row.release}" if row.release else "the release that applied it"


def _version() -> str:
    return metadata.version("golden-assets")
