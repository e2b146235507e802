"""In-memory stand-ins for the ports, shipped so that users test their own assets without a server.

They keep the rules of the real adapters (content addresses, one active version, no promotion past a failed gate) and hold nothing
longer than the object lives. Give one to an asset or a sensor wherever a port is asked for, and to `GoldenTestsetManager` as a part of an
`Application`: ``Application(settings, versions=InMemoryVersionStore(), publisher=..., artifacts=..., auditor=...)``. None of them is safe
to share between threads.
"""

from golden_assets.adapters.testing.alerts import InMemoryAlertDesk, InMemoryRegistryAuditor
from golden_assets.adapters.testing.artifacts import InMemoryArtifactStore
from golden_assets.adapters.testing.calls import InMemoryCallLedger
from golden_assets.adapters.testing.experiments import InMemoryExperimentPublisher, InMemoryExperimentStore
from golden_assets.adapters.testing.publishing import RecordingDatasetPublisher
from golden_assets.adapters.testing.sources import InMemoryDocumentLibrary, InMemoryDocumentSource
from golden_assets.adapters.testing.versions import InMemoryVersionStore

__all__ = [
    "InMemoryAlertDesk",
    "InMemoryArtifactStore",
    "InMemoryCallLedger",
    "InMemoryDocumentLibrary",
    "InMemoryDocumentSource",
    "InMemoryExperimentPublisher",
    "InMemoryExperimentStore",
    "InMemoryRegistryAuditor",
    "InMemoryVersionStore",
    "RecordingDatasetPublisher",
]
