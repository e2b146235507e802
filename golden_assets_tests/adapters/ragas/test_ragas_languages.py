"""Documents in another language than questions are asked in: named before anything is generated, left out where others remain."""

import pytest

from golden_assets.adapters.ragas.planning.chunked_corpus import chunk_corpus, in_language
from golden_assets.adapters.reference_data import detect_languages
from golden_assets.domain.core.errors import GenerationError
from golden_assets.domain.corpus.documents import Corpus, Document

GERMAN = (
    "Die Pumpe startet, wenn der Tank weniger als zehn Liter Wasser enthält. Sie bleibt stehen, sobald neunzig Liter erreicht sind. " * 8
)
ENGLISH = "The pump starts when the tank holds less than ten litres of water. It stops again as soon as ninety litres are reached. " * 8


def corpus(**texts: str) -> Corpus:
    documents = tuple(Document.of(f"{name}.md", f"# {name.title()}\n\n{text}") for name, text in texts.items())
    return Corpus(source="folder", documents=documents)


def test_a_corpus_in_another_language_is_refused_by_its_shares_with_the_way_out() -> None:
    chunked = chunk_corpus(corpus(pumpe=GERMAN, tank=GERMAN + "Der Tank fasst hundert Liter."), 0)
    with pytest.raises(
        GenerationError, match=r"no passage of the documents is in English.*\(100% German\): set the language to german"
    ) as caught:
        in_language(chunked, "english", detect_languages)
    assert "prose" not in str(caught.value)
    assert in_language(chunked, "german", detect_languages).chunks == chunked.chunks


def test_documents_in_another_language_are_left_out_of_a_mixed_folder_and_counted() -> None:
    chunked = in_language(chunk_corpus(corpus(pumpe=GERMAN, pump=ENGLISH), 0), "english", detect_languages)
    assert list(chunked.chunks) == ["pump.md"]
    (failure,) = chunked.failures
    assert (failure.subject, failure.reason) == ("passages in German", "1 passage left out, for questions are asked in English")
    assert "language: german" in failure.remedy


def test_a_language_that_is_not_known_leaves_everything_in() -> None:
    chunked = chunk_corpus(corpus(pumpe=GERMAN, pump=ENGLISH), 0)
    assert in_language(chunked, "klingon", detect_languages) == chunked
