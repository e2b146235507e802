"""Database URLs in the forms that SQLAlchemy, psycopg and people want."""

from sqlalchemy.engine import URL

from golden_assets.settings.urls import conninfo_of, parse_postgres_url


def engine_url(url: str) -> URL:
    """The URL for SQLAlchemy over psycopg 3, whatever driver was written. Raises `ConfigurationError`."""
    return parse_postgres_url(url).set(drivername="postgresql+psycopg")


def driver_url(url: str) -> str:
    """The address for psycopg itself, password included. Raises `ConfigurationError`."""
    return conninfo_of(parse_postgres_url(url))


def shown_url(url: str) -> str:
    """The URL for messages: host, port and database, no user, no password. Raises `ConfigurationError`."""
    parsed = parse_postgres_url(url)
    return f"{parsed.host or 'localhost'}:{parsed.port or 5432}/{parsed.database or ''}"
