"""Publishing, and going back in Phoenix too, as a user types it, against a real Phoenix."""

import asyncio
import io
import sys
import uuid
from typing import Any

import httpx
import pytest

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.adapters.phoenix.labels import PER_TESTSET, DatasetNames
from golden_assets.adapters.postgres import PostgresVersionStore
from golden_assets_tests.cli.conftest import Golden, first_testset, second_testset, store


class Current:
    """The versions that Phoenix holds now of this test's testset: the one in its dataset, and the one in the candidate dataset."""

    def __init__(self, phoenix_url: str, testset_name: str) -> None:
        self.url, self.testset_name = phoenix_url, testset_name

    def get(self, path: str = "", **params: str) -> Any:
        return httpx.get(f"{self.url}/v1/datasets{path}", params=params, trust_env=False).raise_for_status().json()["data"]

    def examples(self, prefix: str = "golden_testset") -> list[dict[str, Any]]:
        return [one for held in self.get(name=f"{prefix}_{self.testset_name}") for one in self.get(f"/{held['id']}/examples")["examples"]]

    def _held(self, prefix: str) -> str:
        return ", ".join(sorted({example["metadata"]["version"] for example in self.examples(prefix)}))

    @property
    def version(self) -> str:
        return self._held("golden_testset")

    @property
    def candidate(self) -> str:
        return self._held("golden_candidate")


@pytest.fixture
def current(golden: Golden, database_url: str, phoenix_url: str, monkeypatch: pytest.MonkeyPatch) -> Current:
    name = f"test-{uuid.uuid4().hex}"
    monkeypatch.setenv("GOLDEN_ASSETS_TRACING", "false")
    monkeypatch.setenv("GOLDEN_ASSETS_TESTSET_NAME", name)
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", phoenix_url)
    assert store(database_url, first_testset(), second_testset()) == ["1.0.0", "1.0.1"]
    return Current(phoenix_url, name)


def test_a_version_is_published_by_number_and_again_without_change(golden: Golden, current: Current) -> None:
    first, again = golden("publish", "1.0.0"), golden("publish", "1.0.0")
    assert first.status == 0, first.err
    assert first.out.startswith(f"version 1.0.0, 48 rows in golden_candidate_{current.testset_name}: http://127.0.0.1:")
    assert (again.out, current.version, current.candidate) == (first.out, "", "1.0.0")


def test_activating_and_going_back_change_the_current_version_in_phoenix_too(golden: Golden, current: Current) -> None:
    for number in ("1.0.0", "1.0.1"):
        ended = golden("activate", number)
        assert (ended.status, ended.err, current.version) == (0, "", number)
    ended = golden("rollback", "1.0.0", "--reason", "worse")
    assert (ended.status, ended.err, current.version) == (0, "", "1.0.0")


def test_a_retired_version_is_repaired_without_becoming_the_current_one(golden: Golden, current: Current) -> None:
    golden("activate", "1.0.0")
    golden("activate", "1.0.1")
    ended = golden("publish", "1.0.0")
    assert (ended.status, len(ended.out.splitlines())) == (0, 2)
    assert (current.version, current.candidate) == ("1.0.1", "1.0.0")


def test_the_active_version_stays_the_current_one_while_a_candidate_waits_for_its_promotion(golden: Golden, current: Current) -> None:
    golden("activate", "1.0.0")
    ended = golden("publish", "1.0.1")
    assert (ended.status, current.version, current.candidate) == (0, "1.0.0", "1.0.1")
    golden("activate", "1.0.1")
    assert current.version == "1.0.1"


def test_what_an_earlier_release_left_is_put_right_by_the_next_publication_and_is_no_edit(
    golden: Golden, current: Current, database_url: str
) -> None:
    """It published candidates into the dataset of the testset."""
    golden("activate", "1.0.0")
    earlier = PhoenixDatasetPublisher(current.url, names=DatasetNames(candidate=PER_TESTSET))

    async def publish_as_before() -> None:
        registry = PostgresVersionStore(database_url, current.testset_name)
        await registry.record_publication(await earlier.publish(await registry.get_version("1.0.1")))
        await registry.dispose()

    asyncio.run(publish_as_before())
    assert current.version == "1.0.1"
    assert golden("publish", "1.0.1").status == 0
    assert (current.version, current.candidate) == ("1.0.0", "1.0.1")
    assert golden("status", "--format", "json").json["edits"] == []


def edit_in_the_page(current: Current, *operations: dict[str, Any]) -> None:
    """What the page of the testset's dataset sends."""
    (dataset,) = current.get(name=f"golden_testset_{current.testset_name}")
    query = "mutation ($of: PatchDatasetExamplesInput!) { patchDatasetExamples(input: $of) { __typename } }"
    variables = {"of": {"datasetId": dataset["id"], "operations": operations}}
    answer = httpx.post(f"{current.url}/graphql", json={"query": query, "variables": variables}, trust_env=False).raise_for_status()
    assert "errors" not in answer.json()


def test_edits_in_phoenix_are_put_on_record_before_a_promotion_and_the_review_offers_them(
    golden: Golden, current: Current, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden("activate", "1.0.0")
    kept = [row.row_id for row in second_testset().rows]
    changed, deleted = [example for example in current.examples() if example["id"] in kept][:2]
    edit_in_the_page(
        current,
        {"replace": {"exampleId": changed["node_id"], "field": "OUTPUT", "value": {"reference": "Better said."}}},
        {"remove": {"exampleId": deleted["node_id"]}},
        {"add": {"value": {"input": {"question": "And what else?"}, "output": {}, "metadata": {}}}},
    )
    ended = golden("activate", "1.0.1")
    assert (ended.status, current.version) == (0, "1.0.1")
    assert "3 edits made in Phoenix were recorded before the upload overwrites them" in ended.err
    status = golden("status", "--format", "json").json
    assert {edit["row_id"]: edit["sentence"] for edit in status["edits"] if edit["version"]} == {
        changed["id"]: "changed in Phoenix: reference is now: Better said.",
        deleted["id"]: "deleted in Phoenix",
    }
    assert "2 edits made in Phoenix wait for a decision: `golden-assets review 1.0.1` offers them." in status["next"]
    assert any(step.startswith("1 example added in Phoenix and part of no version") for step in status["next"])
    assert "added in Phoenix: And what else?" in " ".join(golden("status").out.split())

    monkeypatch.setattr(sys, "stdin", io.StringIO("t\nt\nq\n"))
    reviewed = golden("review", "1.0.1", "--by", "Ada")
    assert "press t to take it as your decision" in reviewed.out
    assert "2 of 50 rows decided" in " ".join(reviewed.out.split())
    assert [edit["version"] for edit in golden("status", "--format", "json").json["edits"]] == [None]
    golden("publish", "active")
    assert len(golden("status", "--format", "json").json["edits"]) == 1


def test_going_back_succeeds_when_phoenix_is_down_and_says_what_to_do(
    golden: Golden, current: Current, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden("activate", "1.0.0")
    golden("activate", "1.0.1")
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("GOLDEN_ASSETS_PHOENIX_ATTEMPTS", "1")
    ended = golden("rollback", "1.0.0", "--reason", "worse")
    assert (ended.status, ended.out) == (0, "version 1.0.0 is active again (before: 1.0.1)\n")
    assert "not current in Phoenix: Phoenix at http://127.0.0.1:1 cannot be reached" in ended.err
    assert "golden-assets publish 1.0.0" in ended.err
    assert current.version == "1.0.1"
    refused = golden("publish", "active")
    assert (refused.status, "cannot be reached" in refused.err) == (1, True)


def test_a_version_that_is_not_there_is_named(golden: Golden, current: Current) -> None:
    ended = golden("publish", "9.9.9")
    assert (ended.status, "9.9.9" in ended.err) == (1, True)
