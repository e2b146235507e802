"""Publishing through the registry: one process at a time, edits put on record first, and where each version went afterwards."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from golden_assets.domain.core.errors import PHOENIX_OUT_OF_REACH, GoldenAssetsError, NoPhoenixError, PublishingError, ServerError
from golden_assets.domain.core.text import counted
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.evaluate import judge
from golden_assets.domain.gates.evidence import Published
from golden_assets.domain.gates.publication import DatasetState, require_publishable
from golden_assets.domain.monitoring.service_levels import Performed, fault_of
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion

Tell = Callable[[str], object]


def unheard(stage: str, done: int, total: int) -> None:
    """Progress that is not reported."""


def untold(sentence: str) -> None:
    """A finding that is on record, and is told to no one."""


async def not_retired(versions: VersionStore, number: str) -> str:
    """This version; the active one in its place when it was archived. Raises `VersionNotFoundError`."""
    if (await versions.get_version(number)).summary.status != "archived":
        return number
    active = await versions.get_active_version()
    return active.summary.version if active else number


async def publish(
    versions: VersionStore, publisher: DatasetPublisher, number: str, progress: Progress = unheard, tell: Tell = untold
) -> list[PublishedDataset]:
    """Bring a version to Phoenix, and the active one, which its testset's dataset must hold: where they are, this version first.

    Raises:
        VersionNotFoundError, GateError: no such version, or a draft, or one that failed its gates.
        PublishingError, ServerError: Phoenix is down, refuses, or holds something else than was sent.
    """
    async with versions.publication_turn():
        wanted, active = await versions.get_version(number), await versions.get_active_version()
        require_publishable(wanted.summary)
        others = [active] if active and active.summary.version != number else []
        return [await _bring(versions, publisher, version, progress, tell) for version in (wanted, *others)]


async def place_in_phoenix(versions: VersionStore, publisher: DatasetPublisher, number: str) -> PublishedDataset:
    """Where a version is in Phoenix once it was published. Raises like `publish`."""
    return (await publish(versions, publisher, number))[0]


async def make_current(
    versions: VersionStore, publisher: DatasetPublisher, number: str, tell: Tell = untold
) -> PublishedDataset | GoldenAssetsError | None:
    """Bring the active version to Phoenix after ``number`` was activated: where another activation came later, that one's.

    The version is active in any case, so what keeps it out of Phoenix is returned; None where the settings want no Phoenix.
    """
    try:
        async with versions.publication_turn():
            active = await versions.get_active_version()
            if active is None:
                raise PublishingError(f"version {number} was archived meanwhile", "activate a version")
            return await _bring(versions, publisher, active, unheard, tell)
    except NoPhoenixError:
        return None
    except PHOENIX_OUT_OF_REACH as error:
        return error


async def _bring(
    versions: VersionStore, publisher: DatasetPublisher, version: StoredVersion, progress: Progress, tell: Tell
) -> PublishedDataset:
    """Record edits, upload, and put on record where the version is; all of it in one turn."""
    async with _noted(versions):
        if edits := await _record_edits(versions, publisher, version):
            tell(f"{counted(edits, 'edit')} made in Phoenix were recorded before the upload overwrites them: see `golden-assets status`")
        published = await publisher.publish(version, progress)
    await versions.record_publication(published)
    return published


async def _record_edits(versions: VersionStore, publisher: DatasetPublisher, version: StoredVersion) -> int:
    """Put on record what was edited in the dataset that a version goes to, and in the one that it is in; how many edits are new."""
    names = {publisher.dataset_name(version.summary), *([version.published.dataset_name] if version.published else [])}
    new = 0
    for sent in await versions.last_sent(sorted(names)):
        rows = (await versions.get_version(sent.version)).testset.rows
        if edits := await publisher.find_edits(sent, rows):
            new += await versions.record_edits(sent.version, edits)
    return new


async def judge_publication(versions: VersionStore, publisher: DatasetPublisher, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """Whether the active version is in Phoenix, row by row, and is the current one there."""
    active = await versions.get_active_version()
    found = await _found(publisher, active) if active else None
    return judge("publication", Published(active, found), thresholds)


async def _found(publisher: DatasetPublisher, active: StoredVersion) -> DatasetState | GoldenAssetsError:
    """What Phoenix holds, or why that cannot be said."""
    try:
        return await publisher.inspect(active)
    except PHOENIX_OUT_OF_REACH as error:
        return error


@asynccontextmanager
async def _noted(versions: VersionStore) -> AsyncIterator[None]:
    """Remember how an upload went."""
    begun = time.perf_counter()
    try:
        yield
    except (PublishingError, ServerError) as error:
        await versions.note_operation(_performed(begun, error))
        raise
    await versions.note_operation(_performed(begun))


def _performed(begun: float, error: GoldenAssetsError | None = None) -> Performed:
    return Performed(kind="upload", name="publish", seconds=time.perf_counter() - begun, fault=fault_of(error))
