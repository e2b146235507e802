"""What follows a first run: runs that name nothing, documents of before, kills, a Phoenix that is down, a database of one's own."""

import signal
import subprocess
import time
from pathlib import Path

from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
from golden_assets_tests.e2e.conftest import COMMAND, Run
from golden_assets_tests.e2e.test_run import Stored, write_documents
from golden_assets_tests.endpoint_server import EndpointServer


def test_what_include_and_exclude_name_is_read_again_by_runs_that_name_no_documents(command: Run, stored: Stored, tmp_path: Path) -> None:
    docs = write_documents(tmp_path / "docs")
    first = command("run", "--docs", docs, "--include", "a*.md", "--include", "probes.md", "--exclude", "probes.md", "--size", 3)
    assert first.returncode == 0, first.stderr
    assert stored()[0]["testset_data"]["rows"][0]["contexts"][0]["document_id"] == "alarms.md"
    again = command("run")
    assert again.returncode == 0, again.stderr
    assert f"other files not read) in {docs} (only a*.md probes.md, without probes.md)" in " ".join(again.stdout.split())
    assert "no new version: nothing changed" in again.stdout


def test_a_run_that_names_nothing_goes_on_with_the_documents_and_the_size_of_the_active_version(
    command: Run, stored: Stored, tmp_path: Path
) -> None:
    docs = write_documents(tmp_path / "docs")
    assert command("run", "--size", 8, GOLDEN_ASSETS_DOCS="docs").returncode == 0
    (docs / "recipes.md").write_text((sample_corpus_folder() / "recipes.md").read_text(encoding="utf-8"), encoding="utf-8")
    result = command("run")
    assert result.returncode == 0, result.stderr
    assert "changes" in result.stdout
    assert [(version["status"], version["row_count"]) for version in stored()] == [("archived", 8), ("active", 8)]
    assert str(docs) in result.stdout


def test_documents_that_are_as_they_were_are_answered_by_the_version_of_then_and_the_remedy_works(
    command: Run, stored: Stored, tmp_path: Path
) -> None:
    docs = write_documents(tmp_path / "docs")
    edited = docs / "alarms.md"
    text = edited.read_text(encoding="utf-8")
    assert command("run", "--docs", docs, "--size", 8).returncode == 0
    edited.write_text("# Alarms\n\n" + "Orrin Systems opened a second office for alarms in Tolmere in 1931. " * 8, encoding="utf-8")
    assert command("run").returncode == 0
    edited.write_text(text, encoding="utf-8")
    again = command("run")
    assert "1.0.0, stored before and archived since; to use it again: golden-assets rollback 1.0.0 --reason WHY" in again.stdout
    assert "`golden-assets rollback 1.0.0 --reason WHY`" in command("status").stdout
    assert command("rollback", "1.0.0", "--reason", "the documents are as they were").returncode == 0
    assert "stale rows      0" in command("status").stdout


def test_phoenix_down_keeps_the_version_and_the_next_run_publishes_it(command: Run, stored: Stored, tmp_path: Path) -> None:
    docs = write_documents(tmp_path / "docs")
    down = command("run", "--docs", docs, "--size", 4, PHOENIX_COLLECTOR_ENDPOINT="http://127.0.0.1:9")
    assert down.returncode == 1
    assert "127.0.0.1:9" in down.stderr.splitlines()[-1]
    assert stored()[0]["status"] == "validated"
    again = command("run", "--docs", docs, "--size", 4)
    assert again.returncode == 0, again.stderr
    assert [version["status"] for version in stored()] == ["active"]


def test_a_database_of_the_users_own_holds_everything(command: Run, database_url: str, tmp_path: Path) -> None:
    import psycopg

    docs = write_documents(tmp_path / "docs")
    result = command("run", "--docs", docs, "--size", 4, GOLDEN_ASSETS_DATABASE_URL=database_url)
    assert result.returncode == 0, result.stderr
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        schemas = {
            row[0] for row in connection.execute("SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname !~ '^(pg_|information)'")
        }
    assert schemas >= {"golden_assets", "dagster"}


def test_a_killed_run_does_not_stand_in_the_way_of_the_next_one(
    command: Run, environment: dict[str, str], stored: Stored, tmp_path: Path, endpoint: EndpointServer, endpoint_variables: dict[str, str]
) -> None:
    docs = write_documents(tmp_path / "docs")
    endpoint.latency = 2.0
    call = [COMMAND, "run", "--docs", str(docs), "--size", "4"]
    with subprocess.Popen(call, env=environment | endpoint_variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        deadline = time.monotonic() + 90
        while not endpoint.requests and time.monotonic() < deadline:
            time.sleep(0.1)
        killed.send_signal(signal.SIGKILL)
    assert endpoint.requests
    endpoint.latency = 0.0
    result = command("run", "--docs", docs, "--size", 4, **endpoint_variables)
    assert result.returncode == 0, result.stderr
    assert [version["status"] for version in stored()] == ["active"]
