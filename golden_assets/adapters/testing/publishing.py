"""A publisher that writes down what it was given."""

from golden_assets.domain.errors import PublishingError
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.publication import DatasetState
from golden_assets.domain.versions import PublishedDataset, StoredVersion


class RecordingDatasetPublisher:
    """A `DatasetPublisher` that remembers every version it was given in ``received``; equal content keeps its dataset version.

    While ``error`` is set every `publish` raises it, as if Phoenix were down.
    """

    def __init__(self, error: PublishingError | None = None) -> None:
        self.error = error
        self.received: list[StoredVersion] = []
        self.lost: tuple[str, ...] = ()

    async def inspect(self, version: StoredVersion) -> DatasetState:
        """The version that was received last is the current one; ``lost`` are the rows that are missing. Raises ``error`` when set."""
        if self.error:
            raise self.error
        name = f"golden_testset_{version.summary.testset_name}"
        known = version.summary.version in {received.summary.version for received in self.received}
        missing = self.lost if known else tuple(row.row_id for row in version.testset.rows)
        return DatasetState(dataset_name=name, missing=missing, current=self.received[-1].summary.version if self.received else None)

    async def publish(self, version: StoredVersion, progress: Progress = lambda *_: None) -> PublishedDataset:
        """Record the version and answer with a dataset derived from its name and content. Raises ``error`` when set."""
        if self.error:
            raise self.error
        self.received.append(version)
        self.lost = ()
        progress("rows uploaded", len(version.testset.rows), len(version.testset.rows))
        summary = version.summary
        return PublishedDataset(
            testset_name=summary.testset_name,
            version=summary.version,
            testset_hash=summary.testset_hash,
            dataset_id=f"dataset-{summary.testset_name}",
            dataset_version_id=f"dataset-version-{summary.testset_hash[:12]}",
            dataset_name=f"golden_testset_{summary.testset_name}",
            url=f"memory://datasets/{summary.testset_name}/examples",
            example_count=len(version.testset.rows),
        )
