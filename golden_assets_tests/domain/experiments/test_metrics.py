"""Scores without a model, on answers and passages as tasks return them."""

import pytest

from golden_assets.domain.experiments.experiment import Retrieved, TaskAnswer
from golden_assets.domain.experiments.metrics import METRICS, context_recall, exact_match, hit_rate, normalise_answer, token_f1
from golden_assets_tests.factories import a_context, a_corpus, a_document, a_row

CORPUS = a_corpus()
FIRST, SECOND = (a_context(CORPUS.documents[0], f"{text}.") for text in CORPUS.documents[0].text.removesuffix(".").split(". ")[:2])
ROW = a_row(contexts=(FIRST, SECOND))


def found(*passages: Retrieved) -> float:
    return context_recall(passages, ROW)


@pytest.mark.parametrize(
    ("answer", "reference", "same"),
    [("The pump.", "pump", 1), ("40 bar", "40 BAR!", 1), ("a  cat", "cat", 1), ("pumps", "pump", 0), ("", "pump", 0), ("", "", 1)],
)
def test_an_exact_match_overlooks_case_punctuation_and_articles(answer: str, reference: str, same: float):
    assert exact_match(answer, reference) == same


@pytest.mark.parametrize(
    ("answer", "reference", "score"),
    [("it runs at 40 bar", "40 bar", 4 / 7), ("40 bar", "40 bar", 1), ("", "40 bar", 0), ("the", "a", 1), ("bar bar", "bar", 2 / 3)],
)
def test_token_f1_weighs_words_that_are_missing_and_words_too_many(answer: str, reference: str, score: float):
    assert token_f1(answer, reference) == pytest.approx(score)


def test_answers_are_normalised_as_for_squad():
    assert normalise_answer("The  Pump's\nvalve, an-other one!") == "pumps valve another one"


def test_recall_is_the_share_of_cited_passages_that_were_retrieved():
    assert found() == 0
    assert found(Retrieved(text=FIRST.text)) == 0.5
    assert found(Retrieved(text="Something else entirely that nobody asked for."), Retrieved(text=SECOND.text)) == 0.5
    assert found(Retrieved(text=CORPUS.documents[0].text)) == 1
    assert hit_rate([Retrieved(text=FIRST.text)], ROW) == 1
    assert hit_rate([], ROW) == 0


def test_a_passage_that_a_retriever_cut_elsewhere_counts_when_half_of_it_is_there():
    words = FIRST.text.split()
    assert len(words) > 9
    assert found(Retrieved(text=" ".join(words[2:]))) == 0.5
    assert found(Retrieved(text=" ".join(words[:5]))) == 0
    assert found(Retrieved(text=" ".join(words[:7])), Retrieved(text=" ".join(words[3:]))) == 0.5


def test_a_small_passage_from_within_a_long_cited_one_counts_and_a_fragment_does_not():
    text = "Pumps are checked. " * 3 + " ".join(f"word{i}" for i in range(60))
    long = a_row(contexts=(a_context(a_document(text=text), text),))
    assert context_recall([Retrieved(text=" ".join(f"word{i}" for i in range(20, 30)))], long) == 1
    assert context_recall([Retrieved(text=" ".join(f"word{i}" for i in range(20, 29)))], long) == 0
    assert context_recall([Retrieved(text=" ".join(f"word{i}" for i in range(20, 30)) + " elsewhere")], long) == 0


def test_a_passage_of_few_words_is_found_within_a_longer_one():
    short = a_row(contexts=(a_context(CORPUS.documents[0], "cools unit"),)) if "cools unit" in CORPUS.documents[0].text else None
    assert short is not None
    assert context_recall([Retrieved(text=CORPUS.documents[0].text)], short) == 1
    assert context_recall([Retrieved(text="unit cools nothing at all today")], short) == 0


def test_a_document_id_without_text_stands_for_the_whole_document():
    assert found(Retrieved(document_id=CORPUS.documents[0].document_id)) == 1
    assert found(Retrieved(document_id=CORPUS.documents[1].document_id)) == 0
    assert found(Retrieved(document_id=CORPUS.documents[0].document_id, text="Something else.")) == 0


def test_retrieval_is_not_scored_when_the_task_says_nothing_of_it_or_the_row_cites_nothing():
    recall = METRICS["context_recall"].score
    assert recall(TaskAnswer(answer="x"), ROW) is None
    assert recall(TaskAnswer(answer="x", retrieved=()), ROW) == 0
    assert recall(TaskAnswer(answer="x", retrieved=()), a_row(contexts=())) is None
