"""Where things are kept: documents, artifacts, versions, alerts, and what the registry knows of itself."""

from typing import TYPE_CHECKING

import dagster as dg

from golden_assets.defs.resources.binding import BoundResource, migrated_database_url, registry_database
from golden_assets.domain.monitoring.alerts import AlertDesk
from golden_assets.domain.monitoring.service_levels import RegistryAuditor, RegistryMonitor
from golden_assets.domain.ports.documents import DocumentLibrary
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.settings.settings import Settings

if TYPE_CHECKING:
    from golden_assets.adapters.postgres import PostgresVersionStore


class DocumentLibraryResource(BoundResource[DocumentLibrary]):
    """Folders and the tables of the configured database."""

    def create_resource(self, context: dg.InitResourceContext) -> DocumentLibrary:
        """A library whose default is the configured location."""
        from golden_assets.adapters.documents.library import SourceLibrary

        return SourceLibrary.of(self.settings)


class ArtifactStoreResource(BoundResource[ArtifactStore]):
    """The content-addressed store in PostgreSQL."""

    def create_resource(self, context: dg.InitResourceContext) -> ArtifactStore:
        """A store that works from any event loop."""
        from golden_assets.adapters.postgres.artifacts import PostgresArtifactStore

        return PostgresArtifactStore(registry_database(self.settings))


class VersionStoreResource(BoundResource[VersionStore]):
    """The version registry in PostgreSQL."""

    def create_resource(self, context: dg.InitResourceContext) -> VersionStore:
        """A registry that works from any event loop."""
        from golden_assets.adapters.postgres.versions.store import PostgresVersionStore

        settings = self.settings
        return PostgresVersionStore(
            registry_database(settings), settings.testset_name, numbering=settings.numbering, require_approval=settings.require_approval
        )


class AlertDeskResource(BoundResource[AlertDesk]):
    """Alerts, kept in PostgreSQL and sent to the configured sinks."""

    def create_resource(self, context: dg.InitResourceContext) -> AlertDesk:
        """A desk that works from any event loop."""
        from golden_assets.adapters.alerts.factory import open_desk

        return open_desk(self.settings, migrated_database_url(self.settings))


class RegistryMonitorResource(BoundResource[RegistryMonitor]):
    """What the registry knows of its own operation."""

    def create_resource(self, context: dg.InitResourceContext) -> RegistryMonitor:
        """A monitor that works from any event loop."""
        from golden_assets.adapters.postgres.monitor import PostgresRegistryMonitor

        return PostgresRegistryMonitor(_store(self.settings))


class RegistryAuditorResource(BoundResource[RegistryAuditor]):
    """What checks the registry, and keeps its head outside of the database."""

    def create_resource(self, context: dg.InitResourceContext) -> RegistryAuditor:
        """An auditor that works from any event loop."""
        from golden_assets.manager.integrity import RegistryAudit

        return RegistryAudit(_store(self.settings), self.settings)


def _store(settings: Settings) -> "PostgresVersionStore":
    from golden_assets.adapters.postgres import PostgresVersionStore

    return PostgresVersionStore(registry_database(settings), settings.testset_name)
