"""Rows that stand elsewhere: what is noted of them, and what is read back."""

import pytest

from golden_assets.domain.core.errors import IntegrityError
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.freshness import classify_rows
from golden_assets.domain.testsets.provenance import places_of, relocate, stands_elsewhere
from golden_assets.domain.testsets.row_checks import context_is_verbatim
from golden_assets_tests.factories import a_corpus, a_testset

CORPUS = a_corpus()
MOVED = Corpus(source="tests", documents=tuple(Document.of(f"x-{d.document_id}", f"A new start.\n\n{d.text}") for d in CORPUS.documents))
STORED = a_testset(corpus=CORPUS, size=8)
FOUND = STORED.model_copy(update={"rows": tuple(item.row for item in classify_rows(STORED.rows, MOVED)), "corpus_hash": MOVED.corpus_hash})


def test_rows_that_moved_stand_elsewhere_and_are_the_same_rows():
    assert FOUND.testset_hash == STORED.testset_hash
    assert stands_elsewhere(STORED, FOUND)
    assert not stands_elsewhere(FOUND, FOUND.model_copy(update={"duration_seconds": 9.0}))


def test_another_corpus_is_another_place_even_where_every_document_that_is_cited_is_the_same():
    assert stands_elsewhere(STORED, STORED.model_copy(update={"corpus_hash": "c" * 64}))


def test_a_testset_that_is_relocated_cites_the_new_corpus_verbatim():
    there = relocate(STORED, MOVED.corpus_hash, places_of(FOUND.rows))
    assert there == FOUND
    assert all(context_is_verbatim(context, MOVED) for row in there.rows for context in row.contexts)


@pytest.mark.parametrize("places", [[], places_of(STORED.rows)[:-1], [[], *places_of(STORED.rows)[1:]]])
def test_places_that_do_not_fit_the_rows_are_refused(places):
    with pytest.raises(IntegrityError, match="do not fit testset"):
        relocate(STORED, MOVED.corpus_hash, places)
