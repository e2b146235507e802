"""What publishing asks of Phoenix."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from golden_assets.adapters.phoenix.connection import Connection, open_connection, patch_dataset
from golden_assets.adapters.phoenix.examples import Example
from golden_assets.adapters.phoenix.labels import DatasetLabel


@dataclass(frozen=True)
class HeldDataset:
    """The latest version of a dataset, as Phoenix answers it: ids, its label, and the examples that this very version id holds."""

    dataset_id: str
    version_id: str
    label: DatasetLabel
    examples: Sequence[Mapping[str, Any]]


@asynccontextmanager
async def open_session(*arguments: Any) -> AsyncIterator["PhoenixSession"]:
    """A session that is closed at the end; the arguments are those of `open_connection`."""
    async with open_connection(*arguments) as connection:
        yield PhoenixSession(connection)


class PhoenixSession:
    """The requests that publishing needs, each retried while it is worth it; every failure is a `PublishingError`."""

    def __init__(self, connection: Connection) -> None:
        self._http = connection.http
        self._datasets = connection.client.datasets
        self._timeout_seconds = connection.failures.timeout_seconds
        self._attempt = connection.attempt

    async def read(self, name: str) -> HeldDataset | None:
        """The latest version of the dataset of this name, or None when it does not exist."""
        return await self._attempt(lambda: self._read(name))

    async def read_version(self, dataset_id: str, version_id: str) -> Sequence[Mapping[str, Any]] | None:
        """The examples of one version of a dataset, or None when either is gone."""
        return await self._attempt(lambda: self._read_version(dataset_id, version_id))

    async def append(self, name: str, examples: Sequence[Example]) -> None:
        """Create or revise these examples and leave all others as they are; creates the dataset when needed."""
        await self._attempt(lambda: self._datasets.add_examples_to_dataset(dataset=name, examples=examples, timeout=self._timeout_seconds))

    async def replace(self, name: str, examples: Sequence[Example]) -> None:
        """Make these examples, and no others, the dataset's content; creates the dataset when needed."""
        await self._attempt(lambda: self._datasets.create_dataset(name=name, examples=examples, timeout=self._timeout_seconds))

    async def describe(self, dataset_id: str, label: DatasetLabel) -> None:
        """Give a dataset its description and metadata; its examples and versions stay as they are."""
        await self._attempt(lambda: patch_dataset(self._http, dataset_id, description=label.description, metadata=label.metadata))

    async def _read_version(self, dataset_id: str, version_id: str) -> Sequence[Mapping[str, Any]] | None:
        try:
            answer = await self._http.get(f"v1/datasets/{quote(dataset_id)}/examples", params={"version_id": version_id})
        except httpx.HTTPStatusError as error:
            if error.response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.UNPROCESSABLE_ENTITY):
                return None
            raise
        examples: list[Mapping[str, Any]] = answer.json()["data"]["examples"]
        return examples

    async def _read(self, name: str) -> HeldDataset | None:
        # The name is looked up here, since the client reports "not found" and "not understood" by the same ValueError.
        found = (await self._http.get("v1/datasets", params={"name": name})).json()["data"]
        if not found:
            return None
        dataset = await self._datasets.get_dataset(dataset=found[0]["id"], timeout=self._timeout_seconds)
        label = DatasetLabel(found[0]["description"] or "", found[0]["metadata"] or {})
        return HeldDataset(dataset.id, dataset.version_id, label, dataset.examples)
