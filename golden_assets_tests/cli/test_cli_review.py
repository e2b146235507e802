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
from rich.console import Console

from golden_assets.adapters.exchange.review_files import read_decisions, write_queue
from golden_assets.cli.terminal.review_screen import MAX_CONTEXT, passage, row_panel
from golden_assets.domain.review.queue import Doubt, QueueItem, RowDecision
from golden_assets_tests.cli.conftest import CORPUS, Ended, Golden, first_testset, store
from golden_assets_tests.factories import a_context, a_row, changed, rows_on

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
        ("a,b\r\n1,2\r\n", "queue.csv has no column decision and no column row_id"),
        ("row_id,decision,reason\r\nROW,reject,\r\n", "ROW: a rejection needs a reason"),
        ("row_id,decision\r\nROW,maybe\r\n", "ROW: decision: Input should be 'approve', 'edit' or 'reject'"),
        ("row_id,decision\r\nrow-1,approve\r\n", "row-1: the version has no such row"),
        ("row_id,decision,reason\r\nROW,approve,\r\nROW,reject,no\r\n", "ROW: it has two different decisions"),
        ('row_id,contexts,decision\r\nrow-1,"a\nb\nc",\r\nROW,d,maybe\r\n', "ROW: decision"),
        ("row_id,decision\r\nROW\r\n", "row 2 of the table: it has 1 cells, the header 2"),
        (b"\xff\xfe\x00", "queue.csv is UTF-16: save it as UTF-8"),
    ],
)
def test_a_file_that_is_no_queue_is_refused_with_its_row(
    golden: Golden, two_versions: list[str], tmp_path: Path, content: str | bytes, problem: str
) -> None:
    target = tmp_path / "queue.csv"
    row = first_testset().rows[7].row_id
    target.write_bytes(content.replace("ROW", row).encode() if isinstance(content, str) else content)
    ended = golden("review", "1.0.0", "--import", target)
    assert ended.status == 1
    assert problem.replace("ROW", row) in ended.err
    assert golden("review", "1.0.0", "--status", "--format", "json").json["decided"] == 0


def test_every_fault_of_a_file_is_told_at_once_by_row_id(golden: Golden, two_versions: list[str], tmp_path: Path) -> None:
    first, second, third = (row.row_id for row in first_testset().rows[:3])
    target = tmp_path / "queue.csv"
    target.write_text(f"row_id,decision,reason\n{first},reject,\n{second},approve,\n{third},perhaps,\nrow-x,approve,\n")
    ended = golden("review", "1.0.0", "--import", target)
    told = ended.err.splitlines()
    assert [line.partition(":")[0] for line in told] == [first, third, "row-x", "error"]
    assert told[-1].startswith("error: 3 faults in queue.csv, and no decision was taken from it: correct what is named above")
    assert golden("review", "1.0.0", "--status", "--format", "json").json["decided"] == 0


@pytest.mark.parametrize(("separator", "first_line"), [(";", ""), ("\t", ""), (";", "sep=;\r\n")])
def test_a_file_that_a_spreadsheet_saved_with_another_separator_is_taken(
    golden: Golden, two_versions: list[str], tmp_path: Path, separator: str, first_line: str
) -> None:
    target = tmp_path / "queue.csv"
    lines = list(csv.DictReader(io.StringIO(golden("review", "1.0.0", "--export", "-").out.removeprefix("\ufeff"), newline="")))
    lines[5] |= {"decision": "edit", "new_reference": "One; two,\tthree.\nFour."}
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(first_line)
        writer = csv.DictWriter(file, list(lines[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows(lines)
    ended = golden("review", "1.0.0", "--import", target)
    assert ended.out.startswith("took 1 decision of queue.csv"), ended.err
    again = list(csv.DictReader(io.StringIO(golden("review", "1.0.0", "--export", "-").out.removeprefix("\ufeff"), newline="")))
    assert {line["row_id"]: line["new_reference"] for line in again}[lines[5]["row_id"]] == "One; two,\tthree.\nFour."


def test_decisions_come_in_through_a_pipe(golden: Golden, two_versions: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    content = f"row_id,decision\n{first_testset().rows[0].row_id},approve\n".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert golden("review", "1.0.0", "--import", "-").out.startswith("took 1 decision of standard input")


def test_a_text_that_looks_like_a_formula_is_inert_in_a_spreadsheet_and_comes_back_as_it_was(tmp_path: Path) -> None:
    formula = '=HYPERLINK("x")?'
    row = a_row(user_input=formula, question_type="=cmd|'/c calc'!A1")
    decision = RowDecision(row_id=row.row_id, decision="edit", reviewer="@Ada", reason="-1", user_input="+1?", reference="'quoted'")
    rendered = write_queue([QueueItem(row=row, decision=decision)]).decode("utf-8-sig")
    (cells,) = csv.DictReader(io.StringIO(rendered, newline=""))
    assert [name for name, cell in cells.items() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert cells["user_input"] == f"'{formula}"
    (tmp_path / "queue.csv").write_text(rendered, newline="")
    assert read_decisions(tmp_path / "queue.csv", None, [row.row_id]) == ((decision,), ())


def test_finishing_needs_a_decision_and_ways_exclude_each_other(golden: Golden, two_versions: list[str]) -> None:
    assert "has no decisions yet" in golden("review", "1.0.0", "--finish").err
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


def long_row() -> QueueItem:
    """A row whose evidence stands far behind in its passage, which holds tags, a list and a control character."""
    evidence = "The pump starts at 7."
    text = "<div class='x'>\n- first\n- \x1b[31msecond\n\n" + "Lamps are green. " * 200 + evidence + " Lamps are red." * 5
    row = a_row(reference=evidence, contexts=(a_context().model_copy(update={"text": text}),))
    return QueueItem(row=row, doubt=Doubt(certainty=0.2, reasons=("leakage: another\n\npassage",)))


def rendered(part: object) -> str:
    """What a terminal of 100 columns shows, without colours."""
    out = io.StringIO()
    Console(file=out, width=100, color_system=None).print(part)
    return out.getvalue()


def test_a_long_passage_is_cut_around_the_evidence_and_shown_whole_on_request() -> None:
    item = long_row()
    cut, whole = rendered(row_panel(item, 0, 1)), rendered(row_panel(item, 0, 1, whole=True))
    assert "The pump starts at 7." in cut
    assert "characters not shown: [m] shows all" in cut
    assert len(cut) < 2 * MAX_CONTEXT
    assert "- first" not in cut
    assert "not shown" not in whole
    assert "│ - first" in whole
    assert "│ - \N{REPLACEMENT CHARACTER}[31msecond" in whole


def test_the_evidence_is_picked_out_and_tags_step_back() -> None:
    item = long_row()
    marked = passage(item.row.contexts[0], item.row.reference, whole=True)
    styles = {marked.plain[span.start : span.end]: span.style for span in marked.spans}
    assert styles == {"The pump starts at 7.": "green", "<div class='x'>": "dim"}


def test_a_key_shows_the_whole_passage_and_the_next_row_is_cut_again(typed, golden: Golden, database_url: str) -> None:
    rows = [
        changed(row, contexts=(long_row().row.contexts[0],), reference=f"The pump starts at 7. No {n}.")
        for n, row in enumerate(rows_on(CORPUS, 2))
    ]
    store(database_url, changed(first_testset(), rows=tuple(rows)), judged=False)
    shown = typed("m\nm\nm\nn\nq\n", "review", "1.0.0").out
    assert ["not shown" in panel for panel in shown.split("[q] leave")[:-1]] == [True, False, True, False, True]
