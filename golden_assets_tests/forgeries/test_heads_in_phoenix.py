"""Heads in a real Phoenix: written at a promotion, and compared by `verify`, as the active version is row by row."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pandas as pd
import psycopg
import pytest

from golden_assets.adapters.phoenix.heads import METADATA_KEY
from golden_assets.embedded.postgres import PostgresServer
from golden_assets.manager import GoldenTestsetManager
from golden_assets_tests.forgeries.test_heads import make_key


@pytest.fixture
async def published(
    database_url: str, phoenix_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[GoldenTestsetManager]:
    """A manager whose first version is active and in Phoenix; heads are signed, and their file is the test's own."""
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", phoenix_url)
    monkeypatch.setenv("GOLDEN_ASSETS_HEAD_FILE", str(tmp_path / "heads.jsonl"))
    monkeypatch.setenv("GOLDEN_ASSETS_SIGNING_KEY", str(make_key(tmp_path / "key")))
    told: list[str] = []
    async with GoldenTestsetManager(db_url=database_url, testset_name=f"test-{uuid.uuid4().hex}", tell=told.append) as manager:
        frame = pd.DataFrame({"user_input": ["question 1", "question 2"], "reference": ["answer 1", "answer 2"]}, dtype=object)
        await manager.create_version(frame, {}, auto_promote=True)
        assert told == []
        yield manager


async def faults(manager: GoldenTestsetManager) -> list[str]:
    return [f"{check.subject}: {fault}" for check in await manager.verify() for fault in check.faults]


async def test_the_head_is_in_the_metadata_of_the_dataset(published: GoldenTestsetManager, phoenix_url: str):
    stored = (await published.get_version("1.0.0")).stored
    assert stored.published is not None
    async with httpx.AsyncClient(base_url=phoenix_url) as phoenix:
        answer = await phoenix.get(f"v1/datasets/{stored.published.dataset_id}")
    metadata = answer.json()["data"]["metadata"]
    assert '"signature"' in metadata[METADATA_KEY]
    subjects = {check.subject: check.checked for check in await published.verify() if check.intact}
    assert subjects["version 1.0.0 in Phoenix"] == 2
    assert sum(checked for subject, checked in subjects.items() if subject.endswith("kept outside (2 signed)")) == 2


async def test_the_check_of_one_version_says_that_phoenix_could_not_be_asked_for_its_head(
    published: GoldenTestsetManager, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("GOLDEN_ASSETS_PHOENIX_ATTEMPTS", "1")
    name = (await published.get_version("1.0.0")).stored.summary.testset_name
    async with GoldenTestsetManager(db_url=database_url, testset_name=name) as manager:
        (heads,) = [check for check in await manager.verify("1.0.0") if check.subject.startswith("heads of")]
    assert heads.intact
    assert "Phoenix: not compared (Phoenix at http://127.0.0.1:9 cannot be reached" in heads.subject


async def test_history_that_was_cut_off_is_named_by_phoenix_when_the_file_is_gone(
    published: GoldenTestsetManager, database_url: str, tmp_path: Path
):
    (tmp_path / "heads.jsonl").unlink()
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("SET search_path = golden_assets; ALTER TABLE golden_record_seals DISABLE TRIGGER USER")
        owner.execute("DELETE FROM golden_record_seals WHERE testset_name <> '' AND sequence > 6")
    assert any("in Phoenix counts" in fault and "the rest was cut off" in fault for fault in await faults(published))


async def test_an_example_forged_in_the_database_of_phoenix_is_named(published: GoldenTestsetManager, postgres_server: PostgresServer):
    row_id = (await published.get_version("1.0.0")).stored.testset.rows[0].row_id
    with psycopg.connect(postgres_server.url("phoenix", driver="postgresql"), autocommit=True) as phoenix:
        phoenix.execute(
            """UPDATE dataset_example_revisions AS r SET output = '{"reference": "forged"}' FROM dataset_examples AS e
               WHERE e.id = r.dataset_example_id AND e.external_id = %s""",
            [row_id],
        )
    assert await faults(published) == [f"version 1.0.0 in Phoenix: {row_id}: altered"]
