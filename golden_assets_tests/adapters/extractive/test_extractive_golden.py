"""A list of statements with the questions they gave when a person read and accepted them: changed rules show here."""

from pathlib import Path

import pytest

from golden_assets.adapters.extractive.facts import fact_of

LINES = (Path(__file__).parent / "golden.tsv").read_text(encoding="utf-8").splitlines()
ACCEPTED = [tuple(line.split("\t")) for line in LINES]


@pytest.mark.parametrize(("sentence", "question"), ACCEPTED, ids=[question for _, question in ACCEPTED])
def test_an_accepted_question_is_still_asked(sentence, question):
    fact = fact_of(sentence)

    assert fact is not None
    assert fact.question == question


def test_the_accepted_questions_are_many_and_varied():
    openings = [question.split()[0] for _, question in ACCEPTED]

    assert len(ACCEPTED) >= 150
    assert max(openings.count(opening) for opening in set(openings)) <= len(openings) * 0.4
