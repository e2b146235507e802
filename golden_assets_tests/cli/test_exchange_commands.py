"""`import` and `export` as users call them: on a database, and once as the installed command on a fresh home."""

import asyncio
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from golden_assets.adapters.exchange import read_file
from golden_assets.manager import GoldenTestsetManager, TestsetVersion

RECORDS = [
    {"user_input": "Who measures?", "reference": "Nobody.", "reference_contexts": ["c1"], "synthesizer_name": "x", "topic": "probes"},
    {"question": "Why?", "ground_truth": ["Because."], "contexts": "['c2']", "evolution_type": "simple", "episode_done": True},
]
SHAPES = {
    "array.json": json.dumps(RECORDS),
    "lines.json": "\n".join(map(json.dumps, RECORDS)),
    "concatenated.json": "".join(json.dumps(record, indent=2) for record in RECORDS),
}
Golden = Callable[..., Any]
Asked = Callable[[Callable[[GoldenTestsetManager], Coroutine[Any, Any, Any]]], Any]


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    """The old testset file: one row of today's, one of older columns."""
    path = tmp_path / "golden_testset.json"
    path.write_text(SHAPES["array.json"])
    return path


@pytest.fixture
def asked(database_url: str) -> Asked:
    """Ask the registry behind the command."""

    def ask(question: Callable[[GoldenTestsetManager], Coroutine[Any, Any, Any]]) -> Any:
        async def talk() -> Any:
            async with GoldenTestsetManager(database_url, testset_name="golden") as manager:
                return await question(manager)

        return asyncio.run(talk())

    return ask


def version_0_1_0(asked: Asked) -> TestsetVersion:
    return asked(lambda manager: manager.get_version("0.1.0"))


def test_a_legacy_file_becomes_0_1_0_and_importing_it_again_changes_nothing(golden: Golden, asked: Asked, legacy: Path):
    first = golden("import", legacy)
    assert (first.status, first.err) == (0, "")
    assert first.out == "imported 2 of 2 rows of golden_testset.json as version 0.1.0 of golden (draft)\n"
    version = version_0_1_0(asked)
    assert version.metadata == {
        "source": "import",
        "source_file": "golden_testset.json",
        "source_sha256": hashlib.sha256(legacy.read_bytes()).hexdigest(),
        "source_format": "json",
        "source_rows": 2,
        "rows_left_out": 0,
    }
    assert [row.extra for row in version.stored.testset.rows] == [{"topic": "probes"}, {"episode_done": True}]
    again = golden("import", legacy)
    assert again.out == "no new version: 2 rows of golden_testset.json, stored already as version 0.1.0 of golden (draft)\n"
    assert version_0_1_0(asked).stored == version.stored
    assert len(asked(GoldenTestsetManager.list_versions)) == 1


def test_the_same_rows_in_another_shape_or_format_are_the_same_version(golden: Golden, asked: Asked, legacy: Path, tmp_path: Path):
    golden("import", legacy)
    for name, content in SHAPES.items():
        (tmp_path / name).write_text(content)
        assert "no new version" in golden("import", tmp_path / name).out
    for form in ("json", "jsonl", "csv", "parquet"):
        assert golden("export", "0.1.0", "--format", form, "--output", tmp_path / f"out.{form}").status == 0
        assert "no new version" in golden("import", tmp_path / f"out.{form}").out
    assert [summary.version for summary in asked(GoldenTestsetManager.list_versions)] == ["0.1.0"]


def test_an_exported_version_is_the_same_in_another_testset(golden: Golden, asked: Asked, legacy: Path, tmp_path: Path):
    golden("import", legacy, "--version", "1.4.2")
    golden("export", "1.4.2", "--output", tmp_path / "out.jsonl")
    copied = golden("import", tmp_path / "out.jsonl", "--testset", "copy", "--version", "2.0.0")
    assert copied.out.endswith("as version 2.0.0 of copy (draft)\n")
    original = asked(lambda manager: manager.get_version("1.4.2"))
    assert read_file(tmp_path / "out.jsonl").testset.testset_hash == original.testset_hash


def test_promoting_makes_the_import_the_active_version(golden: Golden, asked: Asked, legacy: Path):
    assert "version 0.1.0 of golden (active)" in golden("import", legacy, "--promote").out
    assert asked(GoldenTestsetManager.get_active_version).version == "0.1.0"
    assert golden("import", legacy, "--promote").status == 0
    lines = golden("export", "active").out.strip().split("\n")
    assert [json.loads(line)["user_input"] for line in lines] == ["Who measures?", "Why?"]


def test_what_is_advised_for_another_testset_acts_on_that_one(
    golden: Golden, legacy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    told = golden("import", legacy, "--testset", "other", "--promote").err
    assert told.endswith("publish it when Phoenix runs: GOLDEN_ASSETS_TESTSET_NAME=other golden-assets publish 0.1.0\n")
    (tmp_path / "file.yaml").write_text("testsets:\n  named: {}\n")
    monkeypatch.setenv("GOLDEN_ASSETS_CONFIG", str(tmp_path / "file.yaml"))
    told = golden("import", legacy, "--testset", "named", "--promote").err
    assert told.endswith("golden-assets --testset named publish 0.1.0\n")


def test_rows_that_cannot_be_taken_are_named_and_the_rest_is_imported(golden: Golden, asked: Asked, tmp_path: Path):
    bad = [{"user_input": "no answer"}, RECORDS[0], 7]
    (tmp_path / "t.json").write_text(json.dumps([*RECORDS, *bad]))
    ended = golden("import", tmp_path / "t.json")
    assert ended.err.splitlines() == [
        "row 3 is left out: reference is missing (fill it in or leave the row out)",
        "row 4 is left out: it repeats row 1 (leave it out)",
        "row 5 is left out: it is a number, not an object (give an object with user_input and reference)",
    ]
    assert (ended.status, ended.out) == (0, "imported 2 of 5 rows of t.json as version 0.1.0 of golden (draft)\n")
    version = version_0_1_0(asked)
    assert version.metadata["rows_left_out"] == 3
    assert [failure.subject for failure in version.stored.testset.failures] == ["row 3", "row 4", "row 5"]


def test_strict_imports_nothing_when_a_row_cannot_be_taken(golden: Golden, asked: Asked, tmp_path: Path):
    (tmp_path / "t.json").write_text(json.dumps([*RECORDS, {"user_input": "no answer"}]))
    ended = golden("import", tmp_path / "t.json", "--strict")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.splitlines()[-1].startswith("error: 1 of 3 rows in t.json cannot be taken, and nothing was imported: correct them")
    assert asked(GoldenTestsetManager.list_versions) == []
    (tmp_path / "t.json").write_text(json.dumps(RECORDS))
    assert golden("import", tmp_path / "t.json", "--strict").status == 0


def test_a_number_that_is_taken_or_wrong_is_refused(golden: Golden, asked: Asked, legacy: Path, tmp_path: Path):
    golden("import", legacy)
    (tmp_path / "other.json").write_text(json.dumps(RECORDS[:1]))
    taken = golden("import", tmp_path / "other.json", "--version", "0.1.0")
    assert (taken.status, taken.err) == (1, "error: version 0.1.0 of golden holds other rows: choose a number that is free.\n")
    elsewhere = golden("import", legacy, "--version", "0.2.0")
    assert (elsewhere.status, elsewhere.err) == (1, "error: these rows are stored already as version 0.1.0: use that version.\n")
    assert golden("import", tmp_path / "other.json", "--version", "v2").err.startswith("error: 'v2' is not a version number")
    assert len(asked(GoldenTestsetManager.list_versions)) == 1


def test_the_second_file_gets_the_next_number_also_after_the_first_failed(golden: Golden, asked: Asked, tmp_path: Path):
    repeated = [{"question": "Why?", "ground_truth": answer} for answer in ("a", "b")]
    (tmp_path / "t.json").write_text(json.dumps(repeated))
    assert golden("import", tmp_path / "t.json", "--promote").status == 1
    (tmp_path / "t.json").write_text(json.dumps(RECORDS))
    corrected = golden("import", tmp_path / "t.json", "--promote")
    assert corrected.status == 0
    (second, first) = asked(GoldenTestsetManager.list_versions)
    assert (first.version, first.status, second.status) == ("0.1.0", "failed", "active")
    assert f"as version {second.version} of golden (active)" in corrected.out
    assert golden("import", tmp_path / "t.json").out.startswith("no new version")


def test_an_exported_version_comes_in_through_a_pipe(golden: Golden, asked: Asked, legacy: Path, monkeypatch: pytest.MonkeyPatch):
    golden("import", legacy)
    exported = golden("export", "0.1.0").out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(exported.encode())))
    piped = golden("import", "-", "--testset", "copy")
    assert (piped.status, piped.out) == (0, "imported 2 of 2 rows of standard input as version 0.1.0 of copy (draft)\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert golden("import", "-").err == "error: standard input is empty: name a file that holds rows.\n"


def test_columns_are_named_on_the_command_line_and_told(golden: Golden, asked: Asked, tmp_path: Path):
    (tmp_path / "t.json").write_text(json.dumps([{"a": {"ask": "Why?"}, "say": "Because.", "seen": ["c"]}]))
    assert "name the columns: --question COLUMN --answer COLUMN" in golden("import", tmp_path / "t.json").err
    ended = golden("import", tmp_path / "t.json", "--question", "a.ask", "--answer", "say", "--contexts", "seen")
    assert ended.err == "read as the columns that you named: question from a.ask, answer from say, contexts from seen\n"
    (row,) = version_0_1_0(asked).stored.testset.rows
    assert (row.user_input, row.reference, [context.text for context in row.contexts], row.extra) == ("Why?", "Because.", ["c"], {})


def test_a_lost_field_is_named(golden: Golden, tmp_path: Path):
    (tmp_path / "t.json").write_text('[{"question": "Why?", "ground_truth": "Because.", "score": Infinity}]')
    ended = golden("import", tmp_path / "t.json")
    assert (ended.status, ended.err) == (0, "row 1: extra.score is inf: the field is left out\n")


def test_rows_without_answers_fail_their_gates_and_say_so(golden: Golden, asked: Asked, tmp_path: Path):
    repeated = [{"question": "Why?", "ground_truth": answer} for answer in ("a", "b")]
    (tmp_path / "t.json").write_text(json.dumps(repeated))
    ended = golden("import", tmp_path / "t.json", "--promote")
    assert ended.status == 1
    assert ended.err.startswith("error: version 0.1.0 failed questions_occur_once (2 rows whose question occurs twice)")
    assert version_0_1_0(asked).status == "failed"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", "error: t.json is empty: name a file that holds rows."),
        ('[{"question": "q"', "error: t.json is not valid JSON (Expecting ',' delimiter at line 1, column 18): correct it; "),
        ("7", "error: t.json holds a number, no rows: give a list of objects, or one object a line."),
        ('[{"\\u001b[31mred": 1}]', "error: t.json has no field user_input (or question) and no field reference"),
    ],
)
def test_a_damaged_file_is_one_line_on_standard_error(golden: Golden, asked: Asked, tmp_path: Path, content: str, error: str):
    (tmp_path / "t.json").write_text(content)
    ended = golden("import", tmp_path / "t.json")
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert ended.err.startswith(error)
    assert "\x1b" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "nowhere.json"),
        ("import", "."),
        ("import", __file__, "--format", "xml"),
        ("import", __file__, "--testset", "no/slash"),
        ("export",),
        ("export", "active", "--format", "xml"),
        ("export", "active", "--format", "hf"),
    ],
)
def test_wrong_usage_ends_with_two(golden: Golden, arguments: tuple[str, ...]):
    ended = golden(*arguments)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)


def test_a_bad_setting_is_not_taken_for_a_bad_name(golden: Golden, legacy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOLDEN_ASSETS_POOL_MIN", "none")
    ended = golden("import", legacy, "--testset", "fine")
    assert ended.status == 2
    assert "GOLDEN_ASSETS_POOL_MIN" in ended.err


def test_every_format_is_written_to_a_file(golden: Golden, legacy: Path, tmp_path: Path):
    golden("import", legacy, "--promote")
    for form in ("jsonl", "json", "csv", "parquet", "ragas", "hf"):
        target = tmp_path / f"out-{form}"
        ended = golden("export", "active", "--format", form, "--output", target)
        assert (ended.status, ended.out) == (0, f"wrote 2 rows of version 0.1.0 to {target}\n")
    assert list(pd.read_csv(tmp_path / "out-csv")["user_input"]) == ["Who measures?", "Why?"]
    assert list(pd.read_parquet(tmp_path / "out-parquet")["reference_contexts"][0]) == ["c1"]
    assert [record["reference"] for record in json.loads((tmp_path / "out-json").read_text())] == ["Nobody.", "Because."]
    assert (tmp_path / "out-hf" / "README.md").exists()


def test_what_is_there_is_overwritten_only_by_force(golden: Golden, legacy: Path, tmp_path: Path):
    golden("import", legacy)
    target = tmp_path / "precious.jsonl"
    target.write_text("precious")
    refused = golden("export", "0.1.0", "--output", target)
    assert (refused.status, refused.err) == (1, f"error: {target} exists: choose another name, or overwrite it with --force.\n")
    assert target.read_text() == "precious"
    assert golden("export", "0.1.0", "--output", target, "--force").status == 0
    assert target.read_text().startswith('{"row_id"')


def test_only_the_rows_go_to_standard_output(golden: Golden, legacy: Path):
    golden("import", legacy)
    ended = golden("export", "0.1.0", "--format", "json", "--output", "-")
    assert len(json.loads(ended.out)) == 2
    assert ended.err == ""


def test_exporting_what_is_not_there_is_refused(golden: Golden, tmp_path: Path):
    nothing = golden("export", "active", "--output", tmp_path / "out")
    assert (nothing.status, nothing.err.count("\n")) == (1, 1)
    assert nothing.err.startswith("error: no version is active")
    assert golden("export", "9.9.9", "--output", tmp_path / "out").status == 1
    assert golden("export", "1.0").err.startswith("error: '1.0' is not a version number")
    assert not (tmp_path / "out").exists()


def test_the_three_legacy_shapes_are_imported_by_the_installed_command_on_a_fresh_home(tmp_path: Path):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GOLDEN_ASSETS_")}
    environment = inherited | {"GOLDEN_ASSETS_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
    program = Path(sys.executable).parent / "golden-assets"

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        call = [str(program), *map(str, arguments)]
        return subprocess.run(call, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)

    try:
        hashes = set()
        for number, (name, content) in enumerate(SHAPES.items()):
            (tmp_path / name).write_text(content)
            ended = run("import", name, "--testset", f"shape-{number}", "--promote")
            assert (ended.returncode, ended.stderr.splitlines()[0]) == (0, "not current in Phoenix: it does not run.")
            assert ended.stdout == f"imported 2 of 2 rows of {name} as version 0.1.0 of shape-{number} (active)\n"
            environment["GOLDEN_ASSETS_TESTSET_NAME"] = f"shape-{number}"
            (tmp_path / "out.jsonl").write_text(run("export", "active").stdout, encoding="utf-8")
            hashes.add(read_file(tmp_path / "out.jsonl").testset.testset_hash)
        assert len(hashes) == 1
    finally:
        run("down")
