"""Files of human-written rows: what is taken from them, and that nothing is left out in silence."""

import json
from pathlib import Path

import pandas as pd
import pytest

from golden_assets.adapters.exchange import seed_rows
from golden_assets.domain.core.errors import FileError, TestsetError
from golden_assets.domain.testsets.testset import TestsetRow

GOOD = {"user_input": "Who fills the tank?", "reference": "The pump fills it.", "reference_contexts": ["The pump fills the tank."]}
TWO = {"question": "What is joined?", "ground_truth": "Two things.", "contexts": ["One thing.", "Another thing."]}


def read_seed_rows(path: Path, max_question_similarity: float = 90) -> tuple[TestsetRow, ...]:
    return seed_rows.read_seed_rows(path, max_question_similarity)


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(f"{record if isinstance(record, str) else json.dumps(record)}\n" for record in records))
    return path


def test_rows_are_marked_as_human_whatever_the_file_says(tmp_path: Path):
    generated = GOOD | {
        "synthesizer_name": "x",
        "model": "gpt",
        "seed": 3,
        "call_ids": ["c"],
        "run_id": "r",
        "persona_name": "Ada",
        "topic": "y",
    }
    one, two = read_seed_rows(write(tmp_path / "s.jsonl", generated, TWO))
    assert (one.synthesizer_name, one.model, one.seed, one.call_ids, one.run_id) == ("human", "human", None, (), None)
    assert (one.persona_name, one.extra) == ("Ada", {"topic": "y"})
    assert one.is_human
    assert (one.question_type, two.question_type) == ("single_hop_specific", "multi_hop_specific")


def test_a_question_type_may_be_named_as_today_or_as_before(tmp_path: Path):
    named = [
        TWO | {"question": question, "question_type": name}
        for question, name in {"Why?": "multi_hop_abstract", "Since when?": "reasoning", "By whom, then?": "simple"}.items()
    ]
    types = [row.question_type for row in read_seed_rows(write(tmp_path / "s.jsonl", *named))]
    assert types == ["multi_hop_abstract", "multi_hop_abstract", "single_hop_specific"]


def test_a_row_without_passages_is_taken(tmp_path: Path):
    (row,) = read_seed_rows(write(tmp_path / "s.jsonl", {"user_input": "Why at all?", "reference": "Because."}))
    assert row.contexts == ()


def test_a_table_is_as_good(tmp_path: Path):
    file = tmp_path / "s.csv"
    file.write_text('user_input,reference,reference_contexts\n"Who?","Ada, of course","[""One."", ""Two.""]"\n')
    (row,) = read_seed_rows(file)
    assert [context.text for context in row.contexts] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ([GOOD, "", {"user_input": "No answer?"}], r"s\.jsonl, line 3: reference is missing"),
        ([GOOD, {"user_input": "  ", "reference": "a"}], r"s\.jsonl, line 2: user_input is blank"),
        ([GOOD, "", GOOD], r"s\.jsonl, line 3: it repeats line 1"),
        (
            [GOOD, '{"user_input": "cut of', GOOD | {"user_input": "Then?"}],
            r"s\.jsonl, line 2: it is not valid JSON",
        ),
        (["no json at all"], r"s\.jsonl is not valid JSON .*line 1, column 1"),
        (["", GOOD | {"question_type": "multi_hop_specific"}], r"s\.jsonl, line 2: it is multi_hop_specific and cites 1 passages"),
        ([TWO, "", GOOD | {"question_type": "bogus"}], r"s\.jsonl, line 3: the question type 'bogus' is unknown.*single_hop_specific"),
        (
            ["", {"user_input": "No answer?", "reference": None}],
            r"none of the 1 rows in s\.jsonl can be taken \(line 2: reference is missing",
        ),
        ([{"a": 1}], r"s\.jsonl has no field user_input"),
    ],
)
def test_one_bad_line_refuses_the_file_and_is_named(tmp_path: Path, lines: list[object], named: str):
    with pytest.raises(TestsetError, match=named):
        read_seed_rows(write(tmp_path / "s.jsonl", *lines))


def test_the_line_of_a_table_is_where_its_row_begins(tmp_path: Path):
    file = tmp_path / "s.csv"
    file.write_text('user_input,reference\n"Who\nor\nwhat?",Ada\n\nNobody?,\n')
    with pytest.raises(TestsetError, match=r"s\.csv, line 6: reference is missing"):
        read_seed_rows(file)


def test_a_row_of_a_json_array_or_of_parquet_is_named_by_its_number(tmp_path: Path):
    bad = GOOD | {"user_input": "What else?", "question_type": "bogus"}
    (tmp_path / "s.json").write_text(json.dumps([GOOD, bad], indent=1))
    pd.DataFrame([GOOD, bad]).to_parquet(tmp_path / "s.parquet")
    for name in ("s.json", "s.parquet"):
        with pytest.raises(TestsetError, match=f"{name}, row 2: the question type 'bogus' is unknown"):
            read_seed_rows(tmp_path / name)


@pytest.mark.parametrize("other", ["who fills the tank", "Who fills the tanks?"])
def test_two_rows_that_ask_the_same_are_refused_with_the_lines_of_both(tmp_path: Path, other: str):
    file = write(tmp_path / "s.jsonl", GOOD, "", TWO, GOOD | {"user_input": other, "reference": "Another answer."})
    with pytest.raises(
        TestsetError, match=r"s\.jsonl: line 1 and line 4 ask the same .*90 or more.*questions_are_unique.*word one"
    ) as refused:
        read_seed_rows(file)
    assert "line 3" not in str(refused.value)


def test_lines_of_a_table_with_line_breaks_in_its_cells_are_told_of_rows_that_ask_the_same(tmp_path: Path):
    file = tmp_path / "s.csv"
    file.write_text('user_input,reference\n"Who fills\nthe tank?","The\npump."\nWho empties it?,Ada\nwho fills the tank,Ada\n')
    with pytest.raises(TestsetError, match=r"s\.csv: line 2 and line 6 ask the same"):
        read_seed_rows(file)


def test_what_is_the_same_question_follows_the_limit_of_the_gate(tmp_path: Path):
    file = write(tmp_path / "s.jsonl", GOOD, GOOD | {"user_input": "Who fills the tanks?"})
    assert len(read_seed_rows(file, 99)) == 2
    with pytest.raises(TestsetError, match="98 or more of 100"):
        read_seed_rows(write(tmp_path / "s.jsonl", GOOD, GOOD | {"user_input": "Who fills the tank"}), 98)
    assert len(read_seed_rows(write(tmp_path / "s.jsonl", GOOD, TWO), 90)) == 2
    assert len(read_seed_rows(file, 40)) == 2, "they give other answers"
    reworded = write(tmp_path / "s.jsonl", GOOD, GOOD | {"user_input": "Who is it that fills a tank?"})
    assert len(read_seed_rows(reworded, 90)) == 2
    with pytest.raises(TestsetError, match="line 1 and line 2"):
        read_seed_rows(reworded, 60)


def test_a_file_that_is_not_there_or_empty_is_an_error(tmp_path: Path):
    with pytest.raises(FileError, match="cannot be read"):
        read_seed_rows(tmp_path / "none.jsonl")
    with pytest.raises(TestsetError, match="is empty"):
        read_seed_rows(write(tmp_path / "s.jsonl", ""))
