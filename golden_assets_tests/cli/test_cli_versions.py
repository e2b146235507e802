"""Listing, showing, activating and going back, as a user types it."""

import getpass
import os
import re
from datetime import datetime

import pytest

from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.gates.evaluate import GATES
from golden_assets.manager import GoldenTestsetManager
from golden_assets_tests.cli.conftest import CORPUS, Golden, first_testset, store
from golden_assets_tests.factories import a_corpus, a_testset, changed, rows_on


def test_an_empty_registry_says_how_to_fill_it(golden: Golden) -> None:
    ended = golden("list-versions")
    assert (ended.status, ended.err) == (0, "")
    assert "golden-assets create" in ended.out
    assert golden("list-versions", "--format", "json").json == []


@pytest.mark.usefixtures("terminal")
def test_versions_are_listed_newest_first_without_breaking_numbers(golden: Golden, two_versions: list[str]) -> None:
    assert golden("activate", "1.0.0").status == 0
    ended = golden("list-versions")
    lines = ended.out.splitlines()
    assert lines[0].split()[:4] == ["version", "status", "answers", "rows"]
    listed = [["1.0.1", "validated", "open", "50"], ["1.0.0", "active", "open", "48"]]
    assert [line.split()[:4] for line in lines[1:3]] == listed
    assert first_testset().testset_hash[:6] in lines[2]
    assert "\x1b" not in ended.out
    assert max(map(len, lines)) <= 80


@pytest.mark.usefixtures("terminal")
def test_timestamp_numbers_stay_whole_at_80_columns(
    golden: Golden, database_url: str, two_versions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_VERSION_STRATEGY", "timestamp")
    (number,) = store(database_url, changed(first_testset(), rows=rows_on(CORPUS, 5, start=100)), judged=False)
    assert len(number) > 12
    assert golden("activate", number).status == 0
    lines = golden("list-versions").out.splitlines()
    assert [number, "active", "open", "5"] in [line.split()[:4] for line in lines]
    assert max(map(len, lines)) <= 80


def test_the_json_list_has_stable_keys_and_iso_timestamps(golden: Golden, two_versions: list[str]) -> None:
    newest, oldest = golden("list-versions", "--format", "json").json
    assert set(newest) == {
        *("testset_name", "version", "status", "testset_hash", "corpus_hash"),
        *("answers_judged", "row_count", "created_at", "activated_at", "archived_at", "created_by"),
    }
    assert (newest["version"], oldest["version"], oldest["row_count"]) == ("1.0.1", "1.0.0", 48)
    assert datetime.fromisoformat(newest["created_at"]) > datetime.fromisoformat(oldest["created_at"])
    assert newest["activated_at"] is None


def test_a_version_is_shown_with_its_verdicts_and_first_rows(golden: Golden, two_versions: list[str]) -> None:
    ended = golden("show", "1.0.1", "--rows", 2)
    assert (ended.status, ended.err) == (0, "")
    assert re.search(r"^status +validated", ended.out, re.MULTILINE)
    assert "(Correlation within a document: 0.05, assumed.)" in " ".join(ended.out.split())
    assert re.search(r"^cost +\$0\.0900, 60 calls", ended.out, re.MULTILINE)
    assert re.search(r"^questions_are_unique +passed +0 +== 0", ended.out, re.MULTILINE)
    assert "Rows (2 of 50)" in ended.out
    assert len(re.findall(r"^row-[0-9a-f]{16} ", ended.out, re.MULTILINE)) == 2
    assert "Rows (" not in golden("show", "1.0.1", "--rows", 0).out


def test_rows_cannot_steer_the_terminal_or_pass_for_markup(golden: Golden, two_versions: list[str]) -> None:
    text = golden("show", "1.0.1", "--rows", 50).out
    assert "\x1b" not in text
    assert "[red]What[/red] is \N{REPLACEMENT CHARACTER}[31mred" in " ".join(text.split())


def test_a_version_as_json_holds_everything_and_the_rows_asked_for(golden: Golden, two_versions: list[str]) -> None:
    shown = golden("show", "1.0.1", "--rows", 1, "--format", "json").json
    assert {"version", "status", "testset_hash", "quality", "metadata", "generation", "published", "rows"} <= set(shown)
    judged = {verdict["name"]: verdict["passed"] for verdict in shown["quality"]["verdicts"]}
    assert judged == {gate.name: True for gate in GATES.values() if gate.stage == "post-generation"}
    assert shown["power"]["rows"] == shown["row_count"]
    assert shown["power"]["paired_rows_needed"] > 400
    assert shown["generation"]["usage"]["calls"] == 60
    (row,) = shown["rows"]
    assert row["row_id"] == f"row-{row['row_hash'][:16]}"
    assert row["contexts"][0]["document_id"] == "doc-00.md"


def test_the_active_version_can_be_asked_for_by_that_word(golden: Golden, two_versions: list[str]) -> None:
    none = golden("show", "active")
    assert (none.status, none.out) == (1, "")
    assert none.err == "error: no version is active: activate one: `golden-assets activate VERSION`.\n"
    golden("activate", "1.0.1")
    assert golden("show", "active", "--format", "json").json["version"] == "1.0.1"


def test_activating_and_going_back_say_what_was_active_before(golden: Golden, two_versions: list[str]) -> None:
    assert golden("activate", "1.0.0").out == "version 1.0.0 is active (before: none)\n"
    assert golden("activate", "1.0.1").out == "version 1.0.1 is active (before: 1.0.0)\n"
    assert golden("rollback", "1.0.0", "--reason", "worse").out == "version 1.0.0 is active again (before: 1.0.1)\n"
    entry = golden("audit", "--limit", 1, "--format", "json").json[0]
    assert (entry["operation"], entry["performed_by"], entry["details"]["reason"]) == ("rollback", getpass.getuser(), "worse")


def test_a_user_id_without_a_name_goes_on_record(golden: Golden, two_versions: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    assert golden("activate", "1.0.0").status == 0
    assert golden("audit", "--limit", 1, "--format", "json").json[0]["performed_by"] == "uid 54321"


def test_a_draft_is_judged_before_it_is_activated_unless_forced(golden: Golden, database_url: str) -> None:
    rows = rows_on(CORPUS, 5, start=100)
    blank = changed(first_testset(), rows=(changed(rows[0], reference=" "), *rows[1:]))
    store(database_url, blank, judged=False)
    refused = golden("activate", "1.0.0")
    assert refused.status == 1
    assert refused.err.startswith("error: version 1.0.0 failed rows_ask_and_answer")
    assert refused.err.count("\n") == 1

    store(database_url, changed(first_testset(), rows=rows), judged=False)
    number = golden("list-versions", "--format", "json").json[0]["version"]
    assert golden("activate", number, "--force", "--reason", "demo on Friday").status == 0
    details = golden("audit", "--limit", 1, "--format", "json").json[0]["details"]
    assert (details["force"], details["reason"]) == (True, "demo on Friday")
    assert "forced: demo on Friday" in " ".join(golden("audit").out.split())


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["show", "9.9.9"], 1, "there is no version 9.9.9"),
        (["show", "v1.0.0"], 1, "'v1.0.0' is not a version number"),
        (["activate", "1.0"], 1, "'1.0' is not a version number"),
        (["activate", "9.9.9"], 1, "there is no version 9.9.9"),
        (["rollback", "1.0.0", "--reason", "back"], 1, "roll back only to a version that was active before"),
        (["rollback", "1.0.0", "--reason", "  "], 1, "say in a few words why"),
        (["rollback", "1.0.0"], 2, "Missing option '--reason'"),
        (["activate"], 2, "Missing argument 'VERSION'"),
        (["activate", "1.0.0", "--reason", "why"], 2, "--reason is for --force"),
        (["show", "1.0.0", "--rows", "-1"], 2, "-1 is not in the range"),
        (["show", "1.0.0", "--format", "yaml"], 2, "'yaml' is not one of"),
        (["promote", "1.0.0"], 2, "No such command 'promote'"),
    ],
)
def test_what_cannot_be_done_is_one_line_on_stderr(
    golden: Golden, two_versions: list[str], arguments: list[str], status: int, complaint: str
) -> None:
    before = golden("list-versions").out
    ended = golden(*arguments)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert complaint in ended.err
    assert golden("list-versions").out == before


def test_a_version_that_needs_approval_is_activated_after_it(
    golden: Golden, two_versions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_REQUIRE_APPROVAL", "true")
    refused = golden("activate", "1.0.0")
    assert refused.status == 1
    assert "golden-assets approve 1.0.0 --by NAME" in refused.err
    approved = golden("approve", "1.0.0", "--by", "Ada", "--note", "read twenty rows")
    assert (approved.status, approved.err) == (0, "")
    passed_over = "version 1.0.1 is newer, so promotion_sensor passes it over: `golden-assets activate 1.0.0`.\n"
    assert approved.out == f"version 1.0.0 is approved by Ada: {passed_over}"
    assert "no version is active" in golden("approve", "active", "--by", "Bob").err
    again = golden("approve", "1.0.0", "--by", "Bob").out
    assert again.startswith("version 1.0.0 is approved already, by Ada since 20")
    assert "Bob" not in golden("audit").out
    assert golden("activate", "1.0.0").status == 0
    assert golden("approve", "active", "--by", "Bob").out.startswith("version 1.0.0 is approved already, by Ada since 20")


def test_an_approval_says_what_follows_and_promises_no_sensor_that_is_switched_off(
    golden: Golden, two_versions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "golden-assets publish 1.0.1`, then promotion_sensor activates it" in golden("approve", "1.0.1", "--by", "Ada").out
    monkeypatch.setenv("GOLDEN_ASSETS_AUTO_PROMOTE", "false")
    again = golden("approve", "1.0.1", "--by", "Ada").out
    assert again.endswith("auto_promote is off, so activate it yourself: `golden-assets activate 1.0.1`.\n")
    golden("activate", "1.0.1")
    assert golden("approve", "1.0.1", "--by", "Ada").out.endswith("it is active\n")


def test_a_version_that_is_worse_than_the_active_one_is_activated_by_force_with_a_reason_only(golden: Golden, database_url: str) -> None:
    """One way leads to activation: the command asks every gate that the sensor asks."""
    wide, narrow = first_testset(), a_testset(rows_on(a_corpus(count=3), 48), CORPUS)
    first, worse = store(database_url, wide, narrow)
    assert golden("activate", first).status == 0
    refused = golden("activate", worse)
    assert refused.status != 0
    assert "does_not_regress failed (achievable_coverage fell from 1.000 to 0.500)" in refused.err
    assert "--force --reason TEXT" in refused.err
    assert golden("list-versions", "--format", "json").json[1]["status"] == "active"
    assert golden("activate", worse, "--force", "--reason", "the other half was retired").status == 0
    entries = [one for one in golden("audit", "--format", "json").json if one["operation"] == "promote"]
    entries = [one for one in entries if worse in (one["version"], one["details"].get("version"))]
    assert sorted(one["result"] for one in entries) == ["failure", "success"]
    assert "the other half was retired" in [one["details"].get("reason") for one in entries]


def test_experiments_that_cannot_be_read_are_told_from_none(
    golden: Golden, two_versions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unread(_: GoldenTestsetManager, __: str) -> None:
        raise PublishingError("Phoenix at http://127.0.0.1:9 does not answer", "start it")

    monkeypatch.setattr(GoldenTestsetManager, "correlation_for", unread)
    shown = " ".join(golden("show", "1.0.1").out.split())
    assert "0.05, assumed: recorded experiments cannot be read, Phoenix at http://127.0.0.1:9 does not answer.)" in shown
    assert golden("show", "1.0.1", "--format", "json").json["correlation_unread"] == "Phoenix at http://127.0.0.1:9 does not answer"
