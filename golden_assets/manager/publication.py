"""Publishing through the registry: which version, and on record where it went."""

import time

from golden_assets.domain.errors import ConfigurationError, GoldenAssetsError, PublishingError, ServerError
from golden_assets.domain.gates import Thresholds, Verdict
from golden_assets.domain.monitoring import Performed, fault_of
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.publication import DatasetState, phoenix_matches_the_registry, require_publishable
from golden_assets.domain.versions import PublishedDataset, StoredVersion


def unheard(stage: str, done: int, total: int) -> None:
    """Progress that nobody wants to know of."""


async def to_publish(versions: VersionStore, number: str) -> StoredVersion:
    """The version of this number; the active one in its place when it was retired, since that is what Phoenix should hold.

    Raises `VersionNotFoundError`; `GateError` when it is a draft or failed its gates.
    """
    version = await versions.get_version(number)
    require_publishable(version.summary)
    if version.summary.status != "archived":
        return version
    return await versions.get_active_version() or version


async def publish(
    versions: VersionStore, publisher: DatasetPublisher, version: StoredVersion, progress: Progress = unheard
) -> PublishedDataset:
    """Upload a version, and put on record where it is and how that went. Raises `PublishingError`, `ServerError`."""
    begun = time.perf_counter()
    try:
        published = await publisher.publish(version, progress)
    except (PublishingError, ServerError) as error:
        await versions.note_operation(_upload(begun, error))
        raise
    await versions.note_operation(_upload(begun))
    await versions.record_publication(published)
    return published


def _upload(begun: float, error: GoldenAssetsError | None = None) -> Performed:
    return Performed(kind="upload", name="publish", seconds=time.perf_counter() - begun, fault=fault_of(error))


async def judge_publication(versions: VersionStore, publisher: DatasetPublisher, thresholds: Thresholds) -> Verdict:
    """Whether the active version is in Phoenix, row by row, and is the current one there."""
    active = await versions.get_active_version()
    waiting = [summary.version for summary in await versions.list_versions() if summary.status == "validated"]
    found = await _found(publisher, active) if active else None
    return phoenix_matches_the_registry(active, waiting, found, thresholds)


async def _found(publisher: DatasetPublisher, active: StoredVersion) -> DatasetState | PublishingError | ServerError:
    """What Phoenix holds, or why that cannot be said."""
    try:
        return await publisher.inspect(active)
    except (PublishingError, ServerError) as error:
        return error


async def make_current(versions: VersionStore, publisher: DatasetPublisher, number: str) -> PublishedDataset | GoldenAssetsError:
    """Publish a version that became the active one. It is that in any case: what keeps it out of Phoenix is returned."""
    try:
        return await publish(versions, publisher, await versions.get_version(number))
    except (PublishingError, ServerError, ConfigurationError) as error:
        return error
