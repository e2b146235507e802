"""What PostgreSQL reports, said in the errors of the domain. The schema raises its own with a remedy as their hint."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from tenacity import retry_if_exception, stop_after_attempt, stop_after_delay, wait_random_exponential

from golden_assets.adapters.postgres.connecting import NoAnswerError
from golden_assets.domain.core.errors import (
    GateError,
    GoldenAssetsError,
    IllegalTransitionError,
    IntegrityError,
    RegistryError,
    ServerError,
    VersionConflictError,
    VersionNotFoundError,
)

FIRST_ATTEMPTS = 6
RESTART_SECONDS = 30.0
"""How long a database that answered before is waited for: as long as a restart usually takes."""

_SET_UP = "set the schema up with: golden-assets db up"
_TOO_MANY = "end sessions that are not needed, lower pool_max, or raise max_connections of the server"
_UNUSABLE = "check that it runs and that URL, user and password are right"
_RAISED_BY_THE_SCHEMA: dict[str, type[GoldenAssetsError]] = {
    "GA001": VersionNotFoundError,
    "GA002": IllegalTransitionError,
    "GA003": GateError,
    "GA004": IntegrityError,
    "GA005": RegistryError,
}
_OTHERS: dict[str, tuple[type[GoldenAssetsError], str]] = {
    "23505": (VersionConflictError, "another process stored it first; read the versions again"),
    "25006": (ServerError, "connect to the primary server, not to a standby"),
    "42501": (RegistryError, "let the owner of the schema run golden-assets db roles, and grant your role one of the three"),
    "42P01": (ServerError, _SET_UP),
    "42883": (ServerError, _SET_UP),
    "3F000": (ServerError, _SET_UP),
    "53100": (ServerError, "free disk space on the database server"),
    "53300": (ServerError, _TOO_MANY),
    "57014": (ServerError, "raise statement_timeout_seconds, or look for a transaction that holds a lock"),
}
_CROWDED = ("connection slots are reserved", "too many clients", "too many connections")
"""How a server that is full refuses a connection; psycopg has no code for it then."""
_REFUSALS = frozenset({*_RAISED_BY_THE_SCHEMA, "23505", "42501"}) - {"GA004"}
_CONNECTION_LOST = ("08", "57P")
_TRY_AGAIN = frozenset({"40001", "40P01", "53300"})


def sqlstate(error: BaseException | None) -> str | None:
    """PostgreSQL's five-character code, from either driver; None when the connection broke before the server could say anything."""
    cause = _of_driver(error)
    code: str | None = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    return code


def is_transient(error: BaseException | None) -> bool:
    """Whether the same again may succeed: a serialization failure, a deadlock, a lost or refused connection.

    An answer that did not come is not waited for a second time: that would take as long again.
    """
    cause, code = _of_driver(error), sqlstate(error)
    if isinstance(cause, NoAnswerError):
        return False
    if code is None:
        return isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) or isinstance(error, OperationalError | InterfaceError)
    return code in _TRY_AGAIN or code.startswith(_CONNECTION_LOST)


def retrying(*, answered: bool, attempts: int = FIRST_ATTEMPTS) -> dict[str, Any]:
    """How tenacity tries again: a few times at first, through a restart once the database has answered."""
    patience = stop_after_delay(RESTART_SECONDS)
    return {
        "stop": patience if answered else patience | stop_after_attempt(attempts),
        "wait": wait_random_exponential(multiplier=0.1, max=2.0),
        "retry": retry_if_exception(is_transient),
        "reraise": True,
    }


def is_fault(error: GoldenAssetsError) -> bool:
    """Whether the database failed us, or holds what it must not hold; a refusal that the schema or we mean is not a fault."""
    if _of_driver(error.__cause__) is not None:
        return sqlstate(error.__cause__) not in _REFUSALS
    return isinstance(error, IntegrityError | ServerError)


@contextmanager
def domain_errors(place: str, remedy: str = _UNUSABLE) -> Iterator[None]:
    """Turn errors of the driver into those of the domain. ``place`` names the database, without a password.

    ``remedy`` is what to do when it cannot be reached.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise ServerError(f"no free connection to {place}", "close what holds them, or raise the pool's size") from error
    except (DBAPIError, psycopg.Error) as error:
        raise _translated(error, place, remedy) from error


def _of_driver(error: BaseException | None) -> BaseException | None:
    """The driver's own error (psycopg's, or psycopg2's under Dagster), which SQLAlchemy wraps."""
    if isinstance(error, DBAPIError):
        return error.orig
    return error if isinstance(error, psycopg.Error) else None


def _translated(error: DBAPIError | psycopg.Error, place: str, remedy: str) -> GoldenAssetsError:
    cause, code = _of_driver(error), sqlstate(error) or ""
    diagnosis = getattr(cause, "diag", None)
    message = getattr(diagnosis, "message_primary", None) or next(iter(str(cause or error).splitlines()), type(error).__name__)
    if code in _RAISED_BY_THE_SCHEMA:
        return _RAISED_BY_THE_SCHEMA[code](message, getattr(diagnosis, "message_hint", None) or "see the audit log")
    if code in _OTHERS:
        kind, way_out = _OTHERS[code]
        return kind(f"{message} ({place})", way_out)
    if isinstance(cause, NoAnswerError):
        return ServerError(f"{place} gave {message}", "look whether the server, or a proxy in front of it, hangs")
    if is_transient(error):
        is_crowded = any(words in message for words in _CROWDED)
        return ServerError(f"{place} cannot be used ({message})", _TOO_MANY if is_crowded else remedy)
    return RegistryError(f"{place} refused ({code} {message})", "report this with the statement's context")
