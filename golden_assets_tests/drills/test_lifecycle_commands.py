"""The life of two versions, from documents to going back, typed as commands."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg

from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
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
    assert "not promoted: version 1.0.0 passed its gates and waits for you: `golden-assets activate 1.0.0`." in waiting.stdout
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
    docs = write_documents(tmp_path / "docs", "alarms.md", "installation.md", "maintenance.md", "probes.md")
    assert command("create", "--docs", docs, "--size", 4, "--auto-promote").returncode == 0
    rejected = questions(command, "1.0.0")[0]
    queue = filled_queue(command, tmp_path, lambda line: REJECTED if line["user_input"] == rejected else {})
    assert command("review", "1.0.0", "--import", queue, "--by", "Ada").stdout.startswith("took 1 decision of ")

    again = command("create", "--docs", docs, "--size", 4, "--auto-promote")
    assert again.returncode == 0, again.stderr
    before, second = questions(command, "1.0.0"), questions(command, "active")
    assert len(second) == 4
    assert set(before) - set(second) == {rejected}


def test_a_review_is_finished_though_documents_changed_and_what_was_approved_stays_in_every_later_version(
    command: Run, tmp_path: Path
) -> None:
    docs = write_documents(tmp_path / "docs", "alarms.md", "installation.md", "maintenance.md", "probes.md")
    assert command("create", "--docs", docs, "--size", 12, "--auto-promote").returncode == 0
    rows = exported(command, "1.0.0")
    approved, rejected, passage = rows[:6], rows[6]["user_input"], rows[7]["reference_contexts"][0]
    asked = {row["user_input"] for row in approved}
    queue = filled_queue(
        command,
        tmp_path,
        lambda line: REJECTED if line["user_input"] == rejected else {"decision": "approve"} if line["user_input"] in asked else {},
    )
    assert command("review", "1.0.0", "--import", queue, "--by", "Ada").returncode == 0
    for document in docs.iterdir():
        text = document.read_text(encoding="utf-8")
        document.write_text(text.replace(passage, passage.replace(" the ", " that ")), encoding="utf-8")

    finished = command("review", "1.0.0", "--finish")
    assert finished.returncode == 0, finished.stderr
    assert re.search(r"left by the review of 1\.0\.0, \d+ of them written again, for their passages have changed", finished.stdout)
    number = json.loads(command("list-versions", "--format", "json").stdout)[0]["version"]
    after = {row["row_id"] for row in exported(command, number)}
    standing = {row["row_id"] for row in approved} & after
    assert standing
    assert rejected not in questions(command, number)
    waits = command("approve", number, "--by", "Eve")
    assert f"`golden-assets activate {number}`, or let promotion_sensor do it" in waits.stdout

    fewer = command("create", "--docs", docs, "--size", 2, "--seed", 3)
    assert "for rows that people approved or edited stay" in fewer.stdout
    newest = json.loads(command("list-versions", "--format", "json").stdout)[0]["version"]
    assert standing <= {row["row_id"] for row in exported(command, newest)}

    assert command("report", number, "--output", "page.html").returncode == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "4 documents (" in page
    for expected in ("in docs, ", "by Eve on ", "(review of 1.0.0)", "rows that people looked at", "1 rejected row left out"):
        assert expected in page


REJECTED = {"decision": "reject", "reason": "trivial"}


def filled_queue(command: Run, folder: Path, decide: Callable[[dict[str, str]], dict[str, str]]) -> Path:
    """The review queue of 1.0.0 as a file with the decisions on those rows that there are any on."""
    queue = folder / "queue.csv"
    assert command("review", "1.0.0", "--export", queue).returncode == 0
    with queue.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    with queue.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(line | decided for line in lines if (decided := decide(line)))
    return queue


def exported(command: Run, version: str) -> list[dict[str, Any]]:
    """The rows of a version."""
    done = command("export", version, "--output", "-")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def questions(command: Run, version: str) -> list[str]:
    """What a version asks."""
    return [row["user_input"] for row in exported(command, version)]
