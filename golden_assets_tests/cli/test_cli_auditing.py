"""Verifying and looking at the record, as a user types it."""

from pathlib import Path

import psycopg
import pytest

from golden_assets_tests.cli.conftest import Golden

FORGE = "jsonb_set(testset_data, '{rows,1,reference}', '\"forged\"')"
DAMAGE = "testset_data #- '{rows,1,reference}'"


def tamper(url: str, change: str = FORGE) -> None:
    """What somebody who can switch triggers off might do."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("ALTER TABLE golden_assets.golden_testset_versions DISABLE TRIGGER USER")
        owner.execute(f"UPDATE golden_assets.golden_testset_versions SET testset_data = {change} WHERE version = '1.0.0'")  # noqa: S608


@pytest.mark.parametrize("arguments", [[], ["--all"]])
def test_everything_is_verified_when_nothing_is_named(golden: Golden, two_versions: list[str], arguments: list[str]) -> None:
    ended = golden("verify", *arguments)
    assert (ended.status, ended.err) == (0, "")
    lines = [line.split(maxsplit=2) for line in ended.out.splitlines()[1:]]
    assert all(verdict == "intact" for verdict, _, _ in lines)
    assert [(checked, what.strip()) for _, checked, what in lines if what.strip() != "schema"] == [
        ("50", "version 1.0.1 of golden"),
        ("48", "version 1.0.0 of golden"),
        ("2", "audit log of golden"),
        ("10", "records of golden"),
        ("0", "heads of golden kept outside (0 signed)"),
        ("0", "stored documents, drafts and reports"),
    ]


def test_one_version_or_the_active_one_can_be_verified(golden: Golden, two_versions: list[str]) -> None:
    golden("activate", "1.0.0")
    for named in ("1.0.0", "active"):
        checks = golden("verify", named, "--format", "json").json
        assert all(check["intact"] for check in checks)
        assert [check["subject"] for check in checks] == [
            "version 1.0.0 of golden",
            "audit log of golden",
            "records of golden",
            "schema",
            "heads of golden kept outside (0 signed)",
        ]


def test_a_forged_row_is_named_and_the_exit_status_tells(golden: Golden, two_versions: list[str], database_url: str) -> None:
    tamper(database_url)
    ended = golden("verify")
    assert ended.status == 1
    assert "BROKEN   48       version 1.0.0 of golden" in ended.out
    assert "row 1 is recorded as row-" in ended.out
    assert ended.err.startswith("error: 2 of 7 checks failed (version 1.0.0 of golden; schema): ")
    assert ended.err.count("\n") == 1
    as_json = golden("verify", "1.0.0", "--format", "json")
    assert as_json.status == 1
    assert as_json.json[0]["faults"][0].startswith("row 1 is recorded as row-")


def test_a_version_that_is_no_testset_any_more_is_reported_by_its_damaged_place(
    golden: Golden, two_versions: list[str], database_url: str
) -> None:
    tamper(database_url, DAMAGE)
    ended = golden("verify", "1.0.0", "--format", "json")
    assert ended.status == 1
    assert ended.json[0]["faults"] == ["testset_data at rows.1.reference was damaged: Field required"]


def test_a_version_and_all_at_once_is_wrong_usage(golden: Golden, two_versions: list[str]) -> None:
    ended = golden("verify", "1.0.0", "--all")
    assert (ended.status, ended.err) == (2, "error: give a version or --all, not both: see `golden-assets verify --help`.\n")
    assert golden("verify", "9.9.9").status == 1


@pytest.mark.usefixtures("terminal")
def test_the_audit_shows_the_newest_first_and_refusals_too(golden: Golden, two_versions: list[str]) -> None:
    golden("activate", "1.0.0")
    golden("activate", "9.9.9")
    entries = golden("audit", "--limit", 2, "--format", "json").json
    assert [(entry["sequence"], entry["operation"], entry["result"]) for entry in entries] == [
        (4, "promote", "failure"),
        (3, "promote", "success"),
    ]
    lines = golden("audit").out.splitlines()
    assert [line.split()[0] for line in lines if line[:1].isdigit()] == ["4", "3", "2", "1"]
    assert "there is no version" in lines[1]
    assert max(map(len, lines)) <= 80


def test_an_import_that_stored_nothing_reads_unlike_one_that_did(golden: Golden, tmp_path: Path) -> None:
    rows = tmp_path / "rows.json"
    rows.write_text('[{"user_input": "What is it?", "reference": "A thing.", "reference_contexts": ["It is a thing."]}]')
    for _ in range(2):
        assert golden("import", rows).status == 0
    second, first = golden("audit", "--limit", 2).out.splitlines()[1:3]
    assert (first.split()[-1], second.split()[-2:]) == ("done", ["stored", "already"])


def test_an_empty_record_is_no_error(golden: Golden) -> None:
    assert golden("audit").out == "nothing is on record yet\n"
    assert golden("audit", "--format", "json").json == []
    assert golden("audit", "--limit", 0).status == 2
