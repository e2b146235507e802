"""Database URLs: the forms that users write, and the forms that SQLAlchemy and psycopg want."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from golden_assets.domain.errors import ConfigurationError

_ACCEPTED = frozenset({"postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"})


def engine_url(url: str) -> URL:
    """The URL for SQLAlchemy over psycopg 3, whatever driver was written.

    Raises:
        ConfigurationError: not a PostgreSQL URL; the message does not repeat it, for it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError("the database URL cannot be read", "write postgresql://user:password@host:5432/database") from None
    if parsed.drivername not in _ACCEPTED:
        problem = f"{parsed.drivername!r} is no database that the registry can use"
        raise ConfigurationError(problem, "write postgresql://user:password@host:5432/database")
    return parsed.set(drivername="postgresql+psycopg")


def driver_url(url: str) -> str:
    """The URL for psycopg itself, password included."""
    return engine_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def shown_url(url: str) -> str:
    """The URL for messages: host, port and database, no user, no password."""
    parsed = engine_url(url)
    return f"{parsed.host or 'localhost'}:{parsed.port or 5432}/{parsed.database or ''}"
