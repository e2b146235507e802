"""What a manager works on, opened as the settings of its testset say."""

from typing import TYPE_CHECKING

from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.settings.settings import all_testsets, load_settings, settings_for

if TYPE_CHECKING:
    from golden_assets.adapters.postgres import PostgresVersionStore

NAME_VARIABLE = "GOLDEN_ASSETS_TESTSET_NAME"


def open_publisher(testset_name: str) -> DatasetPublisher:
    """Phoenix as the settings of a testset name it, else the embedded one once it is used."""
    from golden_assets.adapters.phoenix.publisher import PhoenixDatasetPublisher
    from golden_assets.embedded.server_urls import phoenix_url

    settings = settings_for(testset_name)
    return PhoenixDatasetPublisher.of(settings, lambda: phoenix_url(settings))


def phoenix_runs(testset_name: str) -> bool:
    """Whether a Phoenix is configured for a testset, or the embedded one runs. Starts nothing, asks nobody."""
    from golden_assets.embedded.server_urls import running_phoenix

    return running_phoenix(settings_for(testset_name)) is not None


def open_store(db_url: str | None, testset_name: str) -> "PostgresVersionStore":
    """The registry of a testset, with the schema of this release in it; only the embedded one is brought up to date by itself.

    Raises:
        ServerError: the database cannot be reached, or lacks migrations.
    """
    from golden_assets.adapters.postgres import Pooling, PostgresVersionStore, open_database, require_schema

    settings, url = settings_for(testset_name), registry_url(db_url, testset_name)
    require_schema(url, upgrade=settings.upgrades_schema if db_url is None else settings.auto_migrate)
    database = open_database(url, settings, Pooling.POOLED)
    return PostgresVersionStore(database, testset_name, numbering=settings.numbering, require_approval=settings.require_approval)


def command_on(testset_name: str, arguments: str) -> str:
    """A command line that acts on this testset, whichever is meant without being named."""
    if testset_name in all_testsets():
        return f"golden-assets --testset {testset_name} {arguments}"
    is_default = load_settings().testset_name == testset_name
    return f"golden-assets {arguments}" if is_default else f"{NAME_VARIABLE}={testset_name} golden-assets {arguments}"


def registry_url(db_url: str | None, testset_name: str) -> str:
    """The URL given, else that of the settings, else the embedded server's, which is started. Raises `ServerError`."""
    from golden_assets.embedded.server_urls import database_url

    return db_url or database_url(settings_for(testset_name))
