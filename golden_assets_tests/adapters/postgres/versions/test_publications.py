"""Turns at publishing, what was sent last, and edits found in Phoenix, as the database keeps them."""

import asyncio
from typing import Any

import psycopg
import pytest

from golden_assets.adapters.postgres import PostgresVersionStore
from golden_assets.adapters.postgres.versions import publications
from golden_assets.adapters.postgres.versions.auditing import audit_log
from golden_assets.domain.core.errors import PublishingError, VersionNotFoundError
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.versions import PublishedDataset
from golden_assets_tests.factories import a_report, a_testset

FIRST, SECOND = a_testset(size=8), a_testset(size=9)
ROW = FIRST.rows[0].row_id


def a_place(name: str, of: Testset = FIRST, **changes: Any) -> PublishedDataset:
    fields = {"version": "1.0.0", "dataset_id": "RGF0", "dataset_version_id": "v1", "dataset_name": "golden", "url": "http://x"}
    return PublishedDataset(**{"testset_name": name, "testset_hash": of.testset_hash, "example_count": 8} | fields | changes)


def an_edit(row_id: str = ROW, kind: str = "changed", **changes: Any) -> DatasetEdit:
    example = {"input": {"question": "a?"}, "output": {"reference": "b"}, "metadata": {}}
    found = {"changed": ("output.reference",), "example": example} if kind == "changed" else {}
    place = {"dataset_name": "golden", "dataset_version_id": "v2"}
    return DatasetEdit.model_validate({"row_id": row_id, "kind": kind} | place | found | changes)


@pytest.fixture
async def edited(store: PostgresVersionStore) -> PostgresVersionStore:
    """1.0.0 with an edit of its first row, and 1.1.0, which has that row too."""
    for testset in (FIRST, SECOND):
        await store.create_version(testset, a_report(testset), created_by="t", run_id=None)
    assert await store.record_edits("1.0.0", [an_edit()]) == 1
    return store


async def test_what_was_sent_last_to_a_dataset_is_known_by_its_name(edited: PostgresVersionStore, name: str) -> None:
    places = [a_place(name), a_place(name, SECOND, version="1.1.0", dataset_version_id="v2"), a_place(name, dataset_name="candidate")]
    for place in places:
        await edited.record_publication(place)
    assert await edited.last_sent(["golden", "candidate", "nothing"]) == [places[2], places[1]]
    assert await edited.last_sent([]) == []


async def test_an_edit_that_is_found_again_is_on_record_once(edited: PostgresVersionStore) -> None:
    assert await edited.record_edits("1.0.0", [an_edit()]) == 0
    assert await edited.record_edits("1.0.0", [an_edit(dataset_version_id="v3")]) == 1
    entries = [entry for entry in await audit_log(edited.database, edited.testset_name) if entry.operation == "record_edits"]
    assert [entry.details["edited"] for entry in entries] == [[ROW], [ROW]]
    with pytest.raises(VersionNotFoundError):
        await edited.record_edits("9.9.9", [an_edit()])


async def test_an_edit_that_was_decided_on_is_not_asked_again_because_another_row_was_edited_since(edited: PostgresVersionStore) -> None:
    """The candidate dataset is not sent again at a promotion, so its edits are found several times."""
    await edited.decide_row("1.0.0", RowDecision(row_id=ROW, decision="approve", reviewer="Ada"))
    other = FIRST.rows[1].row_id
    assert await edited.record_edits("1.0.0", [an_edit(), an_edit(other)]) == 1
    assert [edit.row_id for edit in await edited.dataset_edits("1.0.0")] == [other]


async def test_another_change_of_the_same_example_is_another_edit(edited: PostgresVersionStore) -> None:
    example = {"input": {"question": "a?"}, "output": {"reference": "c"}, "metadata": {}}
    assert await edited.record_edits("1.0.0", [an_edit(example=example)]) == 1


async def test_an_edit_concerns_every_version_that_has_the_row(edited: PostgresVersionStore) -> None:
    for version in ("1.0.0", "1.1.0"):
        (found,) = await edited.dataset_edits(version)
        assert found.model_copy(update={"found_at": None}) == an_edit()
        assert found.found_at is not None


async def test_the_latest_edit_of_a_row_counts(edited: PostgresVersionStore) -> None:
    await edited.record_edits("1.0.0", [an_edit(kind="deleted", dataset_version_id="v3")])
    assert [edit.kind for edit in await edited.dataset_edits("1.0.0")] == ["deleted"]


async def test_a_later_decision_on_the_row_settles_the_edit_and_an_earlier_one_does_not(edited: PostgresVersionStore) -> None:
    await edited.decide_row("1.1.0", RowDecision(row_id=ROW, decision="approve", reviewer="Ada"))
    assert await edited.dataset_edits("1.0.0") == []
    await edited.record_edits("1.0.0", [an_edit(dataset_version_id="v3")])
    assert [edit.row_id for edit in await edited.dataset_edits("1.0.0")] == [ROW]


async def test_an_example_that_was_added_is_told_for_thirty_days(edited: PostgresVersionStore, owner: psycopg.Connection) -> None:
    await edited.record_edits("1.0.0", [an_edit("new", "added", example={"input": {"question": "c?"}})])
    assert {edit.kind for edit in await edited.dataset_edits("1.1.0")} == {"changed", "added"}
    owner.execute("ALTER TABLE golden_assets.golden_dataset_edits DISABLE TRIGGER dataset_edits_stay")
    owner.execute("UPDATE golden_assets.golden_dataset_edits SET found_at = now() - interval '31 days' WHERE row_id = 'new'")
    owner.execute("ALTER TABLE golden_assets.golden_dataset_edits ENABLE ALWAYS TRIGGER dataset_edits_stay")
    assert {edit.kind for edit in await edited.dataset_edits("1.1.0")} == {"changed"}


async def test_an_example_that_postgresql_cannot_hold_does_not_keep_the_upload_back(edited: PostgresVersionStore) -> None:
    await edited.record_edits("1.0.0", [an_edit(FIRST.rows[1].row_id, example={"output": {"reference": "a\x00b"}})])
    kept = {edit.row_id: edit for edit in await edited.dataset_edits("1.0.0")}[FIRST.rows[1].row_id]
    assert kept.example == {"withheld": "the example.output.reference holds a NUL byte"}


async def test_edits_are_never_changed(edited: PostgresVersionStore, owner: psycopg.Connection) -> None:
    for change in ("UPDATE golden_assets.golden_dataset_edits SET kind = 'added'", "DELETE FROM golden_assets.golden_dataset_edits"):
        with pytest.raises(psycopg.Error, match="is refused"):
            owner.execute(change)


async def test_processes_publish_a_testset_one_after_the_other(store: PostgresVersionStore, registry_url: str, name: str) -> None:
    other, elsewhere = PostgresVersionStore(registry_url, name), PostgresVersionStore(registry_url, f"{name}-2")
    order: list[str] = []

    async def publish(by: PostgresVersionStore, label: str) -> None:
        async with by.publication_turn():
            order.append(f"{label} begins")
            await asyncio.sleep(0.5)
            order.append(f"{label} ends")

    async def meanwhile() -> None:
        await asyncio.sleep(0.1)
        async with elsewhere.publication_turn():
            order.append("another testset")
        await publish(other, "b")

    await asyncio.gather(publish(store, "a"), meanwhile())
    assert order == ["a begins", "another testset", "a ends", "b begins", "b ends"]
    for one in (other, elsewhere):
        await one.dispose()


async def test_a_turn_that_does_not_come_is_an_error_that_names_the_other_process(
    store: PostgresVersionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "PATIENCE_SECONDS", 0.3)
    async with store.publication_turn():
        with pytest.raises(PublishingError, match=r"another process has been publishing .*wait until it has ended, then publish again"):
            async with store.publication_turn():
                raise AssertionError
    async with store.publication_turn():
        pass
