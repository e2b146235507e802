"""What people edit in a real Phoenix is found; what syncs write, whole or interrupted, is no edit."""

from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.adapters.phoenix.examples import differences, examples_of
from golden_assets.adapters.phoenix.labels import NAMES, label_of
from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion
from golden_assets.embedded.postgres import PostgresServer
from golden_assets_tests.adapters.phoenix.loopback import Answer, Request, forward, serving
from golden_assets_tests.adapters.phoenix.rest import Rest
from golden_assets_tests.adapters.phoenix.versions import a_row, a_version, rows

Told = tuple[str, str, tuple[str, ...]]


def told(edits: Sequence[DatasetEdit]) -> list[Told]:
    return [(edit.row_id, edit.kind, edit.changed) for edit in edits]


def replace(rest: Rest, sent: PublishedDataset, row_id: str, field: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"replace": {"exampleId": rest.node(sent, row_id), "field": field, "value": value}}


@pytest.fixture
def version(name: str) -> StoredVersion:
    return a_version(name, rows("a?", "b?", "c?", "d?"))


@pytest.fixture
def publisher(phoenix_url: str) -> PhoenixDatasetPublisher:
    return PhoenixDatasetPublisher(phoenix_url)


async def test_nothing_is_found_where_nobody_edited(publisher: PhoenixDatasetPublisher, version: StoredVersion) -> None:
    sent = await publisher.publish(version)
    assert await publisher.find_edits(sent, version.testset.rows) == []


async def test_what_is_changed_added_and_deleted_in_the_page_is_found_field_by_field(
    publisher: PhoenixDatasetPublisher, version: StoredVersion, rest: Rest
) -> None:
    sent = await publisher.publish(version)
    a, b, c, d = (row.row_id for row in version.testset.rows)
    metadata = examples_of(version)[1]["metadata"]
    rest.edit(
        sent,
        replace(rest, sent, a, "OUTPUT", {"reference": "41 bar"}),
        replace(rest, sent, b, "METADATA", metadata | {"note": "unclear"}),
        replace(rest, sent, d, "INPUT", {"prompt": "What?"}),
        {"remove": {"exampleId": rest.node(sent, c)}},
        {"add": {"value": {"input": {"question": "e?"}, "output": {}, "metadata": {}}}},
    )
    edits = await publisher.find_edits(sent, version.testset.rows)
    added = next(edit.row_id for edit in edits if edit.kind == "added")
    assert sorted(told(edits)) == sorted(
        [
            (a, "changed", ("output.reference",)),
            (b, "changed", ("metadata.note",)),
            (c, "deleted", ()),
            (d, "changed", ("input.question", "input.prompt")),
            (added, "added", ()),
        ]
    )
    (first,) = [edit for edit in edits if edit.row_id == a]
    assert (first.example or {})["output"] == {"reference": "41 bar"}
    assert {edit.dataset_version_id for edit in edits} == {sent.dataset_version_id}


async def test_publishing_again_takes_the_edits_back(publisher: PhoenixDatasetPublisher, version: StoredVersion, rest: Rest) -> None:
    sent = await publisher.publish(version)
    rest.edit(sent, replace(rest, sent, version.testset.rows[0].row_id, "OUTPUT", {"reference": "41 bar"}))
    again = await publisher.publish(version)
    assert not differences(examples_of(version), rest.latest(again)["examples"])
    assert await publisher.find_edits(again, version.testset.rows) == []


async def test_a_deleted_dataset_and_one_of_the_same_name_in_a_fresh_phoenix_were_not_edited(
    publisher: PhoenixDatasetPublisher, version: StoredVersion, rest: Rest
) -> None:
    sent = await publisher.publish(version)
    rest.delete(sent)
    assert await publisher.find_edits(sent, version.testset.rows) == []
    await publisher.publish(a_version(version.summary.testset_name, rows("other?")))
    assert await publisher.find_edits(sent, version.testset.rows) == []


async def test_a_sync_by_another_registry_is_no_edit(publisher: PhoenixDatasetPublisher, version: StoredVersion, phoenix_url: str) -> None:
    sent = await publisher.publish(version)
    await PhoenixDatasetPublisher(phoenix_url).publish(a_version(version.summary.testset_name, rows("a?", "x?"), "3.0.0"))
    assert await publisher.find_edits(sent, version.testset.rows) == []


async def test_an_upload_of_ours_that_was_interrupted_is_no_edit(phoenix_url: str, name: str) -> None:
    sent_version = a_version(name, [a_row(f"{number}?") for number in range(5)])
    sent = await PhoenixDatasetPublisher(phoenix_url).publish(sent_version)
    larger = a_version(name, [a_row(f"{number}?") for number in range(2, 30)], "1.1.0")

    def cut_after_the_first_batch(request: Request) -> Answer | None:
        return None if len(proxy.uploads) > 1 else forward(request, phoenix_url)

    with serving(cut_after_the_first_batch) as proxy, pytest.raises(PublishingError):
        await PhoenixDatasetPublisher(proxy.url, batch_size=10, attempts=1).publish(larger)
    assert await PhoenixDatasetPublisher(phoenix_url).find_edits(sent, sent_version.testset.rows) == []


async def test_an_example_forged_in_the_database_of_phoenix_is_found_and_mended(
    publisher: PhoenixDatasetPublisher, version: StoredVersion, rest: Rest, postgres_server: PostgresServer
) -> None:
    sent = await publisher.publish(version)
    row_id = version.testset.rows[0].row_id
    forge = """UPDATE dataset_example_revisions AS r SET output = '{"reference": "forged"}'
               FROM dataset_examples AS e JOIN datasets AS d ON d.id = e.dataset_id
               WHERE e.id = r.dataset_example_id AND d.name = %s AND e.external_id = %s"""
    with psycopg.connect(postgres_server.url("phoenix", driver="postgresql")) as connection:
        assert connection.execute(forge, (sent.dataset_name, row_id)).rowcount == 1
    assert told(await publisher.find_edits(sent, version.testset.rows)) == [(row_id, "changed", ("output.reference",))]
    again = await publisher.publish(version)
    assert not differences(examples_of(version), rest.latest(again)["examples"])


async def test_the_dataset_says_who_keeps_it_and_what_becomes_of_edits(
    publisher: PhoenixDatasetPublisher, version: StoredVersion, rest: Rest
) -> None:
    sent = await publisher.publish(version)
    description, metadata = rest.label(sent)
    assert f"active version of testset {version.summary.testset_name}, now 1.0.0. Edits made here are recorded" in description
    assert (metadata["kept_by"], metadata["version"], metadata["testset_hash"]) == ("golden_assets", "1.0.0", sent.testset_hash)


async def test_a_dataset_of_an_earlier_release_is_described_and_keeps_what_people_wrote_into_its_metadata(
    publisher: PhoenixDatasetPublisher, version: StoredVersion, rest: Rest
) -> None:
    sent = await publisher.publish(version)
    patch = "mutation ($of: PatchDatasetInput!) { patchDataset(input: $of) { __typename } }"
    rest.graphql(patch, of={"datasetId": sent.dataset_id, "description": "", "metadata": {"owner": "search team"}})
    assert await publisher.publish(version) == sent
    description, metadata = rest.label(sent)
    assert description.startswith("Kept by golden_assets")
    assert (metadata["owner"], metadata["version"]) == ("search team", "1.0.0")


async def test_a_phoenix_that_lets_nobody_describe_the_dataset_is_an_error_with_its_words(version: StoredVersion, phoenix_url: str) -> None:
    def refuse_graphql(request: Request) -> Answer:
        refused = b'{"data": null, "errors": [{"message": "User is not permitted"}]}'
        return Answer(body=refused) if request.path == "/graphql" else forward(request, phoenix_url)

    with serving(refuse_graphql) as proxy, pytest.raises(PublishingError, match=r"refuses to describe .*User is not permitted.*API_KEY"):
        await PhoenixDatasetPublisher(proxy.url).publish(version)


@pytest.mark.parametrize("status", ["validated", "archived"])
async def test_a_version_that_is_not_active_goes_into_the_candidate_dataset(
    publisher: PhoenixDatasetPublisher, version: StoredVersion, rest: Rest, status: Any
) -> None:
    active = await publisher.publish(version)
    other = a_version(version.summary.testset_name, rows("a?", "new?"), "1.1.0", status=status)
    placed = await publisher.publish(other)
    assert placed.dataset_name == f"golden_candidate_{version.summary.testset_name}"
    assert not differences(examples_of(version), rest.latest(active)["examples"])
    assert (await publisher.inspect(version)).current == "1.0.0"
    assert "version 1.1.0 of testset" in rest.label(placed)[0]


def test_with_a_dataset_per_version_none_claims_to_be_the_active_one(version: StoredVersion) -> None:
    assert "active" not in label_of(version.summary, NAMES["per_version"], {}).description
