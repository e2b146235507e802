"""What Phoenix says without our adapter in between."""

from collections.abc import Mapping
from typing import Any

import httpx

from golden_assets.domain.versions import PublishedDataset


class Rest:
    """Phoenix's REST interface, without our adapter."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str = "", **params: str) -> Any:
        """The ``data`` of what stands under ``/v1/datasets``."""
        return self._client.get(f"/v1/datasets{path}", params=params).raise_for_status().json()["data"]

    def examples(self, published: PublishedDataset) -> list[dict[str, Any]]:
        """What stands in the very dataset version that a publication names."""
        return self.get(f"/{published.dataset_id}/examples", version_id=published.dataset_version_id)["examples"]

    def latest(self, published: PublishedDataset) -> Any:
        return self.get(f"/{published.dataset_id}/examples")

    def page(self, url: str) -> str:
        return self._client.get(url).raise_for_status().text

    def delete(self, published: PublishedDataset) -> None:
        self._client.delete(f"/v1/datasets/{published.dataset_id}").raise_for_status()

    def overwrite(self, published: PublishedDataset, example: Mapping[str, Any]) -> None:
        body = {
            "action": "append",
            "name": published.dataset_name,
            "inputs": [example["input"]],
            "outputs": [example["output"]],
            "metadata": [example["metadata"]],
            "example_ids": [example["id"]],
        }
        self._client.post("/v1/datasets/upload", params={"sync": True}, json=body).raise_for_status()
