"""The head of the registry in the metadata of the dataset that holds the active version."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from golden_assets.adapters.phoenix.connection import Connection, open_connection, patch_dataset
from golden_assets.adapters.phoenix.publisher import server_address
from golden_assets.settings.settings import Settings

METADATA_KEY = "registry_head"


class PhoenixHeads:
    """Heads in Phoenix, each in its dataset; what else the metadata holds stays.

    Args:
        base_url: the server's address.
        settings: how it is reached.
    """

    def __init__(self, base_url: str, settings: Settings) -> None:
        self._base_url = server_address(base_url)
        self._settings = settings

    async def metadata(self, dataset_id: str) -> Mapping[str, Any] | None:
        """What the metadata of a dataset holds; None when the dataset is gone. Raises `PublishingError`."""
        held: Mapping[str, Any] | None = await self._ask(lambda connection: _metadata(connection, dataset_id))
        return held

    async def keep(self, dataset_id: str, held: Mapping[str, Any], wrapped: Mapping[str, Any]) -> None:
        """Put a head beside what the metadata of a dataset holds. Raises `PublishingError`."""
        # as text, for JSON columns do not keep the digits of every number
        metadata = {**held, METADATA_KEY: json.dumps(wrapped, sort_keys=True)}
        await self._ask(lambda connection: patch_dataset(connection.http, dataset_id, metadata=metadata))

    async def _ask(self, request: Callable[[Connection], Awaitable[Any]]) -> Any:
        settings = self._settings
        key = settings.phoenix_api_key.get_secret_value() if settings.phoenix_api_key else None
        arguments = (settings.phoenix_timeout_seconds, settings.phoenix_attempts, settings.phoenix_ca_file)
        async with open_connection(self._base_url, key, *arguments) as connection:
            return await connection.attempt(lambda: request(connection))


def head_in(metadata: Mapping[str, Any]) -> Any | None:
    """The head among the metadata of a dataset, as it was wrapped; None without one."""
    kept = metadata.get(METADATA_KEY)
    try:
        return None if kept is None else json.loads(kept)
    except (TypeError, ValueError):
        return {}


async def _metadata(connection: Connection, dataset_id: str) -> Mapping[str, Any] | None:
    """The metadata of a dataset; None when it is gone."""
    try:
        answer = await connection.http.get(f"v1/datasets/{quote(dataset_id)}")
    except httpx.HTTPStatusError as error:
        if error.response.status_code == httpx.codes.NOT_FOUND:
            return None
        raise
    metadata: Mapping[str, Any] = answer.json()["data"]["metadata"] or {}
    return metadata
