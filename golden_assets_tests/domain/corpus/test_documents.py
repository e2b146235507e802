"""What identifies a document and a corpus, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from golden_assets.domain.corpus.documents import Corpus, Document, SkippedDocument, normalise
from golden_assets_tests.factories import a_corpus, a_document, changed


def test_normalising_folds_line_ends_trailing_blanks_and_blank_lines_at_the_ends():
    assert normalise("\n\n a \t\r\nb  \rc\n\n") == " a\nb\nc"
    assert normalise("") == normalise(" \n\t\n") == ""


def test_composed_and_decomposed_letters_are_the_same_content():
    assert normalise("Du\u0308se") == normalise("D\u00fcse")


def test_blank_lines_inside_a_text_are_content():
    assert normalise("a\n\nb") != normalise("a\nb")


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


def test_line_ends_become_newlines_in_the_text_itself():
    assert Document.of("a", "one\r\ntwo\rthree\n").text == "one\ntwo\nthree\n"


def test_an_editors_trailing_blanks_do_not_make_another_document():
    one, other = a_document(text="Stop.\nGo."), a_document(text="Stop.  \r\nGo.\n\n")
    assert one.content_hash == other.content_hash
    assert one.content_hash != a_document(text="Stop.\nGo!").content_hash


def test_metadata_has_a_hash_of_its_own():
    plain, tagged = a_document(), a_document(metadata={"author": "ada", "year": 2026})
    assert plain.content_hash == tagged.content_hash
    assert plain.metadata_hash != tagged.metadata_hash
    assert tagged.metadata_hash == a_document(metadata={"year": 2026, "author": "ada"}).metadata_hash


def test_words_are_separated_by_any_blanks():
    assert a_document(text=" one\ttwo\n\nthree ").word_count == 3
    assert a_document(text="").word_count == 0


@given(st.permutations(range(4)))
def test_the_corpus_hash_does_not_depend_on_order(order):
    documents = a_corpus().documents
    assert Corpus(source="x", documents=tuple(documents[i] for i in order)).corpus_hash == a_corpus().corpus_hash


def test_the_corpus_hash_depends_on_ids_and_content_only():
    base = a_corpus(a_document("a", "A."), a_document("b", "B."))
    assert a_corpus(a_document("a", "A. \n", {"tag": 1}), a_document("b", "B."), source="elsewhere").corpus_hash == base.corpus_hash
    assert a_corpus(a_document("a", "A."), a_document("c", "B.")).corpus_hash != base.corpus_hash
    assert a_corpus(a_document("a", "B."), a_document("b", "A.")).corpus_hash != base.corpus_hash


def test_the_snapshot_hash_tells_readings_apart_that_the_corpus_hash_does_not():
    skipped = SkippedDocument(document_id="c.bin", reason="not text", remedy="convert it")
    readings = [
        a_corpus(a_document("a", "A.")),
        a_corpus(a_document("a", "A. ")),
        a_corpus(a_document("a", "A.", {"tag": 1})),
        a_corpus(a_document("a", "A."), source="elsewhere"),
        changed(a_corpus(a_document("a", "A.")), skipped=(skipped,)),
    ]
    assert len({reading.corpus_hash for reading in readings}) == 1
    assert len({reading.snapshot_hash for reading in readings}) == len(readings)


def test_a_corpus_finds_its_documents_by_id():
    corpus = a_corpus()
    assert corpus.by_id["doc-02.md"] is corpus.documents[2]


def test_documents_are_frozen_and_refuse_unknown_fields():
    with pytest.raises(ValidationError, match="frozen"):
        a_document().text = "other"
    with pytest.raises(ValidationError, match="title"):
        Document(**a_document().model_dump(), title="x")


def test_a_corpus_survives_json():
    corpus = a_corpus()
    assert Corpus.model_validate_json(corpus.model_dump_json()).snapshot_hash == corpus.snapshot_hash
