"""Phoenix killed in the middle of an upload and started again: the dataset ends equal to the registry, on both of its databases."""

import asyncio
import os
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.domain.core.errors import PublishingError
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.phoenix import ensure_phoenix, stop_phoenix
from golden_assets.embedded.phoenix_environment import find_server_python
from golden_assets.embedded.postgres import PostgresServer
from golden_assets_tests.adapters.phoenix.versions import a_row, a_version


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop_phoenix(tmp_path)


def upload_kill_and_go_on(home: Path, database: str | None, rows: int, batch: int) -> None:
    version = a_version("killed", [a_row(f"question {number}?") for number in range(rows)])
    python = find_server_python()
    server = ensure_phoenix(home, python, database)

    def kill_after_the_second_batch(stage: str, done: int, total: int) -> None:
        if done == 2 * batch:
            os.kill(server.pid, signal.SIGKILL)

    publisher = PhoenixDatasetPublisher(server.base_url, batch_size=batch, attempts=2)
    with pytest.raises(PublishingError, match=r"cannot be reached|broke off"):
        asyncio.run(publisher.publish(version, kill_after_the_second_batch))
    again = ensure_phoenix(home, python, database)
    assert again.base_url == server.base_url
    before = asyncio.run(publisher.inspect(version))
    assert 0 < len(before.missing) <= rows - 2 * batch
    published = asyncio.run(publisher.publish(version))
    assert published.example_count == rows
    assert asyncio.run(publisher.inspect(version)).faults == []
    assert asyncio.run(publisher.publish(version)) == published


def test_five_thousand_rows_on_sqlite(home: Path) -> None:
    upload_kill_and_go_on(home, None, rows=5000, batch=1000)


def test_two_thousand_rows_on_postgresql(home: Path, postgres_server: PostgresServer) -> None:
    name = f"phoenix_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server.url("postgres", driver="postgresql", role=SUPERUSER), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER golden_assets").format(sql.Identifier(name)))
    upload_kill_and_go_on(home, postgres_server.url(name, driver="postgresql"), rows=2000, batch=500)
