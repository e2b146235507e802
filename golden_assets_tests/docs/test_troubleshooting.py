"""Each row of the table in `docs/troubleshooting.md`: the thing goes wrong here, and the message is the one that the row shows."""

import asyncio
import json
import re
from pathlib import Path

import psycopg
import pytest
from pydantic import BaseModel, SecretStr
from starlette.applications import Starlette
from starlette.testclient import TestClient

from golden_assets.adapters.documents.library import SourceLibrary
from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.adapters.phoenix.publisher import PhoenixDatasetPublisher
from golden_assets.adapters.postgres import Database, Pooling, PostgresCallLedger, PostgresVersionStore, connecting, migrate
from golden_assets.adapters.postgres.versions import publications
from golden_assets.domain.core.errors import ConfigurationError, GoldenAssetsError
from golden_assets.domain.corpus.locations import Patterns, narrowed, unnamed_location
from golden_assets.domain.costs.budgets import Limits
from golden_assets.domain.costs.calls import CallRequest, Quote
from golden_assets.embedded.browser_guard import BrowserGuard
from golden_assets.manager import GoldenTestsetManager
from golden_assets_tests.adapters.models.test_provider_answers import tls_port as tls_port
from golden_assets_tests.cli.conftest import Golden, first_testset, second_testset, store
from golden_assets_tests.cli.conftest import golden as golden
from golden_assets_tests.endpoint_server import FOREVER, KEY, Fault, serving
from golden_assets_tests.migrations.conftest import other_role_url as other_role_url
from golden_assets_tests.migrations.conftest import superuser as superuser

PAGE = Path(__file__).resolve().parents[2] / "docs" / "troubleshooting.md"


def message_of(row: str) -> re.Pattern[str]:
    """The message in the row of this name, as a pattern."""
    (line,) = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {row} |")]
    message = line.split("|")[2].strip().strip("`")
    return re.compile(".+".join(re.escape(part) for part in message.split("…")))


class Note(BaseModel):
    text: str


async def complete(endpoint: Endpoint) -> None:
    model = EndpointModel(endpoint, model="scripted", prices=ModelPrices(input=1, output=1))
    await model.complete("The lamp is green as long as the door is shut.", Note, purpose="test")


NO_CREDIT = Fault("status", status=429, code="insufficient_quota", message="You exceeded your quota", times=FOREVER)
REDIRECT = Fault("redirect", message="https://other.example/v1/chat/completions", times=FOREVER)


@pytest.mark.parametrize(("row", "fault"), [("the key", None), ("the quota", NO_CREDIT), ("a redirect", REDIRECT)])
async def test_generation_fails(row: str, fault: Fault | None) -> None:
    with serving() as server:
        if fault:
            server.script(fault)
        key = KEY if fault else "wrong"
        endpoint = Endpoint(api_key=SecretStr(key), base_url=server.url, timeout=10.0, first_wait=0.01)
        with pytest.raises(GoldenAssetsError, match=message_of(f"Generation fails: {row}")):
            await complete(endpoint)


async def test_generation_fails_over_a_certificate(tls_port: int) -> None:
    endpoint = Endpoint(api_key=SecretStr(KEY), base_url=f"https://127.0.0.1:{tls_port}/v1", timeout=10.0)
    with pytest.raises(GoldenAssetsError, match=message_of("Generation fails: the certificate")):
        await complete(endpoint)


def test_the_documents_of_the_present_version_are_not_known() -> None:
    with pytest.raises(GoldenAssetsError, match=message_of("Documents are not known")):
        unnamed_location(None, is_sample=False)


def test_validation_fails(golden: Golden, tmp_path: Path) -> None:
    rows = tmp_path / "rows.json"
    again = [{"user_input": "What is it?", "reference": text, "reference_contexts": [text]} for text in ("A pump.", "A valve.")]
    rows.write_text(json.dumps(again))
    assert golden("import", rows).status == 0
    assert message_of("Validation fails").search(golden("activate", "0.1.0").err)


def test_version_conflict(golden: Golden, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(json.dumps([{"user_input": name, "reference": "It.", "reference_contexts": ["It."]}]))
    assert golden("import", tmp_path / "one.json", "--version", "2.0.0").status == 0
    assert message_of("Version conflict").search(golden("import", tmp_path / "two.json", "--version", "2.0.0").err)


def test_rollback_fails(golden: Golden, database_url: str) -> None:
    store(database_url, first_testset())
    assert message_of("Rollback fails").search(golden("rollback", "9.9.9", "--reason", "worse").err)


async def test_phoenix_upload_waits(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "PATIENCE_SECONDS", 0.0)
    registry = PostgresVersionStore(database_url, "golden")
    async with registry.publication_turn():
        with pytest.raises(GoldenAssetsError, match=message_of("Phoenix upload waits")):
            async with registry.publication_turn():
                raise AssertionError
    await registry.dispose()


async def test_phoenix_upload_fails(database_url: str) -> None:
    await asyncio.to_thread(store, database_url, second_testset())
    async with GoldenTestsetManager(db_url=database_url) as manager:
        version = (await manager.get_version("1.0.0")).stored
    with pytest.raises(GoldenAssetsError, match=message_of("Phoenix upload fails")):
        await PhoenixDatasetPublisher("http://127.0.0.1:9", None).publish(version)


async def test_high_costs(database_url: str) -> None:
    await asyncio.to_thread(migrate, database_url)
    ledger = PostgresCallLedger(database_url, testset_name="golden", limits=Limits(day=0.1))
    request = CallRequest(kind="chat", endpoint="host/v1", model="m", content=[{"role": "user", "content": "why?"}])
    try:
        with pytest.raises(GoldenAssetsError, match=message_of("High costs")):
            await ledger.reserve(request, Quote(tokens=1000, cost_usd=0.25, lost_usd=0.03), purpose="entities")
    finally:
        ledger.close()


async def test_slow_queries_and_the_statements_that_help(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    from sqlalchemy import text

    monkeypatch.setenv("GOLDEN_ASSETS_STATEMENT_TIMEOUT_SECONDS", "0.2")
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| Slow queries |"))
    helpful = re.findall(r"`((?:SELECT|ANALYZE) [^`]+)`", row)
    assert len(helpful) == 2
    async with GoldenTestsetManager(db_url=database_url) as manager:
        await manager.list_versions()
        database = (await manager._store()).database
        with pytest.raises(GoldenAssetsError, match=message_of("Slow queries")):
            await database.run(lambda connection, _: connection.execute(text("SELECT pg_sleep(30)")))
        for statement in helpful:
            await database.run(lambda connection, _, asked=statement: connection.execute(text(asked)))


def test_a_database_that_is_not_ready(golden: Golden, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOLDEN_ASSETS_AUTO_MIGRATE")
    assert message_of("The database is not set up").search(golden("list-versions").err)
    golden("db", "up")
    golden("db", "down", "--to", 15, "--yes")
    assert message_of("The database is of an older release").search(golden("list-versions").err)
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute(
            """INSERT INTO golden_assets.schema_migrations (number, name, sha256, release, applied_by)
               VALUES (9000, 'later', 'x', '9.9.0', 'dora')"""
        )
    assert message_of("The database is of a newer release").search(golden("list-versions").err)


def test_a_database_that_refuses(golden: Golden, database_url: str, other_role_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    golden("db", "up")
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", other_role_url)
    assert message_of("The database refuses").search(golden("list-versions").err)
    monkeypatch.setenv("GOLDEN_ASSETS_PHOENIX", "none")  # else a server is started first
    assert message_of("Dagster's tables").search(golden("run").err)


def test_a_database_that_is_full(
    golden: Golden, other_role_url: str, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    superuser.execute("ALTER ROLE nobody_special CONNECTION LIMIT 0")
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", other_role_url)
    assert message_of("The database is full").search(golden("list-versions").err)


async def test_a_database_that_hangs(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "GRACE_SECONDS", -1.0)  # the server cancels no statement before we give up
    database = Database(database_url, Pooling.PER_USE, statement_timeout_seconds=2)
    with pytest.raises(GoldenAssetsError, match=message_of("The database hangs")):
        await database.read(lambda connection: connection.exec_driver_sql("SELECT pg_sleep(5)"))


def test_configuration(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "golden_testset_config.yaml").write_text("pol_max: 3\n")
    assert message_of("Configuration").search(golden("list-versions").err)
    (tmp_path / "golden_testset_config.yaml").write_text("model: [gpt\nlanguage: german\n")
    assert message_of("Configuration: the file").search(golden("list-versions").err)
    (tmp_path / "golden_testset_config.yaml").write_text("testsets: {a: {}, b: {}}\n")
    assert message_of("Several testsets").search(golden("list-versions").err)


def test_the_home(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("GOLDEN_ASSETS_HOME", str(tmp_path / "file"))
    assert message_of("The home").search(golden("up").err)


def test_a_budget_that_is_paused(golden: Golden) -> None:
    golden("budget", "pause", "--reason", "looking into costs")
    shown = " ".join(golden("status").out.split())
    assert message_of("Nothing is generated: the budget").search(shown)


def test_heads_cannot_be_kept(golden: Golden, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store(database_url, first_testset())
    monkeypatch.setenv("GOLDEN_ASSETS_HEAD_FILE", str(tmp_path))
    ended = golden("activate", "1.0.0")
    assert ended.status == 0
    assert message_of("Heads cannot be kept").search(ended.err)


def test_heads_cannot_be_signed(golden: Golden, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store(database_url, first_testset())
    key = tmp_path / "key"
    key.write_text("not a key")
    monkeypatch.setenv("GOLDEN_ASSETS_SIGNING_KEY", str(key))
    ended = golden("activate", "1.0.0")
    assert ended.status == 0
    assert message_of("Heads cannot be signed").search(ended.err)


def test_a_folder_that_nobody_named(tmp_path: Path) -> None:
    with pytest.raises(GoldenAssetsError, match=message_of("A run from the UI: the folder")):
        SourceLibrary(None, max_bytes=5, documents_url=None).open(str(tmp_path))


def test_a_ui_under_a_name_that_is_not_in_the_settings() -> None:
    with TestClient(BrowserGuard(Starlette()), base_url="http://dagster.example") as client:
        assert message_of("The UI is refused").search(client.get("/").text)


def test_patterns_where_there_is_no_folder() -> None:
    with pytest.raises(ConfigurationError) as refused:
        narrowed("table:manuals", Patterns(include=("guides/",)))
    assert message_of("Patterns without a folder").search(str(refused.value))


def test_every_row_is_reproduced_here() -> None:
    rows = re.findall(r"^\| ([A-Z][^|]*?) \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    source = Path(__file__).read_text(encoding="utf-8")
    assert rows
    for row in rows:
        assert f'"{row}"' in source or f'message_of("{row}")' in source or f'"{row.partition(": ")[2]}"' in source, row
