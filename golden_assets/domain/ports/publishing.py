"""Where versions are shown and evaluated."""

from collections.abc import Sequence
from typing import Protocol

from golden_assets.domain.gates.publication import DatasetState
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion, VersionSummary


class DatasetPublisher(Protocol):
    """Puts versions where people evaluate with them (Arize Phoenix).

    The dataset of a testset holds its active version; any other version belongs in the candidate dataset beside it.
    """

    async def publish(self, version: StoredVersion, progress: Progress = ...) -> PublishedDataset:
        """Upload, read back and compare; doing it again changes nothing. It is the current version of the dataset it belongs in then.

        Raises:
            PublishingError: Phoenix is down, refuses, or holds something else than was sent.
            ServerError: the embedded Phoenix cannot be started.
        """
        ...

    async def inspect(self, version: StoredVersion) -> DatasetState:
        """What is there of a version, as the current one or where it was published before; changes nothing. Raises like `publish`."""
        ...

    async def find_edits(self, sent: PublishedDataset, rows: Sequence[TestsetRow]) -> list[DatasetEdit]:
        """What people edited in a dataset since ``rows`` were sent to it; changes nothing. Raises like `publish`."""
        ...

    def dataset_name(self, version: VersionSummary) -> str:
        """The dataset that a version belongs in."""
        ...
