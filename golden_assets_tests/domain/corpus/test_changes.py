import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.corpus.changes import compare_corpora, similarity
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets_tests.factories import a_corpus, a_document, a_sentence

TEN = a_corpus(count=10)


def kinds(old: Corpus, new: Corpus) -> dict[str, str]:
    return {change.document_id: change.kind for change in compare_corpora(old, new).documents}


def with_text(corpus: Corpus, position: int, text: str) -> Corpus:
    documents = list(corpus.documents)
    documents[position] = Document.of(documents[position].document_id, text)
    return Corpus(source="tests", documents=tuple(documents))


def test_an_unchanged_corpus_has_no_changes() -> None:
    change = compare_corpora(TEN, a_corpus(count=10))
    assert (change.documents, change.share) == ((), 0.0)


def test_each_kind_of_change_is_told_apart() -> None:
    old = a_corpus(*(a_document(name, a_sentence(n)) for n, name in enumerate(["a", "b", "c", "d"])))
    new = a_corpus(
        a_document("a", a_sentence(0)),
        a_document("b", a_sentence(9)),
        a_document("c", a_sentence(2), {"owner": "x"}),
        a_document("e", "New."),
    )
    assert kinds(old, new) == {"b": "content", "c": "metadata", "d": "removed", "e": "added"}


def test_changed_metadata_is_no_share_of_the_content() -> None:
    old, new = a_corpus(a_document("a")), a_corpus(a_document("a", metadata={"x": 1}))
    assert compare_corpora(old, new).share == 0


def test_a_small_edit_is_a_small_change_of_its_document_and_a_smaller_one_of_the_corpus() -> None:
    text = TEN.documents[3].text
    change = compare_corpora(TEN, with_text(TEN, 3, text.replace("unit 25 ", "unit 1025 ")))
    (document,) = change.documents
    assert 0.8 < document.similarity < 1
    assert 0 < change.share < (1 - document.similarity) / 5


def test_a_rewritten_document_is_like_nothing() -> None:
    (document,) = compare_corpora(TEN, with_text(TEN, 0, " ".join(a_sentence(n) for n in range(500, 508)))).documents
    assert document.similarity < 0.1


def test_blanks_and_marks_change_no_share() -> None:
    change = compare_corpora(TEN, with_text(TEN, 0, "# " + TEN.documents[0].text.replace(". ", ".\n\n")))
    assert [(document.kind, document.similarity) for document in change.documents] == [("content", 1.0)]
    assert change.share == 0


def test_a_renamed_document_is_removed_and_added_but_no_share_changed() -> None:
    new = Corpus(source="tests", documents=(Document.of("z.md", TEN.documents[0].text), *TEN.documents[1:]))
    assert kinds(TEN, new) == {"doc-00.md": "removed", "z.md": "added"}
    assert compare_corpora(TEN, new).share == 0


@pytest.mark.parametrize(("first", "second", "expected"), [("", "", 1.0), ("a b", "a b", 1.0), ("a b", "", 0.0), ("a b", "a c", 0.0)])
def test_short_texts_are_compared_as_a_whole(first: str, second: str, expected: float) -> None:
    assert similarity(first, second) == expected


@given(st.lists(st.integers(0, 30), max_size=12), st.lists(st.integers(0, 30), max_size=12))
def test_similarity_is_symmetric_and_between_none_and_all(first: list[int], second: list[int]) -> None:
    one, two = (" ".join(map(a_sentence, numbers)) for numbers in (first, second))
    assert similarity(one, two) == similarity(two, one)
    assert 0 <= similarity(one, two) <= 1
    assert similarity(one, one) == 1


def test_a_corpus_replaced_as_a_whole_has_changed_as_a_whole() -> None:
    other = a_corpus(*(a_document(d.document_id, f"{d.document_id} holds nothing of what it held") for d in TEN.documents))
    assert compare_corpora(TEN, other).share == 1
    assert compare_corpora(Corpus(source="tests", documents=()), TEN).share == 1
