"""Files as they are found in the wild, and files that are damaged."""

import hashlib
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from golden_assets.adapters.exchange import files, json_files, parquet_files, read_file
from golden_assets.adapters.exchange.rows import MAX_TEXT
from golden_assets.adapters.frames import read_frame
from golden_assets.domain.core.errors import FileError, TestsetError
from golden_assets.domain.testsets.testset import Testset

NEW = {
    "user_input": "Who measures the probes?",
    "reference": "Nobody “yet”.",
    "reference_contexts": ["one", "two"],
    "synthesizer_name": "multi_hop_specific_query_synthesizer",
    "persona_name": "Auditor",
    "topic": {"tags": ["a", 1, 0.5, True]},
}
OLD = {"question": "Why?", "ground_truth": "Because.", "contexts": ["c"], "evolution_type": "simple", "episode_done": True}
Written = Callable[[str, str | bytes], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a file of this name and content."""

    def write(name: str, content: str | bytes) -> Path:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / name

    return write


def told(testset: Testset) -> list[str]:
    return [f"{failure.subject}: {failure.reason}" for failure in testset.failures]


SHAPES = {
    "array": json.dumps([NEW, OLD]),
    "pretty array": json.dumps([NEW, OLD], indent=2),
    "lines": f"{json.dumps(NEW)}\n{json.dumps(OLD)}\n",
    "lines with blank ones": f"\n{json.dumps(NEW)}\r\n\r\n{json.dumps(OLD)}",
    "concatenated": json.dumps(NEW) + json.dumps(OLD),
    "concatenated and pretty": json.dumps(NEW, indent=4) + "\n" + json.dumps(OLD, indent=4),
    "concatenated with commas": f"{json.dumps(NEW)},\n{json.dumps(OLD)},\n",
    "byte order mark": "\ufeff" + json.dumps([NEW, OLD], ensure_ascii=False),
    "arrays one after the other": json.dumps([NEW]) + json.dumps([OLD]),
    "table": json.dumps({"schema": {"fields": []}, "data": [NEW, OLD]}),
    "index": json.dumps({"0": NEW, "1": OLD}),
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
def test_every_shape_of_json_gives_the_same_rows(written: Written, content: str):
    read = read_file(written("golden_testset.json", content))
    new, old = read.testset.rows
    assert (new.user_input, new.reference, [c.text for c in new.contexts]) == ("Who measures the probes?", "Nobody “yet”.", ["one", "two"])
    assert (new.question_type, new.synthesizer_name) == ("multi_hop_specific", "multi_hop_specific_query_synthesizer")
    assert (new.persona_name, new.extra) == ("Auditor", {"topic": {"tags": ["a", 1, 0.5, True]}})
    assert (old.user_input, old.reference, [c.text for c in old.contexts]) == ("Why?", "Because.", ["c"])
    assert (old.question_type, old.synthesizer_name, old.extra) == ("single_hop_specific", "simple", {"episode_done": True})
    assert (read.row_count, read.testset.failures) == (2, ())


@pytest.mark.parametrize("orient", ["columns", "index", "split", "records", "table"])
def test_what_pandas_writes_as_json_is_read_in_every_orientation(written: Written, orient: str):
    frame = pd.DataFrame([NEW, {**NEW, "user_input": "And the second?", "persona_name": None}])
    rows = read_file(written("frame.json", frame.to_json(orient=orient))).testset.rows
    assert [(row.user_input, row.persona_name) for row in rows] == [(NEW["user_input"], "Auditor"), ("And the second?", None)]


def test_columns_of_lists_and_a_single_row_are_told_apart(written: Written):
    columns = {name: [value, value] for name, value in OLD.items()} | {"question": ["a?", "b?"]}
    assert [row.user_input for row in read_file(written("list.json", json.dumps(columns))).testset.rows] == ["a?", "b?"]
    assert [row.user_input for row in read_file(written("one.json", json.dumps(OLD))).testset.rows] == ["Why?"]
    strange = OLD | {"columns": ["x"], "data": [[1]]}
    assert read_file(written("strange.json", json.dumps(strange))).testset.rows[0].extra["data"] == [[1]]


def test_a_file_gives_the_rows_that_its_frame_gives(written: Written):
    """So that a migration by the manager and one by the command are the same version."""
    for records in ([NEW, NEW | {"user_input": "b", "score": None}], [OLD, OLD | {"question": "b", "ground_truth": "c"}]):
        read = read_file(written("same.json", json.dumps(records)))
        assert read.testset.testset_hash == read_frame(pd.DataFrame(records), {}).testset_hash


def test_the_source_is_kept_by_name_and_hash(written: Written):
    path = written("golden_testset.json", json.dumps([NEW, OLD, OLD]))
    assert read_file(path).metadata == {
        "source": "import",
        "source_file": "golden_testset.json",
        "source_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "source_format": "json",
        "source_rows": 3,
        "rows_left_out": 1,
    }


CELLS = {
    '["a, b", "c"]': ["a, b", "c"],
    "['a', \"it's\"]": ["a", "it's"],
    "['a'\n 'b']": ["a", "b"],
    "('a', 'b')": ["a", "b"],
    "[]": [],
    "": [],
    "plain text": ["plain text"],
    "[1] a footnote": ["[1] a footnote"],
    "(in brackets)": ["(in brackets)"],
}


@pytest.mark.parametrize(("cell", "texts"), CELLS.items(), ids=CELLS)
def test_contexts_in_a_cell_are_read_as_json_as_python_or_as_numpy_prints_them(written: Written, cell: str, texts: list[str]):
    table = pd.DataFrame({"question": ["q"], "ground_truth": ["a"], "contexts": [cell]})
    row = read_file(written("t.csv", table.to_csv(index=False))).testset.rows[0]
    assert [context.text for context in row.contexts] == texts
    assert all((c.document_id, c.start, c.end) == ("unknown", 0, len(c.text)) for c in row.contexts)


BAD_CELLS = [
    "[1, 2]",
    "['a', __import__('os')]",
    "['a' + 'b']",
    "[f'{1}']",
    "[b'a']",
    "[['a']]",
    "['\\ud8']",
    "['a'], ['b']",
    "[" * 5000 + "]",
]


@pytest.mark.parametrize("cell", [*BAD_CELLS, "['" + "a" * 2**20 + "']"], ids=lambda cell: cell[:20])
def test_a_list_that_is_none_is_not_guessed_at(written: Written, cell: str):
    table = pd.DataFrame({"question": ["q", "p"], "ground_truth": ["a", "b"], "contexts": [cell, "c"]})
    testset = read_file(written("t.csv", table.to_csv(index=False))).testset
    assert told(testset) == ["line 2: reference_contexts looks like a list of texts, but is none"]
    assert [row.user_input for row in testset.rows] == ["p"]


@pytest.mark.parametrize(
    ("old", "reference"),
    [
        ({"ground_truth": ["one"]}, "one"),
        ({"ground_truths": ["one", "two"]}, "one\ntwo"),
        ({"ground_truth": "['one', 'two']"}, "one\ntwo"),
        ({"ground_truth": "[1, 2]"}, "[1, 2]"),
        ({"ground_truth": None, "ground_truths": ["late"]}, "late"),
    ],
)
def test_the_ground_truths_of_older_releases_become_one_reference(written: Written, old: dict, reference: str):
    assert read_file(written("t.json", json.dumps([{"question": "q"} | old]))).testset.rows[0].reference == reference


def test_a_reference_of_today_is_taken_to_the_letter(written: Written):
    record = {"user_input": '["q"]', "reference": '["a"]', "reference_contexts": ['["c"]']}
    row = read_file(written("t.json", json.dumps([record]))).testset.rows[0]
    assert (row.user_input, row.reference, row.contexts[0].text) == ('["q"]', '["a"]', '["c"]')


def test_old_and_new_names_may_be_mixed_in_a_file_and_in_a_row(written: Written):
    both = {"question": "old?", "user_input": "new?", "reference": "a", "ground_truth": "b"}
    gap = {"question": "only old?", "user_input": None, "reference": None, "ground_truth": "c"}
    rows = read_file(written("t.jsonl", "\n".join(map(json.dumps, [both, gap])))).testset.rows
    assert [(row.user_input, row.reference, row.extra) for row in rows] == [
        ("new?", "a", {"question": "old?", "ground_truth": "b"}),
        ("only old?", "c", {}),
    ]


def test_csv_keeps_unknown_columns_and_every_kind_of_line_end(written: Written):
    text = 'user_input,reference,=cmd,note\r\n"a\r\nb","c\nd",=1+1,\n"e\rf",+g,@h,i\n\n'
    rows = read_file(written("t.csv", text)).testset.rows
    assert [(r.user_input, r.reference, r.extra) for r in rows] == [
        ("a\r\nb", "c\nd", {"=cmd": "=1+1"}),
        ("e\rf", "+g", {"=cmd": "@h", "note": "i"}),
    ]


def test_row_numbers_of_pandas_are_no_data(written: Written):
    frame = pd.DataFrame([NEW, NEW | {"user_input": "b"}]).drop(columns="topic")
    csv = read_file(written("t.csv", frame.to_csv())).testset
    frame.iloc[[1, 0]].to_parquet(written("t.parquet", b""))
    parquet = read_file(written("t.csv", frame.to_csv()).with_name("t.parquet")).testset
    assert {row.row_hash for row in csv.rows} == {row.row_hash for row in parquet.rows}
    assert [row.extra for row in csv.rows + parquet.rows] == [{}] * 4


def test_parquet_keeps_types_and_dates(written: Written, tmp_path: Path):
    when = pd.Timestamp("2026-01-02T03:04:05")
    pd.DataFrame([NEW | {"when": when, "score": 0.5, "seed": 7, "topic": {"tags": ["a"]}}]).to_parquet(tmp_path / "t.pq")
    row = read_file(tmp_path / "t.pq").testset.rows[0]
    assert row.extra["when"] == "2026-01-02T03:04:05"
    assert (row.extra["score"], row.seed, [c.text for c in row.contexts]) == (0.5, 7, ["one", "two"])
    assert row.user_input == NEW["user_input"]


@pytest.mark.parametrize(("name", "content"), [("a", json.dumps([OLD])), ("b", json.dumps(OLD)), ("c.txt", "question,ground_truth\nq,a\n")])
def test_a_file_without_a_telling_name_is_recognised_by_its_content(written: Written, tmp_path: Path, name: str, content: str):
    assert len(read_file(written(name, content)).testset.rows) == 1
    pd.DataFrame([OLD]).to_parquet(tmp_path / "frame")
    assert read_file(tmp_path / "frame").format == "parquet"
    assert read_file(written("list.csv", json.dumps([OLD])), "json").format == "json"


BAD_ROWS = [
    ({"reference": "a"}, "user_input is missing"),
    ({"user_input": "q", "reference": float("nan")}, "reference is missing"),
    ({"user_input": "q", "reference": []}, "reference is missing"),
    ({"user_input": " \n", "reference": "a"}, "user_input is blank"),
    ({"user_input": "q", "reference": ""}, "reference is blank"),
    ({"user_input": [{"content": "hi", "type": "human"}], "reference": "a"}, "user_input is a list, not a text"),
    ({"user_input": "q", "reference": "a", "reference_contexts": {"a": 1}}, "reference_contexts is an object, not a list of texts"),
    ({"user_input": "q", "reference": "a", "reference_contexts": ["c", None]}, "reference_contexts[1] is null, not a text"),
    ({"user_input": "q", "reference": "nan"}, "reference is 'nan', which means that it is missing"),
    ({"user_input": "<NA>", "reference": "a"}, "user_input is '<NA>', which means that it is missing"),
    ({"user_input": "q\x00", "reference": "a"}, "user_input holds a NUL byte"),
    ({"user_input": "q", "reference": "\ud800"}, "reference holds a lone surrogate"),
    ({"user_input": "q", "reference": "a", "reference_contexts": ["\udfff"]}, "contexts[0].text holds a lone surrogate"),
    ({"user_input": "q", "reference": "a", "seed": "x"}, "seed is 'x', not a whole number"),
    ({"user_input": "q", "reference": "a", "seed": 10**20}, "a whole number is beyond 2**53, which JSON does not hold exactly"),
    ({"user_input": "q", "reference": "a", "context_sources": [{"text": "c"}]}, "context_sources is not a list of sources"),
    ({"user_input": "q", "reference": "a", "context_sources": "nowhere"}, "context_sources is not a list of sources"),
    ({"user_input": "q", "reference": "a", "topic": "x", "extra": {"topic": "y"}}, "topic is given twice, as a field and in extra"),
    ({"user_input": "q" * 10_000_000, "reference": "a"}, f"user_input has 10,000,000 characters, more than {MAX_TEXT:,}"),
    ({"user_input": "q", "reference": "a", "reference_contexts": ["c" * (MAX_TEXT + 1)]}, "reference_contexts[0] has 1,000,001 characters"),
    ("just text", "it is a text, not an object"),
    (None, "it is null, not an object"),
]


def a_file_of(row: object, monkeypatch: pytest.MonkeyPatch) -> str:
    import sys

    digits = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return json.dumps([OLD, row, NEW])
    finally:
        sys.set_int_max_str_digits(digits)


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS, ids=[reason[:40] for _, reason in BAD_ROWS])
def test_a_row_that_cannot_be_taken_is_explained_and_the_rest_is_taken(written: Written, monkeypatch, row: object, reason: str):
    read = read_file(written("t.json", a_file_of(row, monkeypatch)))
    (failure,) = read.testset.failures
    assert failure.subject == "row 2"
    assert failure.reason.startswith(reason)
    assert failure.remedy
    assert [taken.user_input for taken in read.testset.rows] == ["Why?", NEW["user_input"]]


LOSSES = [
    ({"k\x00": 1}, "a key of extra holds a NUL byte: the field is left out"),
    ({"score": float("inf")}, "extra.score is inf: the field is left out"),
    ({"scores": [float("nan")]}, "extra.scores[0] is nan: the field is left out"),
    ({"id": 10**4400}, "extra.id is inf: the field is left out"),
]


@pytest.mark.parametrize(("field", "note"), LOSSES, ids=[note[:20] for _, note in LOSSES])
def test_a_kept_field_that_cannot_be_stored_costs_no_more_than_itself(written: Written, monkeypatch, field: dict, note: str):
    read = read_file(written("t.json", a_file_of({"user_input": "q", "reference": "a", "topic": "x"} | field, monkeypatch)))
    assert (read.testset.rows[1].extra, read.testset.failures) == ({"topic": "x"}, ())
    assert [said.replace("\N{REPLACEMENT CHARACTER}", "") for said in read.notes] == [f"row 2: {note}"]


def test_a_long_whole_number_in_a_kept_field_is_kept_as_text(written: Written):
    record = {"user_input": "q", "reference": "a", "id": 2**60}
    assert read_file(written("t.json", json.dumps([record]))).testset.rows[0].extra == {"id": str(2**60)}


def test_deep_nesting_is_a_fault_of_its_field_or_of_the_file(written: Written):
    row = json.dumps(OLD | {"deep": 0}).replace('"deep": 0', '"deep": ' + "[" * 60 + "]" * 60)
    read = read_file(written("t.json", f"[{row},{json.dumps(NEW)}]"))
    assert read.notes == ("row 1: deep is nested more than 50 levels deep: the field is left out",)
    assert read.testset.rows[0].extra == {"episode_done": True}
    with pytest.raises(TestsetError, match=r"t\.json is nested too deeply"):
        read_file(written("t.json", row.replace("[" * 60, "[" * 60_000)))


def test_equal_rows_are_taken_once(written: Written):
    testset = read_file(written("t.jsonl", "\n".join(map(json.dumps, [NEW, OLD, NEW, OLD])))).testset
    assert told(testset) == ["line 3: it repeats line 1", "line 4: it repeats line 2"]
    assert len(testset.rows) == 2


def test_a_broken_line_among_others_is_passed_over(written: Written):
    lines = [json.dumps(NEW), json.dumps(OLD)[:-5], json.dumps(OLD)]
    testset = read_file(written("t.jsonl", "\n".join(lines))).testset
    assert len(testset.rows) == 2
    (reason,) = told(testset)
    assert reason.startswith("line 2: it is not valid JSON (")


def test_objects_in_any_layout_are_named_by_the_line_in_which_they_begin(written: Written):
    content = f'{json.dumps(NEW, indent=1)}\n\n{{"user_input": "q"}} {{"user_input": "r"}}\n7\n'
    places = [failure.subject for failure in read_file(written("t.json", content)).testset.failures]
    begin = json.dumps(NEW, indent=1).count("\n") + 3
    assert places == [f"line {begin}", f"line {begin}", f"line {begin + 1}"]


def test_records_without_lines_of_their_own_are_named_by_their_number(written: Written):
    columns = {"user_input": ["Who?", "Why?"], "reference": ["Ada", None]}
    frame = pd.DataFrame(columns)
    array = written("array.json", frame.to_json(orient="records", indent=1))
    frame.to_parquet(array.with_name("t.parquet"))
    for file in (array, written("frame.json", json.dumps(columns)), array.with_name("t.parquet")):
        read = read_file(file)
        assert (read.places, told(read.testset)) == (("row 1",), ["row 2: reference is missing"])


def test_csv_rows_of_another_length_are_left_out(written: Written):
    testset = read_file(written("t.csv", "question,ground_truth\nq,a,b\nq\nq,a\n,a\n")).testset
    assert told(testset) == [
        "line 2: it has 3 cells, the header 2",
        "line 3: it has 1 cells, the header 2",
        "line 5: user_input is missing",
    ]
    assert len(testset.rows) == 1


BAD_FILES = [
    ("t.json", "", r"t\.json is empty"),
    ("t.json", " \n\t", r"t\.json is empty"),
    ("t.json", "[]", r"t\.json holds no rows"),
    ("t.json", "\ufeff", r"t\.json holds no rows"),
    ("t.json", "42", r"t\.json holds a number, no rows: give a list of objects"),
    ("t.json", '"text"', r"t\.json holds a text, no rows"),
    ("t.json", "null", r"t\.json holds null, no rows"),
    ("t.json", "[1, 2]", r"none of the 2 rows in t\.json can be taken \(row 1: it is a number, not an object\)"),
    ("t.json", '[\n{"question": "q",', r"not valid JSON \(.* at line 2, column 1[78]\): correct it; copy it again if it was cut off"),
    ("t.json", json.dumps(OLD) + "\n" + json.dumps(NEW)[:40], r"not valid JSON \(Unterminated string at line 2, column"),
    ("t.json", "{'question': 'q'}", r"not valid JSON \(Expecting property name enclosed in double quotes at line 1, column 2\)"),
    (
        "t.json",
        '[{"ask": "q", "say": "a"}]',
        r"no field user_input \(or question\) and no field reference \(or ground_truth\), but 'ask', 'say': name the columns: --question",
    ),
    (
        "t.csv",
        "question,contexts\nq,c\n",
        r"t\.csv has no field reference \(or ground_truth\), but 'question', 'contexts': name the columns: --question COLUMN",
    ),
    ("t.csv", "question|ground_truth\nq|a\n", r"but 'question\|ground_truth'"),
    ("t.jsonl", '{"_id": "1", "text": "Who pays?", "metadata": {}}', r"the shape of BEIR, which holds no reference answers"),
    ("t.csv", "question,ground_truth\n", r"t\.csv holds no rows"),
    ("t.csv", 'question,ground_truth\nq,"a', r"t\.csv is not valid CSV \(unexpected end of data in line 2\)"),
    ("t.csv", "question,question,ground_truth\nq,q,a", r"t\.csv has 2 columns named 'question'"),
    ("t.csv", "question,,ground_truth\nq,x,a", r"column 2 of t\.csv has no name"),
    ("t.csv", "question,ground_truth\n,\n", r"none of the 1 rows in t\.csv can be taken|has no field"),
    ("t.json", json.dumps([OLD]).encode("utf-16"), r"t\.json is UTF-16: save it as UTF-8"),
    ("t.json", json.dumps([OLD]).encode("utf-16-le"), r"t\.json is UTF-16"),
    ("t.json", json.dumps([OLD]).encode("utf-16-be"), r"t\.json is UTF-16"),
    ("t.json", json.dumps([OLD]).encode("utf-32"), r"t\.json is UTF-32"),
    (
        "t.csv",
        "question,ground_truth\nWo?,München\n".encode("cp1252"),
        r"not UTF-8 \(byte 0xFC in line 2, perhaps Windows-1252 or Latin-1\)",
    ),
    ("t.csv", b"PK\x03\x04....", r"t\.csv is a ZIP archive or an Excel workbook"),
    ("t.json", b"\x1f\x8b....", r"t\.json is a gzip archive"),
    ("t.json", pickle.dumps([OLD]), r"t\.json is not UTF-8|is UTF-16"),
    ("t.parquet", b"PAR1 and no more", r"t\.parquet is not a readable Parquet file"),
    ("t.parquet", json.dumps([OLD]), r"t\.parquet is not a readable Parquet file"),
]


@pytest.mark.parametrize(("name", "content", "fault"), BAD_FILES, ids=[f"{fault[:40]}" for _, _, fault in BAD_FILES])
def test_a_damaged_file_is_refused_by_what_is_wrong_with_it(written: Written, name: str, content: str | bytes, fault: str):
    with pytest.raises(TestsetError, match=fault) as refused:
        read_file(written(name, content))
    assert "\n" not in str(refused.value)


def test_many_broken_records_are_no_json_at_all(written: Written):
    with pytest.raises(TestsetError, match="not valid JSON"):
        read_file(written("t.json", '{"a"\n' * (json_files._MAX_BROKEN + 2) + json.dumps(OLD)))


def test_a_file_beyond_the_limit_is_refused(written: Written, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 2**20)
    with pytest.raises(FileError, match=r"t\.json is larger than 1 MiB: split it"):
        read_file(written("t.json", json.dumps([OLD | {"x": "x" * 2**20}])))


def test_a_table_that_unfolds_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pd.DataFrame([OLD | {"question": f"{number}" + "x" * 2**20} for number in range(3)]).to_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr(parquet_files, "_MAX_TABLE_BYTES", 2**20)
    with pytest.raises(TestsetError, match="holds more than 1 MiB of values"):
        read_file(tmp_path / "t.parquet")


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(FileError, match=r"nowhere\.json cannot be read \(No such file or directory\)"):
        read_file(tmp_path / "nowhere.json")
    with pytest.raises(FileError, match=r"cannot be read \(Is a directory\)"):
        read_file(tmp_path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("stated", [False, True])
def test_columns_may_be_separated_as_spreadsheets_do(written: Written, separator: str, stated: bool):
    text = f'question{separator}ground_truth\r\n"a; b, c\td"{separator}e\r\nq\r\n'
    testset = read_file(written("t.csv", f"sep={separator}\r\n{text}" if stated else text)).testset
    assert [(row.user_input, row.reference) for row in testset.rows] == [("a; b, c\td", "e")]
    (failure,) = testset.failures
    assert (failure.subject, failure.remedy.split()[-4:-3]) == (
        f"line {4 if stated else 3}",
        [{",": "comma", ";": "semicolon", "\t": "tab"}[separator]],
    )
