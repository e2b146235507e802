"""Where things are kept: documents, artifacts, versions, alerts, and what the registry knows of itself."""

from golden_assets.defs.resources.binding import BoundResource
from golden_assets.domain.monitoring.alerts import AlertDesk
from golden_assets.domain.monitoring.service_levels import RegistryAuditor, RegistryMonitor
from golden_assets.domain.ports.documents import DocumentLibrary
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore


class DocumentLibraryResource(BoundResource[DocumentLibrary]):
    """Folders and the tables of the configured database."""

    part = "documents"


class ArtifactStoreResource(BoundResource[ArtifactStore]):
    """The content-addressed store in PostgreSQL."""

    part = "artifacts"


class VersionStoreResource(BoundResource[VersionStore]):
    """The version registry in PostgreSQL."""

    part = "versions"


class AlertDeskResource(BoundResource[AlertDesk]):
    """Alerts, kept in PostgreSQL and sent to the configured sinks."""

    part = "alerts"


class RegistryMonitorResource(BoundResource[RegistryMonitor]):
    """What the registry knows of its own operation."""

    part = "monitor"


class RegistryAuditorResource(BoundResource[RegistryAuditor]):
    """What checks the registry, and keeps its head outside of the database."""

    part = "auditor"
