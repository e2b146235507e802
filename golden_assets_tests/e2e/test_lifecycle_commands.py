"""The life of two versions, from documents to going back, typed as commands."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

from golden_assets.adapters.documents.samples import sample_corpus_folder
from golden_assets_tests.e2e.conftest import Run


def write_documents(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text((sample_corpus_folder() / name).read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def shown_in(instance: dg.DagsterInstance, count: int) -> list[str]:
    """The versions of the last materializations of `active_version`, newest first."""
    events = instance.fetch_materializations(dg.AssetKey("active_version"), limit=count).records
    return [str(event.asset_materialization.metadata["version"].value) for event in events]


def test_a_version_waits_until_it_is_activated_and_one_command_goes_back(
    command: Run, stored: Callable[[], list[dict[str, Any]]], dagster_instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    docs = write_documents(tmp_path / "docs", "alarms.md", "installation.md", "maintenance.md")
    waiting = command("create", "--docs", docs, "--size", 6)
    assert waiting.returncode == 0, waiting.stderr
    assert "not promoted: activate the version when you want it" in waiting.stdout
    assert [version["status"] for version in stored()] == ["validated"]
    assert command("activate", "1.0.0").stdout == "version 1.0.0 is active (before: none)\n"
    assert shown_in(dagster_instance, 1) == ["1.0.0"]

    write_documents(docs, "probes.md", "recipes.md")
    promoted = command("create", "--docs", docs, "--size", 8, "--auto-promote")
    assert promoted.returncode == 0, promoted.stderr
    (_, second) = [version["version"] for version in stored()]
    assert [version["status"] for version in stored()] == ["archived", "active"]

    found = json.loads(command("compare", "1.0.0", "active", "--format", "json").stdout)
    assert found["version_b"] == second
    assert len(found["rows"]["added"]) + len(found["rows"]["changed"]) > 0
    assert command("compare", "1.0.0", second, "--output", "page.html").returncode == 0
    assert "golden_assets" not in command("list-versions").stderr

    assert f"(before: {second})" in command("rollback", "1.0.0", "--reason", "worse answers").stdout
    assert [version["status"] for version in stored()] == ["active", "archived"]
    assert shown_in(dagster_instance, 3) == ["1.0.0", second, "1.0.0"]
    verified = command("verify")
    assert verified.returncode == 0, verified.stderr
    assert "BROKEN" not in verified.stdout


def test_a_row_that_was_rejected_in_a_review_is_replaced_in_the_next_version(command: Run, tmp_path: Path) -> None:
    docs = write_documents(tmp_path / "docs", "alarms.md", "installation.md", "maintenance.md")
    assert command("create", "--docs", docs, "--size", 6, "--auto-promote").returncode == 0
    rejected = questions(command, "1.0.0")[0]
    queue = tmp_path / "queue.csv"
    assert command("review", "1.0.0", "--export", queue).returncode == 0
    with queue.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    with queue.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(line | {"decision": "reject", "reason": "trivial"} for line in lines if line["user_input"] == rejected)
    assert command("review", "1.0.0", "--import", queue, "--by", "Ada").stdout.startswith("took 1 decision of ")

    again = command("create", "--docs", docs, "--size", 6, "--auto-promote")
    assert again.returncode == 0, again.stderr
    before, second = questions(command, "1.0.0"), questions(command, "active")
    assert len(second) == 6
    assert set(before) - set(second) == {rejected}


def questions(command: Run, version: str) -> list[str]:
    """What a version asks."""
    exported = command("export", version, "--output", "-")
    assert exported.returncode == 0, exported.stderr
    return [json.loads(line)["user_input"] for line in exported.stdout.splitlines()]
