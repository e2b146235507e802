"""Files of human-written rows: what is taken from them, and that nothing is left out in silence."""

import json
from pathlib import Path

import pytest

from golden_assets.adapters.exchange.seed_rows import read_seed_rows
from golden_assets.domain.errors import FileError, TestsetError

GOOD = {"user_input": "Who fills the tank?", "reference": "The pump fills it.", "reference_contexts": ["The pump fills the tank."]}
TWO = {"question": "What is joined?", "ground_truth": "Two things.", "contexts": ["One thing.", "Another thing."]}


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
        TWO | {"question": f"Question {n}?", "question_type": name} for n, name in enumerate(["multi_hop_abstract", "reasoning", "simple"])
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
        ([GOOD, GOOD], r"s\.jsonl, line 2: it repeats row 1"),
        (
            [GOOD, '{"user_input": "cut of', GOOD | {"user_input": "Then?"}],
            r"s\.jsonl, line 2: the object that begins in line 2 is no valid",
        ),
        (["no json at all"], r"s\.jsonl is no valid JSON .*line 1, column 1"),
        ([GOOD | {"question_type": "multi_hop_specific"}], r"row 1 of s\.jsonl is multi_hop_specific and cites 1 passages"),
        ([GOOD | {"question_type": "bogus"}], r"row 1 of s\.jsonl is of the unknown type 'bogus'.*single_hop_specific"),
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


def test_a_file_that_is_not_there_or_empty_is_an_error(tmp_path: Path):
    with pytest.raises(FileError, match="cannot be read"):
        read_seed_rows(tmp_path / "none.jsonl")
    with pytest.raises(TestsetError, match="is empty"):
        read_seed_rows(write(tmp_path / "s.jsonl", ""))
