"""What PostgreSQL reports, said in the errors of the domain. The schema raises its own with a remedy as their hint."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from golden_assets.domain.errors import (
    GateError,
    GoldenAssetsError,
    IllegalTransitionError,
    IntegrityError,
    RegistryError,
    ServerError,
    VersionConflictError,
    VersionNotFoundError,
)

_RAISED_BY_THE_SCHEMA: dict[str, type[GoldenAssetsError]] = {
    "GA001": VersionNotFoundError,
    "GA002": IllegalTransitionError,
    "GA003": GateError,
    "GA004": IntegrityError,
    "GA005": RegistryError,
}
_OTHERS: dict[str, tuple[type[GoldenAssetsError], str]] = {
    "23505": (VersionConflictError, "another process stored it first; read the versions again"),
    "42501": (RegistryError, "connect with a role that has the right, see sql/roles.sql"),
    "42P01": (ServerError, "set the schema up with: golden-assets db up"),
    "42883": (ServerError, "set the schema up with: golden-assets db up"),
    "3F000": (ServerError, "set the schema up with: golden-assets db up"),
    "53100": (ServerError, "free some space on its disk, then run the command again; what was stored is kept"),
    "53300": (ServerError, "close what holds its connections, or raise max_connections"),
    "57014": (ServerError, "raise the statement timeout, or look for a transaction that holds a lock"),
}
_REFUSALS = frozenset({*_RAISED_BY_THE_SCHEMA, "23505", "42501"}) - {"GA004"}
_CONNECTION_LOST = ("08", "57P")
_UNREACHABLE = "check that it runs and that the URL is right"
_NO_CONNECTION = "53300"
_TRY_AGAIN = frozenset({"40001", "40P01", _NO_CONNECTION})
_REFUSED_CONNECTIONS = ("too many clients", "too many connections", "connection slots are reserved")
"""Whoever is not let in is told so without a code."""


def sqlstate(error: DBAPIError) -> str | None:
    """PostgreSQL's five-character code, from either driver; None when the connection broke before the server could say anything."""
    code: str | None = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    if code is None and any(words in str(error.orig) for words in _REFUSED_CONNECTIONS):
        return _NO_CONNECTION
    return code


def is_transient(error: BaseException | None) -> bool:
    """Whether the same again may succeed: a serialization failure, a deadlock, a lost or refused connection."""
    if not isinstance(error, DBAPIError):
        return False
    code = sqlstate(error)
    if code is None:
        return error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
    return code in _TRY_AGAIN or code.startswith(_CONNECTION_LOST)


def is_fault(error: GoldenAssetsError) -> bool:
    """Whether the database failed us, or holds what it must not hold; a refusal that the schema or we mean is no fault."""
    if isinstance(error.__cause__, DBAPIError):
        return sqlstate(error.__cause__) not in _REFUSALS
    return isinstance(error, IntegrityError | ServerError)


@contextmanager
def domain_errors(place: str, remedy: str = _UNREACHABLE) -> Iterator[None]:
    """Turn errors of the driver into those of the domain. ``place`` names the database, without a password.

    ``remedy`` is what to do when it cannot be reached.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise ServerError(f"no free connection to {place}", "close what holds them, or raise the pool's size") from error
    except DBAPIError as error:
        raise _translated(error, place, remedy) from error


def _translated(error: DBAPIError, place: str, remedy: str) -> GoldenAssetsError:
    code = sqlstate(error) or ""
    diagnosis = getattr(error.orig, "diag", None)
    message = getattr(diagnosis, "message_primary", None) or str(error.orig).splitlines()[0]
    if code in _RAISED_BY_THE_SCHEMA:
        return _RAISED_BY_THE_SCHEMA[code](message, getattr(diagnosis, "message_hint", None) or "see the audit log")
    if code in _OTHERS:
        kind, remedy = _OTHERS[code]
        return kind(f"{message} ({place})", remedy)
    if is_transient(error):
        return ServerError(f"the database at {place} cannot be used ({message})", remedy)
    return RegistryError(f"the database at {place} refused ({code} {message})", "report this with the statement's context")
