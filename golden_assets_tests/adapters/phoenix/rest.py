"""What Phoenix says without our adapter in between."""

from collections.abc import Mapping
from typing import Any

import httpx

from golden_assets.domain.versions.versions import PublishedDataset


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

    def label(self, published: PublishedDataset) -> tuple[str, dict[str, Any]]:
        """Description and metadata of the dataset."""
        (dataset,) = self.get(name=published.dataset_name)
        return dataset["description"], dataset["metadata"]

    def edit(self, published: PublishedDataset, *operations: dict[str, Any]) -> None:
        """What the Edit button of Phoenix's page sends: all operations are one new dataset version."""
        self.graphql(
            "mutation ($of: PatchDatasetExamplesInput!) { patchDatasetExamples(input: $of) { __typename } }",
            of={"datasetId": published.dataset_id, "operations": list(operations)},
        )

    def node(self, published: PublishedDataset, row_id: str) -> str:
        """Phoenix's own id of an example."""
        return next(example["node_id"] for example in self.latest(published)["examples"] if example["id"] == row_id)

    def graphql(self, query: str, **variables: Any) -> Any:
        answer = self._client.post("/graphql", json={"query": query, "variables": variables}).raise_for_status().json()
        assert not answer.get("errors"), answer
        return answer["data"]

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
