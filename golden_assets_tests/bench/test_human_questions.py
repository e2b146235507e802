"""The benchmarks that take files of questions that people wrote."""

import json
from pathlib import Path

import pytest

from bench import duplicates, standing


def test_pairs_are_counted_by_kind_with_what_words_and_vectors_find(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "pairs.csv"
    file.write_text(
        "id,question_1,question_2,similar\n"
        "1,How old was Peyton Manning in Super Bowl 50?,What age was Peyton Manning in Super Bowl 50?,1\n"
        "2,Who fills the tank of the pump?,who fills the tank of the pump,1.0\n"
        "3,How old was Peyton Manning in Super Bowl 50?,Who leads the field team?,0\n"
    )
    found = duplicates.measure(duplicates.read_pairs(file))
    assert found["the same question"].by_either == (2, 2)
    assert found["the same question"].by_words.n == 2
    assert found["different questions"].by_either == (0, 1)
    duplicates.main([str(file)])
    assert "| the same question | 2 |" in capsys.readouterr().out


def test_questions_are_counted_by_their_labels_and_abstentions_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "questions.csv"
    file.write_text(
        "question,stands_alone\nWhat does this document say?,0\nWho was he?,0\nWhat is a pump made of?,1\nWas sagt dieses Dokument?,0\n"
    )
    counts = standing.measure(standing.read_questions(file))
    assert counts == {"rejected, does not stand alone": (2, 2), "rejected, stands alone": (0, 1), "abstained": (1, 4)}
    squad = tmp_path / "squad.json"
    asked = {"question": "What does this document say?", "answers": [{"text": "x"}]}
    squad.write_text(json.dumps({"data": [{"paragraphs": [{"qas": [asked, asked | {"answers": []}]}]}]}))
    standing.main([str(squad)])
    shown = capsys.readouterr().out
    assert "| rejected, not labelled | 1 | 1: 100.0% (20.7% to 100.0%) |" in shown
    assert "the question points at 'this document'" in shown
