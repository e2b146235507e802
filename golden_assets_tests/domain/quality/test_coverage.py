"""Which documents count as covered, and of how many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.quality.coverage import measure_coverage, usable_documents
from golden_assets_tests.factories import a_context, a_corpus, a_document, a_row, rows_on

FIVE = a_corpus(count=5)


def rows_citing(*names: str):
    return [a_row(contexts=(a_context(FIVE.by_id[f"doc-0{name}.md"]),)) for name in names]


def test_every_document_cited_is_full_coverage():
    measured = measure_coverage(rows_on(FIVE, 10), FIVE, 30)
    assert (measured.share, measured.achievable_share, measured.uncovered) == (1.0, 1.0, ())
    assert measured.largest_share == pytest.approx(0.2)


def test_fewer_rows_than_documents_can_only_cover_as_many_as_there_are_rows():
    measured = measure_coverage(rows_citing("0", "3"), FIVE, 30)
    assert measured.share == pytest.approx(0.4)
    assert measured.achievable_share == 1.0
    assert measured.uncovered == ("doc-01.md", "doc-02.md", "doc-04.md")


def test_rows_that_crowd_on_one_document_cover_little():
    measured = measure_coverage(rows_citing("2", "2", "2", "0"), FIVE, 30)
    assert measured.achievable_share == pytest.approx(0.5)
    assert measured.largest_share == pytest.approx(0.75)


def test_the_spread_of_rows_counts_documents_that_no_row_cites():
    assert measure_coverage(rows_citing("0", "1", "2", "3", "4"), FIVE, 30).gini == 0
    assert measure_coverage(rows_citing("2", "2", "2"), FIVE, 30).gini == pytest.approx(0.8)


def test_long_documents_weigh_more_in_the_share_of_words():
    short = a_document("short.md", " ".join(["word"] * 20))
    corpus = a_corpus(FIVE.documents[0], short)
    words = FIVE.documents[0].word_count
    assert measure_coverage(rows_citing("0"), corpus, 30).word_share == pytest.approx(words / (words + 20), abs=1e-6)


def test_rows_on_copies_of_a_document_are_rows_on_one_document():
    copy = a_document("copy.md", FIVE.documents[0].text)
    corpus = a_corpus(FIVE.documents[0], copy, FIVE.documents[1])
    rows = [*rows_citing("0", "1", "1"), a_row(contexts=(a_context(copy),))]
    assert (measure_coverage(rows, corpus, 30).gini, measure_coverage(rows, corpus, 30).word_share) == (0, 1)


def test_a_row_that_cites_a_document_twice_counts_once_for_it():
    row = a_row(contexts=(a_context(), a_context(), a_context(FIVE.documents[1])))
    measured = measure_coverage([row], FIVE, 30)
    assert (measured.cited, measured.largest_share, measured.achievable_share) == (2, 1.0, 1.0)


def test_a_row_that_cites_several_documents_counts_for_each_of_them_in_part():
    both = a_row(contexts=(a_context(FIVE.documents[0]), a_context(FIVE.documents[1])))
    measured = measure_coverage([*rows_citing("0", "0"), both, a_row(contexts=())], FIVE, 30)
    assert (measured.citing, list(measured.parts)) == (3, ["doc-00.md", "doc-01.md"])
    assert measured.parts == {"doc-00.md": pytest.approx(2.5 / 3, abs=1e-6), "doc-01.md": pytest.approx(0.5 / 3, abs=1e-6)}


def test_documents_too_short_to_ask_about_need_no_coverage_but_count_in_the_plain_share():
    corpus = a_corpus(*FIVE.documents[:1], a_document("short.md", "Only these words."))
    measured = measure_coverage(rows_citing("0", "0"), corpus, 30)
    assert (measured.share, measured.achievable_share, measured.uncovered) == (0.5, 1.0, ())


def test_a_short_document_that_is_cited_all_the_same_counts():
    short = a_document("short.md", "Only these words.")
    corpus = a_corpus(*FIVE.documents[:1], short)
    measured = measure_coverage([a_row(contexts=(a_context(short),))] * 2, corpus, 30)
    assert (measured.citable, measured.achievable_share, measured.uncovered) == (2, 0.5, ("doc-00.md",))


def test_citing_a_copy_covers_the_original():
    copy = a_document("z-copy.md", FIVE.documents[0].text + "  \n")
    corpus = a_corpus(FIVE.documents[0], copy)
    measured = measure_coverage([a_row(contexts=(a_context(copy),))], corpus, 30)
    assert (measured.documents, measured.citable, measured.share, measured.uncovered) == (1, 1, 1.0, ())


def test_a_citation_of_an_unknown_document_covers_nothing():
    measured = measure_coverage([a_row(contexts=(a_context(document_id="elsewhere.md"),))], FIVE, 30)
    assert (measured.cited, measured.share, measured.largest_share) == (0, 0.0, 0.0)


@pytest.mark.parametrize(("rows", "corpus"), [([], FIVE), (rows_citing("0"), a_corpus(a_document(text=""))), ([], a_corpus(count=0))])
def test_nothing_to_cite_or_to_cite_with_is_no_coverage(rows, corpus):
    measured = measure_coverage(rows, corpus, 30)
    assert (measured.share, measured.achievable_share, measured.largest_share) == (0.0, 0.0, 0.0)


def test_usable_documents_are_long_enough_and_the_first_of_their_copies():
    long = FIVE.documents[0]
    corpus = a_corpus(
        long, a_document("copy.md", FIVE.documents[1].text), a_document("copy2.md", FIVE.documents[1].text), a_document("short.md", "No.")
    )
    assert [document.document_id for document in usable_documents(corpus, 30)] == ["copy.md", "doc-00.md"]
    assert [document.document_id for document in usable_documents(corpus, 1)] == ["copy.md", "doc-00.md", "short.md"]
    assert usable_documents(corpus, 1000) == ()


@given(st.lists(st.sampled_from("01234"), max_size=12), st.randoms())
def test_coverage_is_a_share_and_does_not_depend_on_the_order_of_rows(names, random):
    rows = rows_citing(*names)
    measured = measure_coverage(rows, FIVE, 30)
    assert 0 <= measured.share <= measured.achievable_share <= 1
    assert measured.cited + len(measured.uncovered) == measured.citable == 5
    assert measure_coverage(random.sample(rows, len(rows)), FIVE, 30) == measured
