"""Where the servers are: as configured, else the embedded ones, started when they are first asked for."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import SecretStr

from golden_assets.domain.core.errors import NoPhoenixError
from golden_assets.embedded.phoenix import ensure_phoenix, phoenix_status, start_phoenix
from golden_assets.embedded.phoenix_environment import ensure_server_python
from golden_assets.embedded.postgres import PostgresServer, ensure_postgres, postgres_status
from golden_assets.embedded.usage import use_servers
from golden_assets.settings.settings import Settings

DAGSTER_DATABASE = "dagster"
PHOENIX_DATABASE = "phoenix"
DAGSTER_SCHEMA_OPTION = "-csearch_path=dagster"
DAGSTER_DRIVER = "postgresql+psycopg2"
"""dagster-postgres speaks psycopg2 only; a bare ``postgresql://`` would mean psycopg 3 to SQLAlchemy 2.1."""


def embedded_postgres(settings: Settings) -> PostgresServer:
    """The PostgreSQL of the configured home, started if need be; this process counts as its user. Raises `ServerError`."""
    use_servers(settings.home)
    return ensure_postgres(settings.home.resolve(), settings.postgres_binaries)


def embedded_names(settings: Settings) -> list[str]:
    """The embedded servers that these settings use; Phoenix stores in PostgreSQL."""
    phoenix = ["Phoenix"] if _embeds_phoenix(settings) else []
    return ["PostgreSQL", *phoenix] if phoenix or settings.database_url is None else []


def database_url(settings: Settings) -> str:
    """The database of the registry. Raises `ServerError` when the embedded one cannot be started."""
    return settings.database_url.get_secret_value() if settings.database_url else embedded_postgres(settings).url()


def names_in_heads(settings: Settings, place: str) -> tuple[str, ...]:
    """The names that heads of a database bear: the one to write first, then that of earlier releases.

    A restored or copied home has its embedded server on another port, so that one is named without it.

    Args:
        settings: where the embedded server is.
        place: the database's ``Database.place``, with host and port.
    """
    server = postgres_status(settings.home)
    _, here, name = place.partition(f"{server.host}:{server.port}/") if server else ("", "", "")
    return (f"embedded/{name}", place) if here else (place,)


def dagster_url(settings: Settings) -> str:
    """The database of Dagster's own storage: as set, else schema ``dagster`` of a configured database, else one of its own.

    Raises:
        ServerError: the embedded server cannot be started.
        ConfigurationError: what is set is not a PostgreSQL URL.
    """
    if settings.dagster_url:
        return _for_dagster(settings.dagster_url, "GOLDEN_ASSETS_DAGSTER_URL")
    if settings.database_url is None:
        return embedded_postgres(settings).url(DAGSTER_DATABASE, DAGSTER_DRIVER)
    return _for_dagster(settings.database_url, "GOLDEN_ASSETS_DATABASE_URL", options=DAGSTER_SCHEMA_OPTION)


def is_embedded(settings: Settings) -> bool:
    """Whether Dagster's storage is in the embedded PostgreSQL, which every command starts."""
    return settings.dagster_url is None and settings.database_url is None


def begin_phoenix(settings: Settings, tell: Callable[[str], object] = lambda _: None) -> None:
    """Start the embedded Phoenix in the background; nothing to do when one is configured, or none is wanted. ``tell`` is told when it has
    to be installed first. Raises `ServerError`.
    """
    if _embeds_phoenix(settings):
        ensure_server_python(settings.phoenix_python, tell)
        start_phoenix(*_phoenix_place(settings))


def phoenix_url(settings: Settings) -> str:
    """Phoenix's address, once it answers.

    Raises:
        NoPhoenixError: the settings want none.
        ServerError: the embedded one cannot be started.
    """
    if settings.phoenix == "none":
        raise NoPhoenixError("there is no Phoenix (phoenix: none in the settings)", "set phoenix: embedded, or phoenix_endpoint")
    if settings.phoenix_endpoint:
        return settings.phoenix_endpoint
    return ensure_phoenix(*_phoenix_place(settings)).base_url


def running_phoenix(settings: Settings) -> str | None:
    """Phoenix's address if one is configured, or the embedded one runs (it may still be starting). Starts nothing, sends no request."""
    if settings.phoenix == "none":
        return None
    if settings.phoenix_endpoint:
        return settings.phoenix_endpoint
    server = phoenix_status(settings.home)
    return server.base_url if server else None


def _embeds_phoenix(settings: Settings) -> bool:
    return settings.phoenix == "embedded" and settings.phoenix_endpoint is None


def _for_dagster(url: SecretStr, name: str, **parameters: str) -> str:
    """A URL as dagster-postgres reads it, whatever driver was written; it gives up on a server that is gone."""
    from golden_assets.settings.urls import TCP_LIMITS, parse_postgres_url, with_parameters

    parsed = parse_postgres_url(url.get_secret_value(), name).set(drivername=DAGSTER_DRIVER)
    return with_parameters(parsed, **TCP_LIMITS, **parameters).render_as_string(hide_password=False)


def _phoenix_place(settings: Settings) -> tuple[Path, Path, str, Sequence[str]]:
    """Home, interpreter, database, and the names under which browsers may reach it. Raises `ServerError`."""
    storage = embedded_postgres(settings).url(PHOENIX_DATABASE, "postgresql")
    return settings.home.resolve(), ensure_server_python(settings.phoenix_python), storage, settings.ui_hosts
