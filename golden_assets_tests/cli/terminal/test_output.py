"""What a command writes, to terminals, pipes, files and devices: nothing is cut, nothing crashes, nothing steers the terminal."""

import json
import logging
import os
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from rich.console import Console
from rich.status import Status

from golden_assets.cli.terminal.output import OutputConsole
from golden_assets.cli.terminal.run_progress import TerminalHandler
from golden_assets.cli.terminal.run_summary import print_report
from golden_assets.domain.gates.evaluate import GATES
from golden_assets_tests.cli.conftest import CORPUS, Golden, store
from golden_assets_tests.cli.test_cli_usage import INHERITED
from golden_assets_tests.e2e.conftest import COMMAND
from golden_assets_tests.factories import a_testset, changed, rows_on

ASCII = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "POSIX"}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(two_versions: list[str], database_url: str, tmp_path: Path) -> Run:
    """The installed command in a process of its own; ``to`` is its standard output."""

    def _run(*arguments: str, to: int = subprocess.PIPE, **variables: str) -> subprocess.CompletedProcess[str]:
        home = {"GOLDEN_ASSETS_DATABASE_URL": database_url, "GOLDEN_ASSETS_HOME": str(tmp_path / "home")}
        call = [COMMAND, *arguments]
        return subprocess.run(
            call, stdin=subprocess.DEVNULL, stdout=to, stderr=subprocess.PIPE, text=True, check=False, env=INHERITED | home | variables
        )

    return _run


def recorded(database_url: str) -> list[tuple[str, str | None]]:
    """The commands on record, each with its kind of fault."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        return connection.execute("SELECT name, error FROM golden_assets.golden_operations").fetchall()


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_reader_that_leaves_early_is_no_failure_of_the_command(run: Run, database_url: str, form: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ended = run("compare", "1.0.0", "1.0.1", "--format", form, to=writer)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, "")
    assert recorded(database_url) == []


def test_a_reader_that_leaves_the_progress_of_a_run_does_not_end_the_run() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    console = OutputConsole(stderr=True)
    console.file = os.fdopen(writer, "w")
    console.print("rows: 1 of 20")
    console.print("rows: 2 of 20")
    assert console.quiet
    with pytest.raises(BrokenPipeError):
        console.file.close()


def test_a_full_device_is_named_in_one_line_and_no_failure_of_ours(run: Run, database_url: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = run("export", "1.0.0", to=full.fileno())
        assert run("list-versions", to=full.fileno()).returncode == 1
    assert ended.returncode == 1
    assert ended.stderr == "error: standard output: No space left on device: make room, or write elsewhere.\n"
    assert recorded(database_url) == []


def test_a_terminal_without_unicode_shows_what_it_can_and_json_loses_nothing(run: Run, database_url: str) -> None:
    spanish = changed(rows_on(CORPUS, 60)[-1], user_input="¿Cuántas bombas hay en Zürich?")
    (number,) = store(database_url, a_testset((spanish, *rows_on(CORPUS, 12)), CORPUS))
    shown = run("show", number, **ASCII)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "?Cu?ntas bombas hay en Z?rich?" in shown.stdout
    as_json = json.loads(run("show", number, "--format", "json", **ASCII).stdout)
    assert as_json["rows"][0]["user_input"] == "¿Cuántas bombas hay en Zürich?"


def test_in_a_pipe_nothing_is_cut_or_folded(run: Run) -> None:
    shown = run("show", "1.0.1", COLUMNS="40").stdout.splitlines()
    gates = {gate.name for gate in GATES.values() if gate.stage == "post-generation"}
    assert gates <= {line.split()[0] for line in shown if line.strip()}
    assert [line for line in shown if line != line.rstrip() or "…" in line] == []
    listed = run("list-versions", COLUMNS="20").stdout.splitlines()
    assert [line.split()[:2] for line in listed[:3]] == [["version", "status"], ["1.0.1", "validated"], ["1.0.0", "validated"]]


@pytest.mark.usefixtures("terminal")
def test_on_a_narrow_terminal_names_and_numbers_stay_whole(golden: Golden, two_versions: list[str]) -> None:
    lines = golden("show", "1.0.1").out.splitlines()
    assert "question_types_match_target" in {line.split()[0] for line in lines if line.strip()}


def test_what_a_file_is_called_does_not_steer_the_terminal(golden: Golden, tmp_path: Path) -> None:
    hostile = tmp_path / "\x1b]0;PWNED\x07\n[red].json"
    hostile.write_text("7")
    for arguments in (["import", hostile], ["import", f"{hostile}.gone"], ["export", "1.0.0", "--output", hostile]):
        ended = golden(*arguments)
        assert ended.status in (1, 2)
        assert ended.err.startswith("error: ")
        assert ended.err.count("\n") == 1
        assert not {"\x1b", "\x07"} & set(ended.err)


def test_skipped_documents_and_noted_rows_do_not_steer_the_terminal() -> None:
    hostile = "\x1b]0;PWNED\x07\n[red].md"
    records = [SimpleNamespace(data={"document_id": hostile, "reason": "it is empty", "remedy": "write it"})]
    metadata = {
        name: SimpleNamespace(value=value)
        for name, value in {
            "documents": 1,
            "words": 9,
            "skipped": 1,
            "other_files": 0,
            "source": hostile,
            "skipped_table": SimpleNamespace(records=records),
        }.items()
    }
    materialization = SimpleNamespace(asset_key=SimpleNamespace(path=["source_documents"]), metadata=metadata)
    event = SimpleNamespace(step_materialization_data=SimpleNamespace(materialization=materialization))
    result = SimpleNamespace(get_asset_materialization_events=lambda: [event], get_asset_check_evaluations=list)
    out = StringIO()
    print_report(Console(file=out, width=200, force_terminal=True, color_system=None), [result])
    assert "skipped \N{REPLACEMENT CHARACTER}]0;PWNED\N{REPLACEMENT CHARACTER} [red].md: it is empty; write it" in out.getvalue()
    assert not {"\x1b", "\x07"} & set(out.getvalue())


def test_a_warning_of_a_run_does_not_steer_the_terminal() -> None:
    out = StringIO()
    console = Console(file=out, width=200)
    record = logging.LogRecord("dagster", logging.WARNING, "", 0, "", None, None)
    record.dagster_meta = {"step_key": "source_documents", "orig_message": "\x1b]0;PWNED\x07.md is empty"}
    TerminalHandler(console, Status("", console=console)).emit(record)
    assert out.getvalue() == "  \N{REPLACEMENT CHARACTER}]0;PWNED\N{REPLACEMENT CHARACTER}.md is empty\n"


def test_an_error_of_ours_is_one_line_whatever_it_repeats() -> None:
    from golden_assets.domain.core.errors import DocumentError

    assert str(DocumentError("the table t cannot be read (no\nsuch \x1b[31mtable)", "name\nanother")) == (
        "the table t cannot be read (no such \N{REPLACEMENT CHARACTER}[31mtable): name another."
    )
