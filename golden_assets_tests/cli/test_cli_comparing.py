"""Comparing two versions from the command line, on the terminal and into files."""

import json
import re
from pathlib import Path

import pytest

from golden_assets_tests.cli.conftest import CORPUS, Golden, first_testset, store
from golden_assets_tests.factories import changed, rows_on


@pytest.mark.usefixtures("terminal")
def test_the_table_shows_rows_shares_quality_and_cost(golden: Golden, two_versions: list[str]) -> None:
    ended = golden("compare", "1.0.0", "1.0.1")
    assert (ended.status, ended.err) == (0, "")
    text = ended.out
    assert re.search(r"^rows +48 +50 *$", text, re.MULTILINE)
    assert re.search(r"^cost +\$0\.0800 +\$0\.0900 *$", text, re.MULTILINE)
    assert re.search(r"^\d+ other figures and gates are the same in both: --output FILE.html shows them$", text, re.MULTILINE)
    assert "questions_are_unique" not in text, "it passed in both"
    assert re.search(r"^single_hop_specific +24 \(50%\) +26 \(52%\) +\+2\.0$", text, re.MULTILINE)
    assert re.search(r"^doc-00\.md +8 \(17%\) +10 \(20%\) +\+3\.3$", text, re.MULTILINE)
    assert len(re.findall("Too few to conclude|Nothing to test", text)) == 2, "two rows came, and all others are shared"
    assert "2 added, 0 removed, 1 changed, 47 unchanged" in text
    assert re.search(r"^  reference +- The", text, re.MULTILINE)
    assert re.search(r"^ +\+ Otherwise\.", text, re.MULTILINE)
    assert "Removed" not in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_version_against_itself_differs_in_nothing(golden: Golden, two_versions: list[str]) -> None:
    golden("activate", "1.0.0")
    found = golden("compare", "active", "1.0.0", "--format", "json").json
    assert (found["version_a"], found["version_b"]) == ("1.0.0", "1.0.0")
    assert (found["rows"]["added"], found["rows"]["removed"], found["rows"]["changed"]) == ([], [], [])
    assert len(found["rows"]["unchanged"]) == 48
    assert found["question_types"]["p_value"] == 1.0


def test_long_lists_are_cut_on_the_terminal_but_not_in_json(golden: Golden, database_url: str, two_versions: list[str]) -> None:
    rows = rows_on(CORPUS, 60, start=200)
    (number,) = store(database_url, changed(first_testset(), rows=rows), judged=False)
    text = golden("compare", "1.0.0", number).out
    assert "... 40 more: --output FILE.html shows them" in text
    assert "... 28 more: --output FILE.html shows them" in text
    assert len(golden("compare", "1.0.0", number, "--format", "json").json["added_rows"]) == 60


def test_the_suffix_of_the_file_decides_its_form(golden: Golden, two_versions: list[str], tmp_path: Path) -> None:
    page, document = tmp_path / "c.html", tmp_path / "c.json"
    assert golden("compare", "1.0.0", "1.0.1", "--output", page).out == f"wrote {page}\n"
    assert golden("compare", "1.0.0", "1.0.1", "--output", document).status == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.read_text(encoding="utf-8")
    assert json.loads(document.read_text(encoding="utf-8")) == golden("compare", "1.0.0", "1.0.1", "--format", "json").json


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (["1.0.0"], 2, "Missing argument 'B'"),
        (["1.0.0", "9.9.9"], 1, "there is no version 9.9.9"),
        (["active", "1.0.0"], 1, "no version is active"),
        (["1.0.0", "latest"], 1, "'latest' is not a version number"),
        (["1.0.0", "1.0.1", "--output", "c.pdf"], 2, "c.pdf ends neither in .html nor in .json"),
        (["1.0.0", "1.0.1", "--output", "missing/c.html"], 1, "missing/c.html cannot be written (No such file or directory)"),
    ],
)
def test_what_cannot_be_compared_is_one_line_on_stderr(
    golden: Golden,
    two_versions: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    complaint: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = golden("compare", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith("error: ")
    assert ended.err.count("\n") == 1
    assert complaint in ended.err
    assert list(tmp_path.iterdir()) == []
