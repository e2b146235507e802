"""The critics' bench on rows that people wrote: it reads the usual formats, and spoils rows as it says."""

import json
import random
from pathlib import Path

import pytest

from bench.human_rows import Others, answer_of_another_question, number_of_the_passage, read_rows, unanswerable_rows
from tools.human_critics import main

MILL = "The mill on the Lomma was built in 1871. Its owner Karin Dahl sold it to the town in 1903."
ASKED = [("When was the mill on the Lomma built?", "1871"), ("Who sold the mill on the Lomma in 1903?", "Karin Dahl")]
QUESTIONS = [
    {"id": str(n), "question": question, "answers": [{"text": answer, "answer_start": MILL.index(answer)}]}
    for n, (question, answer) in enumerate(ASKED)
]
NEVER = {"id": "x", "question": "Who burnt the mill?", "is_impossible": True, "answers": [], "plausible_answers": QUESTIONS[1]["answers"]}
HOPS = {
    "question": "In which country is the town that bought the mill?",
    "answer": "Norway",
    "supporting_facts": [["Mill", 0], ["Town", 1]],
    "context": [["Mill", ["The town of Enebakk bought the mill.", " It is red."]], ["Town", ["Enebakk is old.", " It is in Norway."]]],
}


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    path = tmp_path / "mill.json"
    content = {"data": [{"title": "Mill", "paragraphs": [{"context": MILL, "qas": [*QUESTIONS, NEVER]}]}]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_squad_gives_rows_with_the_sentence_or_the_short_answer_as_reference(squad: Path) -> None:
    assert [row.reference for row in read_rows(squad, "short")] == ["1871", "Karin Dahl"]
    assert read_rows(squad, "sentence")[0].reference == "The mill on the Lomma was built in 1871."
    assert [row.user_input for row in unanswerable_rows(squad, "short")] == ["Who burnt the mill?"]


def test_hotpot_gives_multi_hop_rows_on_the_articles_that_support_them(tmp_path: Path) -> None:
    path = tmp_path / "hops.json"
    path.write_text(json.dumps([HOPS]), encoding="utf-8")
    (row,) = read_rows(path, "sentence")
    assert (row.question_type, row.document_ids) == ("multi_hop_specific", ("Mill", "Town"))
    assert row.reference == "The town of Enebakk bought the mill. It is in Norway."


def test_a_spoilt_row_has_the_answer_of_the_other_question_or_another_number_of_the_passage(squad: Path) -> None:
    rows = read_rows(squad, "sentence")
    others = Others(rows, random.Random(1))  # noqa: S311 - the same in every run
    assert answer_of_another_question(rows[0], others).reference == rows[1].reference
    assert number_of_the_passage(rows[0], others).reference == "The mill on the Lomma was built in 1903."


def test_the_tables_say_what_is_rejected_and_abstained_on_with_intervals(
    squad: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["human_critics", str(squad)])
    main()
    printed = capsys.readouterr().out
    assert "| sound rows | 2 | 0% (0% to 66%) | 0% (0% to 66%) |  |" in printed
    assert "| number made up | 2 | 100% (34% to 100%) | 0% (0% to 66%) | answer_is_supported 2 |" in printed
