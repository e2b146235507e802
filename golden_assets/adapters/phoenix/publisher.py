"""Publishing a version: upload what is missing, read back, compare.

Phoenix takes an upload under an existing name as a sync (examples that are not in it are deleted in the new version), in one
transaction. A version that fits into one request is sent that way. A larger one is appended in batches, which deletes nothing, and then
made whole by the sync if there is anything to delete: it has nothing left to create, and only creating is limited, to some 32,000
examples a request. An interrupted upload leaves a dataset that differs from the version, and the next `publish` completes it. Only what
was read back and found equal is reported.

The dataset version id is taken from that reading: the answer to an upload that changed nothing can name another version.

Phoenix compares an upload with the hashes that it stored, so an example that was altered in its database, hash untouched, counts as
unchanged. What still differs after the upload is therefore written twice, first with another metadata entry and then as it should be.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from golden_assets.adapters.phoenix.edits import find_edits
from golden_assets.adapters.phoenix.examples import Example, differences, examples_of, version_held_by
from golden_assets.adapters.phoenix.labels import NAMES, DatasetNames, label_of
from golden_assets.adapters.tracing import span
from golden_assets.domain.core.errors import ConfigurationError, PublishingError
from golden_assets.domain.gates.publication import DatasetState
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion, VersionSummary
from golden_assets.settings.settings import Settings

if TYPE_CHECKING:
    from golden_assets.adapters.phoenix.session import HeldDataset, PhoenixSession

BATCH_SIZE = 3_000
"""Rows per request: 3,000 took 6 to 9 s on two busy cores, and a batch should stay far below the time-out."""
ATTEMPTS = 4
"""Rides out a blip of about 2 s; after a longer outage the next run picks up what was not published."""
STAGE = "rows uploaded"
"""What progress is reported of."""
REWRITING = {"rewriting": True}
MAX_BATCH_SIZE = 30_000
"""Phoenix on PostgreSQL fails beyond 32,767 new rows a request, the driver's limit of parameters."""


class PhoenixDatasetPublisher:
    """A `DatasetPublisher` over the REST interface of Phoenix 15 or newer. Holds no connection, so it works in any event loop.

    Args:
        base_url: the server's address, or what finds it when it is needed, and may raise `ServerError`; a trailing ``/v1/traces``, as
            exporters of traces want it, is ignored.
        api_key: for a server with authentication.
        timeout_seconds: how long Phoenix may take for one answer.
        names: how the datasets are called.
        attempts: how often a request is made before it is given up.
        ca_file: certificates (PEM) to trust in place of the usual ones.
        batch_size: most rows in one request that may create rows, at most `MAX_BATCH_SIZE`.

    Raises:
        ConfigurationError: an argument cannot be used.
    """

    def __init__(
        self,
        base_url: str | Callable[[], str],
        api_key: SecretStr | None = None,
        *,
        timeout_seconds: float = 60,
        attempts: int = ATTEMPTS,
        ca_file: Path | None = None,
        names: DatasetNames = DatasetNames(),  # noqa: B008 - frozen
        batch_size: int = BATCH_SIZE,
    ) -> None:
        self._base_url = base_url if callable(base_url) else server_address(base_url)
        self._api_key = api_key
        self._access = (timeout_seconds, attempts, ca_file)
        self._names = names
        if not 1 <= batch_size <= MAX_BATCH_SIZE:
            raise ConfigurationError(f"batch_size is {batch_size}", f"give a number from 1 to {MAX_BATCH_SIZE}")
        self._batch_size = batch_size

    @classmethod
    def of(cls, settings: Settings, base_url: str | Callable[[], str]) -> Self:
        """As the settings say, to a server that is given."""
        return cls(
            base_url,
            settings.phoenix_api_key,
            timeout_seconds=settings.phoenix_timeout_seconds,
            names=NAMES[settings.phoenix_datasets],
            attempts=settings.phoenix_attempts,
            ca_file=settings.phoenix_ca_file,
        )

    async def publish(self, version: StoredVersion, progress: Progress = lambda *_: None) -> PublishedDataset:
        """Upload, read back and compare; doing it again changes nothing.

        The active version goes into the dataset of its testset, any other one into the candidate dataset. Publishing an older version
        makes it the latest there again, under a new Phoenix version id.

        Raises:
            PublishingError: Phoenix is down, refuses, or holds something else than was sent.
        """
        name, examples = self.dataset_name(version.summary), examples_of(version)
        with span("publish", "TOOL", version=version.summary.version, rows=len(examples), dataset=name) as work:
            async with self._session() as (session, address):
                held = await session.read(name)
                changed = held is None or bool(differences(examples, held.examples))
                if held is None or changed:
                    held = await self._upload(session, name, examples, held, progress)
                label = label_of(version.summary, self._names, held.label.metadata)
                if label != held.label:
                    await session.describe(held.dataset_id, label)
            work.set(uploaded=changed, dataset_version=held.version_id)
        return self._published(version, name, held, address)

    async def inspect(self, version: StoredVersion) -> DatasetState:
        """What is there of a version, as the current one or where it was published before; changes nothing. Raises like `publish`."""
        name, published = self.dataset_name(version.summary), version.published
        async with self._session() as (session, _):
            latest = await session.read(name)
            current = version_held_by(latest.examples if latest else ())
            held = latest.examples if latest else None
            if published and current != version.summary.version:
                held = await session.read_version(published.dataset_id, published.dataset_version_id)
        found = differences(examples_of(version), held or ())
        return DatasetState(
            dataset_name=name, missing=found.missing, altered=tuple(found.altered), unexpected=found.unexpected, current=current
        )

    async def find_edits(self, sent: PublishedDataset, rows: Sequence[TestsetRow]) -> list[DatasetEdit]:
        """What people edited in a dataset since ``rows`` were sent to it; nothing when it is gone. Raises like `publish`."""
        async with self._session() as (session, _):
            held = await session.read(sent.dataset_name)
            if held is None or held.dataset_id != sent.dataset_id:
                return []
            recorded = await session.read_version(sent.dataset_id, sent.dataset_version_id)
        return find_edits(sent, rows, recorded, held.examples)

    def dataset_name(self, version: VersionSummary) -> str:
        """The dataset that a version belongs in."""
        return self._names.name_of(version)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[tuple["PhoenixSession", str]]:
        """A session, and the address it is with."""
        from golden_assets.adapters.phoenix.session import open_session

        find = self._base_url
        address = server_address(await asyncio.to_thread(find)) if callable(find) else find
        key = self._api_key.get_secret_value() if self._api_key else None
        async with open_session(address, key, *self._access) as session:
            yield session, address

    async def _upload(
        self, session: "PhoenixSession", name: str, examples: list[Example], held: "HeldDataset | None", progress: Progress
    ) -> "HeldDataset":
        """Bring the dataset to ``examples``, and read it back. Raises `PublishingError` when it holds anything else then."""
        found = differences(examples, held.examples if held else ())
        outdated = {*found.missing, *found.altered}
        if len(outdated) > self._batch_size:
            await self._append(session, name, [example for example in examples if example["id"] in outdated], progress)
        if found.unexpected or len(outdated) <= self._batch_size:
            await session.replace(name, examples)
            progress(STAGE, len(outdated), len(outdated))
        held = await self._read_back(session, name)
        if altered := differences(examples, held.examples).altered:
            await self._rewrite(session, name, [example for example in examples if example["id"] in altered])
            held = await self._read_back(session, name)
        if found := differences(examples, held.examples):
            problem = f"dataset {name!r} is not what was sent: of {len(examples)} rows {found}"
            raise PublishingError(problem, "another process may be writing to this dataset: wait until it has ended, then publish again")
        return held

    async def _read_back(self, session: "PhoenixSession", name: str) -> "HeldDataset":
        held = await session.read(name)
        if held is None:
            raise PublishingError(f"dataset {name!r} was deleted while it was uploaded", "publish again")
        return held

    async def _rewrite(self, session: "PhoenixSession", name: str, examples: Sequence[Example]) -> None:
        """Have Phoenix write examples that it takes for unchanged."""
        for start in range(0, len(examples), self._batch_size):
            batch = examples[start : start + self._batch_size]
            await session.append(name, [_marked(example) for example in batch])
            await session.append(name, batch)

    async def _append(self, session: "PhoenixSession", name: str, examples: Sequence[Example], progress: Progress) -> None:
        """Send examples batch by batch."""
        for start in range(0, len(examples), self._batch_size):
            batch = examples[start : start + self._batch_size]
            with span("upload_batch", "TOOL", rows=len(batch)):
                await session.append(name, batch)
            progress(STAGE, start + len(batch), len(examples))

    def _published(self, version: StoredVersion, name: str, held: "HeldDataset", address: str) -> PublishedDataset:
        """Where the version lives; the link opens its examples in the UI."""
        summary = version.summary
        return PublishedDataset(
            testset_name=summary.testset_name,
            version=summary.version,
            testset_hash=summary.testset_hash,
            dataset_id=held.dataset_id,
            dataset_version_id=held.version_id,
            dataset_name=name,
            url=f"{without_credentials(address)}/datasets/{held.dataset_id}/examples",
            example_count=len(held.examples),
        )


def server_address(base_url: str) -> str:
    """The address without path of the trace collector. Raises `ConfigurationError` unless it is http(s) with a host."""
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        shown = base_url.rpartition("@")[2]
        raise ConfigurationError(f"{shown!r} is not the address of a Phoenix server", "write it like http://127.0.0.1:6006")
    return base_url.rstrip("/").removesuffix("/v1/traces")


def _marked(example: Example) -> Example:
    """The example with an entry that makes it another one for Phoenix."""
    marked = example.copy()
    marked["metadata"] = example["metadata"] | REWRITING
    return marked


def without_credentials(address: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
