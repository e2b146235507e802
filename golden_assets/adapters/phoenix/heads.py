"""The head of the registry in the metadata of the dataset that holds the active version."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from golden_assets.adapters.phoenix.connection import Connection, open_connection
from golden_assets.adapters.phoenix.publisher import server_address
from golden_assets.settings.settings import Settings

METADATA_KEY = "registry_head"
PATCH = "mutation ($id: ID!, $metadata: JSON!) { patchDataset(input: {datasetId: $id, metadata: $metadata}) { dataset { id } } }"
"""Phoenix changes the metadata of a dataset by GraphQL alone."""


class PhoenixHeads:
    """Heads in Phoenix, each in its dataset; what else the metadata holds stays.

    Args:
        base_url: the server's address.
        settings: how it is reached.
    """

    def __init__(self, base_url: str, settings: Settings) -> None:
        self._base_url = server_address(base_url)
        self._settings = settings

    async def keep(self, dataset_id: str, wrapped: Mapping[str, Any]) -> None:
        """Put a head into the metadata of a dataset. Raises `PublishingError`."""

        async def _keep(connection: Connection) -> None:
            metadata = await _metadata(connection, dataset_id)
            if metadata is None:
                raise ValueError(f"there is no dataset {dataset_id}")
            # as text, for Phoenix' own databases do not keep the digits of every number
            variables = {"id": dataset_id, "metadata": dict(metadata) | {METADATA_KEY: json.dumps(wrapped, sort_keys=True)}}
            answer = (await connection.http.post("graphql", json={"query": PATCH, "variables": variables})).json()
            if answer.get("errors"):
                raise ValueError(f"the head cannot be kept: {answer['errors'][0]['message']}")

        await self._ask(_keep)

    async def read(self, dataset_id: str) -> Any | None:
        """The head that a dataset holds, as it was wrapped; None without one. Raises `PublishingError`."""
        metadata = await self._ask(lambda connection: _metadata(connection, dataset_id))
        kept = (metadata or {}).get(METADATA_KEY)
        if kept is None:
            return None
        try:
            return json.loads(kept)
        except (TypeError, ValueError):
            return {}

    async def _ask(self, request: Any) -> Any:
        settings = self._settings
        key = settings.phoenix_api_key.get_secret_value() if settings.phoenix_api_key else None
        arguments = (settings.phoenix_timeout_seconds, settings.phoenix_attempts, settings.phoenix_ca_file)
        async with open_connection(self._base_url, key, *arguments) as connection:
            return await connection.attempt(lambda: request(connection))


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
