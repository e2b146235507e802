"""A resource that reads the settings of one testset, and what several of them open."""

import logging
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

import dagster as dg

from golden_assets.settings.settings import Settings, load_settings

if TYPE_CHECKING:
    from golden_assets.adapters.postgres.call_ledger import PostgresCallLedger
    from golden_assets.adapters.postgres.database import Database

logger = logging.getLogger(__name__)
Port = TypeVar("Port")


class BoundResource(dg.ConfigurableResource[Port]):
    """A resource made from the settings of one testset; the name is no field, which the launchpad could change."""

    testset: ClassVar[str | None] = None

    @classmethod
    def of(cls, testset: str | None) -> Self:
        """The resource for a testset, or for the default one."""
        bound: type[Self] = type(cls.__name__, (cls,), {"testset": testset, "__doc__": cls.__doc__, "__module__": cls.__module__})
        return bound()

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return load_settings(self.testset)


def ledger_of(settings: Settings, context: dg.InitResourceContext) -> "PostgresCallLedger | None":
    """The ledger of this run's model calls; None for the embedded models, which cost nothing."""
    return None if settings.provider == "extractive" else open_ledger(settings, context)


def open_ledger(settings: Settings, context: dg.InitResourceContext) -> "PostgresCallLedger":
    """The ledger, with the limits of the settings."""
    from golden_assets.adapters.postgres.call_ledger import PostgresCallLedger

    return PostgresCallLedger(
        migrated_database_url(settings),
        testset_name=settings.testset_name,
        run_id=context.run_id,
        limits=settings.cost_limits,
        alert_shares=settings.cost_alert_shares,
        alert=context.log.warning if context.log else logger.warning,
        statement_timeout_seconds=settings.statement_timeout_seconds,
    )


def migrated_database_url(settings: Settings) -> str:
    """The registry's database with the schema of this release."""
    from golden_assets.adapters.postgres.migrations import require_schema
    from golden_assets.embedded.server_urls import database_url

    url = database_url(settings)
    require_schema(url, upgrade=settings.upgrades_schema)
    return url


def registry_database(settings: Settings) -> "Database":
    """The registry's database for work in any event loop, with the schema of this release."""
    from golden_assets.adapters.postgres.database import open_database

    return open_database(migrated_database_url(settings), settings)
