"""PostgreSQL URLs as users write them. Import it where one is used: SQLAlchemy and psycopg take their time."""

from collections.abc import Mapping

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from golden_assets.domain.core.errors import ConfigurationError

DRIVERS = frozenset({"postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"})
TCP_LIMITS: Mapping[str, str] = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""After how many seconds (the last: milliseconds) PostgreSQL's client library takes a host for dead, unless the URL says otherwise."""
REMEDY = "write postgresql://user:password@host:5432/database"


def parse_postgres_url(url: str, name: str = "the database URL") -> URL:
    """A PostgreSQL URL without a driver, whichever was written; ``name`` says in errors where it comes from.

    Raises:
        ConfigurationError: not a PostgreSQL URL; the message does not repeat it, for it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError(f"{name} cannot be read", REMEDY) from None
    if parsed.drivername not in DRIVERS:
        raise ConfigurationError(f"{name} is for {parsed.drivername!r}, not for PostgreSQL", REMEDY)
    try:
        conninfo_of(parsed)
    except (psycopg.ProgrammingError, UnicodeError):
        raise ConfigurationError(f"{name} has a part that PostgreSQL does not know", REMEDY) from None
    if "[" in (parsed.host or ""):
        raise ConfigurationError(f"{name} has a host with only one bracket", REMEDY)
    return parsed.set(drivername="postgresql")


def conninfo_of(url: URL) -> str:
    """The URL as psycopg and libpq read it, password included: not every password that SQLAlchemy reads in a URL is read by libpq."""
    _, parts = PGDialect_psycopg().create_connect_args(url)  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects are not typed
    return make_conninfo("", **parts)


def with_parameters(url: URL, **parameters: str) -> URL:
    """The URL with connection parameters that it does not set itself; ``options`` are added to its own, which count more."""
    written = url.normalized_query
    added = {name: value for name, value in parameters.items() if name not in written}
    if "options" in parameters and "options" in written:
        added["options"] = " ".join([parameters["options"], *written["options"]])
    return url.update_query_dict(added)
