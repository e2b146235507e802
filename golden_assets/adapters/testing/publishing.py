"""A publisher that writes down what it was given."""

from collections.abc import Sequence

from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.gates.publication import DatasetState
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion, VersionSummary


class RecordingDatasetPublisher:
    """A `DatasetPublisher` that remembers every version it was given in ``received``; equal content keeps its dataset version.

    While ``error`` is set every method raises it, as if Phoenix were down. ``lost`` are rows that are missing there, ``edits`` what people
    edited, until something is published.
    """

    def __init__(self, error: GoldenAssetsError | None = None) -> None:
        self.error = error
        self.received: list[StoredVersion] = []
        self.lost: tuple[str, ...] = ()
        self.edits: list[DatasetEdit] = []

    async def inspect(self, version: StoredVersion) -> DatasetState:
        """The version that the dataset received last is the current one; ``lost`` are the rows that are missing. Raises ``error``."""
        self._refuse_while_down()
        name = self.dataset_name(version.summary)
        numbers = [received.summary.version for received in self.received if self.dataset_name(received.summary) == name]
        known = version.summary.version in {received.summary.version for received in self.received}
        missing = self.lost if known else tuple(row.row_id for row in version.testset.rows)
        return DatasetState(dataset_name=name, missing=missing, current=numbers[-1] if numbers else None)

    async def publish(self, version: StoredVersion, progress: Progress = lambda *_: None) -> PublishedDataset:
        """Record the version and answer with a dataset derived from its name and content. Raises ``error`` when set."""
        self._refuse_while_down()
        self.received.append(version)
        self.lost, self.edits = (), []
        progress("rows uploaded", len(version.testset.rows), len(version.testset.rows))
        summary, name = version.summary, self.dataset_name(version.summary)
        return PublishedDataset(
            testset_name=summary.testset_name,
            version=summary.version,
            testset_hash=summary.testset_hash,
            dataset_id=f"id-of-{name}",
            dataset_version_id=f"dataset-version-{summary.testset_hash[:12]}",
            dataset_name=name,
            url=f"memory://datasets/{name}/examples",
            example_count=len(version.testset.rows),
        )

    async def find_edits(self, sent: PublishedDataset, rows: Sequence[TestsetRow]) -> list[DatasetEdit]:  # noqa: ARG002
        """The ``edits`` in this dataset. Raises ``error`` when set."""
        self._refuse_while_down()
        return [edit for edit in self.edits if edit.dataset_name == sent.dataset_name]

    def dataset_name(self, version: VersionSummary) -> str:
        """One dataset for the active version, one for all others."""
        return f"golden_{'testset' if version.status == 'active' else 'candidate'}_{version.testset_name}"

    def _refuse_while_down(self) -> None:
        if self.error:
            raise self.error
