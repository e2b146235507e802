"""Every command leaves a record of how it went, and none fails because of that."""

import asyncio
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock

from golden_assets.adapters.postgres import Database, Pooling
from golden_assets.adapters.postgres.operation_log import GIVE_UP_SECONDS, note_operation
from golden_assets.cli.local.command_log import LOCK, MAX_WAITING_BYTES, WAITING
from golden_assets.domain.monitoring.service_levels import Performed
from golden_assets_tests.cli.conftest import Golden

UNREACHABLE = "postgresql://nobody:pw-canary@127.0.0.1:9/none"
Recorded = Callable[[], list[tuple[str, bool, str | None]]]


@pytest.fixture
def recorded(database_url: str) -> Recorded:
    """What is on record of commands: name, outcome, kind of fault, in the order in which they ended."""

    def read() -> list[tuple[str, bool, str | None]]:
        with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
            query = "SELECT name, succeeded, error FROM golden_assets.golden_operations WHERE kind = 'command' ORDER BY happened_at"
            return connection.execute(query).fetchall()

    return read


@pytest.fixture
def home(golden: Golden, tmp_path: Path) -> Path:
    """A home that exists."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def test_a_command_that_worked_and_one_that_was_refused_did_their_work(golden: Golden, two_versions: list[str], recorded: Recorded) -> None:
    golden("list-versions")
    assert golden("show", "9.9.9").status == 1
    assert golden("approve", "1.0.0").status == 2
    assert golden("budget", "pause").status == 2
    expected = [("list-versions", True, None), ("show", True, None), ("approve", True, None), ("budget", True, None)]
    assert recorded() == expected


def test_a_server_that_fails_is_a_failure_of_the_command(
    golden: Golden, two_versions: list[str], recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("GOLDEN_ASSETS_PHOENIX_ATTEMPTS", "1")
    assert golden("publish", "1.0.0").status == 1
    assert recorded() == [("publish", False, "PublishingError")]


def test_help_and_no_command_at_all_are_not_counted(golden: Golden, two_versions: list[str], recorded: Recorded) -> None:
    for arguments in (["--help"], ["show", "--help"], [], ["--version"], ["no-such-command"]):
        golden(*arguments)
    assert recorded() == []


def test_what_a_command_was_given_is_not_recorded(golden: Golden, two_versions: list[str], database_url: str) -> None:
    golden("approve", "1.0.0", "--by", "name-canary", "--note", "note-canary")
    golden("show", "version-canary")
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        written = connection.execute("SELECT o::text FROM golden_assets.golden_operations AS o").fetchall()
    assert len(written) == 2
    assert "canary" not in str(written)


def test_while_no_registry_answers_records_wait_in_the_home_and_come_in_later_once(
    golden: Golden, home: Path, two_versions: list[str], recorded: Recorded, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", UNREACHABLE)
    ended = golden("config", "show")
    assert (ended.status, ended.err) == (0, "")
    waiting = (home / WAITING).read_text(encoding="utf-8")
    assert "canary" not in waiting
    assert [json.loads(line)["name"] for line in waiting.splitlines()] == ["config"]
    (home / WAITING).write_text(waiting + waiting + '{"torn', encoding="utf-8")
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
    golden("list-versions")
    assert recorded() == [("config", True, None), ("list-versions", True, None)]
    assert (home / WAITING).read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("torn", ['{"id": "00", "kind": "comm', '{"id": "00"}\n', "\x00" * 40, b"\xff\xfe{}\n", '{"a": 1}{"b": 2}\n'])
def test_what_a_full_disk_left_of_the_waiting_records_is_skipped(
    golden: Golden,
    home: Path,
    two_versions: list[str],
    recorded: Recorded,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    torn: str | bytes,
) -> None:
    (home / WAITING).write_bytes(torn if isinstance(torn, bytes) else torn.encode())
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", UNREACHABLE)
    begun = time.monotonic()
    for _ in range(2):
        ended = golden("config", "show")
        assert (ended.status, ended.err) == (0, "")
    assert time.monotonic() - begun < GIVE_UP_SECONDS, "a server that refuses is not waited for"
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
    assert golden("list-versions").status == 0
    assert recorded() == [("config", True, None), ("config", True, None), ("list-versions", True, None)]


def test_a_command_does_not_wait_for_a_locked_table_of_records(
    golden: Golden, home: Path, two_versions: list[str], database_url: str
) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE golden_assets.golden_operations IN ACCESS EXCLUSIVE MODE")
        begun = time.monotonic()
        assert golden("list-versions").status == 0
        assert time.monotonic() - begun < 10
    assert "list-versions" in (home / WAITING).read_text(encoding="utf-8")


def test_an_upload_is_neither_failed_nor_held_up_by_a_locked_table_of_records(
    two_versions: list[str], database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def note() -> None:
        await note_operation(Database(database_url, Pooling.PER_USE), Performed(kind="upload", name="publish", seconds=1.0))

    with psycopg.connect(database_url.replace("+psycopg", "")) as other:
        other.execute("LOCK TABLE golden_assets.golden_operations IN ACCESS EXCLUSIVE MODE")
        begun = time.monotonic()
        asyncio.run(note())
        assert time.monotonic() - begun < 10
    assert "how publish went is not on record" in caplog.text


def test_a_server_that_takes_a_connection_and_never_answers_holds_no_command_up(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", f"postgresql://u:p@127.0.0.1:{silent.getsockname()[1]}/none")
        begun = time.monotonic()
        assert golden("config", "show").status == 0
        assert time.monotonic() - begun < 10


def test_another_process_that_keeps_the_waiting_records_holds_no_command_up(
    golden: Golden, home: Path, two_versions: list[str], recorded: Recorded
) -> None:
    with FileLock(home / LOCK):
        begun = time.monotonic()
        assert golden("list-versions").status == 0
        assert time.monotonic() - begun < 10
    assert recorded() == [("list-versions", True, None)]


def test_the_file_of_waiting_records_does_not_grow_for_ever(golden: Golden, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", UNREACHABLE)
    (home / WAITING).write_text(" " * MAX_WAITING_BYTES, encoding="utf-8")
    assert golden("config", "show").status == 0
    assert (home / WAITING).stat().st_size == MAX_WAITING_BYTES


def test_a_home_that_is_not_there_is_not_made_for_a_record(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOLDEN_ASSETS_DATABASE_URL")
    assert golden("config", "show").status == 0
    assert not (tmp_path / "home").exists()


def test_a_schema_that_is_not_set_up_or_settings_in_error_lose_the_record_alone(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    assert golden("db", "status").status == 0
    monkeypatch.setenv("GOLDEN_ASSETS_DEFAULT_SIZE", "many")
    ended = golden("config", "validate")
    assert (ended.status, "Traceback" in ended.err) == (2, False)


def test_the_status_shows_rates_with_their_number_and_says_where_nothing_is_recorded(golden: Golden, two_versions: list[str]) -> None:
    golden("list-versions")
    ended = golden("status", "--format", "json").json
    rates = {rate["kind"]: rate for rate in ended["rates"]}
    assert (rates["command"]["total"], rates["command"]["rate"], rates["transaction"]["total"]) == (1, 1.0, 2)
    assert (rates["upload"]["total"], rates["upload"]["rate"]) == (0, None)
    assert "nothing recorded yet; the target is 99.0%" in " ".join(golden("status").out.split())
