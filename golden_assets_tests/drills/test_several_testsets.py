"""Two testsets in one configuration file: one registry, a code location each, and a new one without a restart."""

import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from golden_assets.embedded.processes import free_port
from golden_assets_tests.drills.test_dev import wait_for_line
from golden_assets_tests.e2e.conftest import COMMAND, Run
from golden_assets_tests.e2e.test_run import write_documents

LOCATIONS = """{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError {
  ... on PythonError { message }
  ... on RepositoryLocation { repositories { assetNodes { assetKey { path } } sensors { name } } } } } } } }"""
TWO = "  {second}:\n    docs: two\n    default_size: 5\n    thresholds: {{min_row_share: 0.5}}\n"


def assets_by_location(port: int) -> dict[str, set[tuple[str, ...]]]:
    """The asset keys of every code location that is loaded."""
    answer: Any = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": LOCATIONS}, timeout=60).json()
    found = {}
    for entry in answer["data"]["workspaceOrError"]["locationEntries"]:
        repositories = (entry["locationOrLoadError"] or {}).get("repositories", [])
        found[entry["name"]] = {tuple(node["assetKey"]["path"]) for repository in repositories for node in repository["assetNodes"]}
    return found


def test_a_testset_added_to_the_file_becomes_a_code_location_while_dagster_runs(own_environment: dict[str, str], tmp_path: Path) -> None:
    config, port = tmp_path / "golden_testset_config.yaml", free_port()
    config.write_text("testsets:\n  first:\n    docs: one\n", encoding="utf-8")
    call = [COMMAND, "dev", "--port", str(port)]
    with subprocess.Popen(call, env=own_environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as dev:
        wait_for_line(dev, "Ctrl-C")
        before = assets_by_location(port)
        assert set(before) == {"first"}
        assert ("first", "active_version") in before["first"]
        with config.open("a", encoding="utf-8") as file:
            file.write(TWO.format(second="second"))
        assert wait_for_line(dev, "code locations now")[-1] == "code locations now: first, second"
        deadline = time.monotonic() + 60
        while "second" not in (after := assets_by_location(port)) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert after["first"] == before["first"]
        assert {("second", *key[1:]) for key in before["first"]} == after["second"]
        with config.open("a", encoding="utf-8") as file:
            file.write("  third:\n    dogs: three\n  4: {}\n")
        assert "the testsets stay as they are" in wait_for_line(dev, "the testsets stay")[-1]
        dev.send_signal(signal.SIGINT)
        assert "stopped Dagster" in dev.stdout.read()


def test_testsets_share_the_registry_and_have_versions_of_their_own(command: Run, environment: dict[str, str], tmp_path: Path) -> None:
    write_documents(tmp_path / "one")
    write_documents(tmp_path / "two", "alarms.md", "installation.md", "maintenance.md")
    first, second = (f"{prefix}_{environment['GOLDEN_ASSETS_TESTSET_NAME'][5:]}" for prefix in ("first", "second"))
    text = f"testsets:\n  {first}:\n    docs: one\n    default_size: 4\n{TWO.format(second=second)}"
    (tmp_path / "golden_testset_config.yaml").write_text(text, encoding="utf-8")
    unnamed = command("run")
    assert unnamed.returncode == 2
    assert f"several testsets are configured ({first}, {second}): say which with --testset NAME." in unnamed.stderr
    for name, rows, documents in ((first, 4, "one"), (second, 5, "two")):
        built = command("--testset", name, "run")
        assert built.returncode == 0, built.stderr
        assert f"{rows} of {rows} asked" in built.stdout
        assert str(tmp_path / documents) in built.stdout
        assert "active version   1.0.0 (before: none)" in built.stdout
    again = command("run", GOLDEN_ASSETS_TESTSET=second)
    assert "no new version: nothing changed" in again.stdout
    assert command("--testset", first, "show", "active").stdout.count(first) >= 1
    listed = command("--testset", first, "list-versions").stdout.splitlines()
    assert [line.split()[0] for line in listed[:2]] == ["version", "1.0.0"]
