"""Where versions are shown and evaluated."""

from typing import Protocol

from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.publication import DatasetState
from golden_assets.domain.versions import PublishedDataset, StoredVersion


class DatasetPublisher(Protocol):
    """Puts versions where people evaluate with them (Arize Phoenix)."""

    async def publish(self, version: StoredVersion, progress: Progress = ...) -> PublishedDataset:
        """Upload, read back and compare; doing it again changes nothing. It is the dataset's current version then.

        Raises:
            PublishingError: Phoenix is down, refuses, or holds something else than was sent.
            ServerError: the embedded Phoenix cannot be started.
        """
        ...

    async def inspect(self, version: StoredVersion) -> DatasetState:
        """What is there of a version, as the current one or where it was published before; changes nothing. Raises like `publish`."""
        ...
