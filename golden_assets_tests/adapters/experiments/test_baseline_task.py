"""The task that ships, on documents of a few sentences and on the sample corpus."""

import pytest

from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.experiments.baseline_task import PASSAGES, BaselineTask
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets_tests.factories import a_corpus, a_document, a_row

CORPUS = Corpus(
    source="tests",
    documents=(
        Document.of(
            "oven.md", "# Oven\n\nThe oven bakes bread at 240 degrees every single morning. It is cleaned on Fridays by the baker."
        ),
        Document.of("pump.md", "# Pump\n\nThe pump runs at 40 bar while the valve is open. Its filter is changed once a year by a fitter."),
    ),
)


async def test_the_answer_is_the_sentence_nearest_to_the_question_and_its_passage_is_named():
    answer = await BaselineTask(CORPUS).answer(a_row(user_input="At how many bar does the pump run while the valve is open?"))
    assert answer.answer == "The pump runs at 40 bar while the valve is open."
    assert answer.retrieved is not None
    assert answer.retrieved[0].document_id == "pump.md"
    assert "filter" in answer.retrieved[0].text


@pytest.mark.parametrize("question", ["Qui dort dîne?", "What is the?", ""])
async def test_a_question_without_a_known_word_gets_no_answer(question: str):
    answer = await BaselineTask(CORPUS).answer(a_row(user_input=question))
    assert (answer.answer, answer.retrieved) == ("", ())


def test_documents_without_prose_are_refused():
    with pytest.raises(ExperimentError, match="no prose"):
        BaselineTask(a_corpus(a_document("code.md", "```\nx = 1\n```\n")))


def test_the_fingerprint_follows_the_documents():
    assert BaselineTask(CORPUS).fingerprint == BaselineTask(CORPUS).fingerprint != BaselineTask(a_corpus()).fingerprint


async def test_on_the_sample_corpus_it_retrieves_no_more_passages_than_it_says():
    task = BaselineTask(FolderSource(sample_corpus_folder()).read())
    answer = await task.answer(a_row(user_input="How does a recipe tell the Climate Planner how a cheese ripens?"))
    assert answer.retrieved is not None
    assert len(answer.retrieved) == PASSAGES
    assert answer.retrieved[0].document_id == "recipes.md"
