"""Reviewing rows: by keys, from a file, on a real terminal."""

import csv
import io
import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from golden_assets_tests.cli.conftest import Ended, Golden, first_testset

KEYS = "a\nr\nhas two answers\nn\nb\ne\nWhat is better asked?\n\na\nq\n"


@pytest.fixture
def typed(golden: Golden, monkeypatch: pytest.MonkeyPatch):
    """Run the command with lines on standard input."""

    def run(lines: str, *arguments: object) -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return golden(*arguments)

    return run


def test_decisions_are_kept_and_the_review_goes_on_where_it_was_left(typed, golden: Golden, two_versions: list[str]) -> None:
    ended = typed(KEYS, "review", "1.0.0", "--by", "Ada")
    assert ended.status == 0, ended.err
    assert "4 of 48 rows decided" in ended.out
    assert "--finish" in ended.out
    progress = golden("review", "1.0.0", "--status", "--format", "json").json
    assert (progress["decided"], progress["sampled"], progress["sampled_defects"], progress["is_enough"]) == (4, 4, 2, False)
    again = typed("a\n", "review", "1.0.0", "--by", "Bob")
    assert "5 of 48" in again.out.replace("\n", " ")
    operations = [entry["performed_by"] for entry in golden("audit", "--format", "json").json if entry["operation"] == "review"]
    assert sorted(operations) == ["Ada", "Ada", "Ada", "Ada", "Bob"]


def test_a_rejection_without_a_reason_and_an_edit_without_a_change_decide_nothing(typed, two_versions: list[str]) -> None:
    ended = typed("r\n\ne\n\n\nx\nq\n", "review", "1.0.0")
    assert "0 of 48 rows decided" in ended.out
    assert "--finish" not in ended.out


def test_a_file_takes_the_queue_out_and_brings_decisions_back(golden: Golden, two_versions: list[str], tmp_path: Path) -> None:
    target = tmp_path / "queue.csv"
    assert golden("review", "1.0.0", "--export", target).status == 0
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 48
    assert {line["row_id"] for line in lines} == {row.row_id for row in first_testset().rows}
    lines[0] |= {"decision": "Approve"}
    lines[1] |= {"decision": "reject", "reason": "trivial", "reviewer": "Eve"}
    lines[2] |= {"decision": "edit", "new_reference": "Another answer."}
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    ended = golden("review", "1.0.0", "--import", target, "--by", "Ada")
    assert ended.out.startswith("took 3 decisions"), ended.err
    assert golden("review", "1.0.0", "--import", target, "--by", "Ada").out.startswith(
        "took 0 decisions of queue.csv; on record already: 3"
    )
    assert golden("review", "1.0.0", "--status", "--format", "json").json["decided"] == 3


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a,b\r\n1,2\r\n", "queue.csv has no columns row_id and decision"),
        ("row_id,decision,reason\r\nrow-1,reject,\r\n", "line 2 of queue.csv: a rejection needs a reason"),
        ("row_id,decision\r\nrow-1,maybe\r\n", "line 2 of queue.csv: decision: Input should be 'approve', 'edit' or 'reject'"),
        ("row_id,decision\r\nrow-1,approve\r\n", "decides on row-1, which version 1.0.0 does not have"),
        ('row_id,contexts,decision\r\nrow-1,"a\nb\nc",\r\nrow-2,d,maybe\r\n', "line 5 of queue.csv: decision"),
        ("row_id,decision\r\nrow-1\r\n", "line 2 of queue.csv: it has 1 cells, the header 2"),
        (b"\xff\xfe\x00", "queue.csv cannot be read"),
    ],
)
def test_a_file_that_is_no_queue_is_refused_with_its_line(
    golden: Golden, two_versions: list[str], tmp_path: Path, content: str | bytes, problem: str
) -> None:
    target = tmp_path / "queue.csv"
    target.write_bytes(content.encode() if isinstance(content, str) else content)
    ended = golden("review", "1.0.0", "--import", target)
    assert ended.status == 1
    assert problem in ended.err
    assert golden("review", "1.0.0", "--status", "--format", "json").json["decided"] == 0


def test_a_text_that_looks_like_a_formula_is_inert_in_a_spreadsheet() -> None:
    from golden_assets.adapters.exchange.review_files import write_queue
    from golden_assets.domain.review import QueueItem
    from golden_assets_tests.factories import a_row

    rendered = write_queue([QueueItem(row=a_row(user_input='=HYPERLINK("x")?'))]).decode("utf-8-sig")
    assert "'=HYPERLINK" in rendered
    assert ',"=' not in rendered


def test_finishing_needs_a_decision_and_ways_exclude_each_other(golden: Golden, two_versions: list[str]) -> None:
    assert "nobody decided anything" in golden("review", "1.0.0", "--finish").err
    assert "exclude each other" in golden("review", "1.0.0", "--finish", "--status").err
    assert golden("review", "9.9.9", "--status").status == 1


def test_on_a_terminal_one_key_decides(database_url: str, two_versions: list[str]) -> None:
    command = [str(Path(sys.executable).parent / "golden-assets"), "review", "1.0.0", "--by", "Ada"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GOLDEN_ASSETS_")}
    environment |= {"GOLDEN_ASSETS_DATABASE_URL": database_url, "TERM": "xterm", "COLUMNS": "100"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True) as process:
        os.close(theirs)
        assert "1 of 48" in _until(ours, "[q] leave")
        _press(ours, b"a")
        assert "2 of 48" in _until(ours, "[q] leave")
        _press(ours, b"q")
        assert "1 of 48 rows decided" in _until(ours, "--finish")
        assert process.wait(30) == 0
    os.close(ours)


def _press(terminal: int, key: bytes) -> None:
    """A key, once the command reads keys: what is typed before that is dropped."""
    deadline = time.monotonic() + 60
    while termios.tcgetattr(terminal)[3] & termios.ICANON:
        assert time.monotonic() < deadline, "the command never asked for a key"
        time.sleep(0.02)
    os.write(terminal, key)


def _until(terminal: int, wanted: str) -> str:
    """What the terminal shows up to this text."""
    seen = ""
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, f"{wanted!r} never came: {seen}"
        seen += os.read(terminal, 65536).decode(errors="replace")
    return seen


def test_a_row_that_a_user_calls_bad_is_looked_at_first(golden: Golden, two_versions: list[str], tmp_path: Path) -> None:
    assert golden("activate", "1.0.0").status == 0
    row_id = first_testset().rows[30].row_id
    given = golden("feedback", row_id, "--verdict", "bad", "--note", "outdated")
    assert given.status == 0, given.err
    target = tmp_path / "queue.csv"
    assert golden("review", "1.0.0", "--export", target).status == 0
    with target.open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    assert first["row_id"] == row_id
    assert "outdated" in first["doubts"]
