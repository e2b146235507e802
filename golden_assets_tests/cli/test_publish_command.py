"""Publishing, and going back in Phoenix too, as a user types it, against a real Phoenix."""

import uuid
from typing import Any

import httpx
import pytest

from golden_assets_tests.cli.conftest import Golden, first_testset, second_testset, store


class Current:
    """The versions that Phoenix holds now of this test's testset: the one in its dataset, and the one in the candidate dataset."""

    def __init__(self, phoenix_url: str, testset_name: str) -> None:
        self.url, self.testset_name = phoenix_url, testset_name

    def get(self, path: str = "", **params: str) -> Any:
        return httpx.get(f"{self.url}/v1/datasets{path}", params=params, trust_env=False).raise_for_status().json()["data"]

    def examples(self, prefix: str = "golden_testset") -> list[dict[str, Any]]:
        return [one for set in self.get(name=f"{prefix}_{self.testset_name}") for one in self.get(f"/{set['id']}/examples")["examples"]]

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
