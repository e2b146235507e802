"""Rows held against corpora that changed. The documents are those of the factories: sentences without a word in common."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.gates.evaluate import judge_active
from golden_assets.domain.testsets.freshness import classify_rows, measure_freshness
from golden_assets.domain.testsets.row_checks import context_is_verbatim
from golden_assets_tests.factories import a_context, a_corpus, a_document, a_row, a_sentence, rows_on

CORPUS = a_corpus(count=6)
ROWS = rows_on(CORPUS, 24)
FIRST = CORPUS.documents[0]
SENTENCE = a_sentence(2)
ROW = a_row(contexts=(a_context(FIRST, SENTENCE),))


def edited(change: Callable[[str], str], document_id: str = FIRST.document_id) -> Corpus:
    """The corpus with one document's text changed."""
    documents = (Document.of(d.document_id, change(d.text)) if d.document_id == document_id else d for d in CORPUS.documents)
    return Corpus(source="tests", documents=tuple(documents))


def states(corpus: Corpus, *rows) -> list[str]:
    return [found.state for found in classify_rows(rows or ROWS, corpus)]


@given(st.integers(1, 6), st.integers(0, 30), st.integers(0, 40))
def test_on_an_unchanged_corpus_every_row_is_fresh_and_the_same(count: int, size: int, start: int) -> None:
    corpus = a_corpus(count=count)
    rows = rows_on(corpus, size, start)
    found = classify_rows(rows, corpus)
    assert [item.state for item in found] == ["fresh"] * size
    assert tuple(item.row for item in found) == rows


@given(st.sets(st.integers(0, 5), max_size=5))
def test_deleting_documents_orphans_exactly_the_rows_that_cite_them(gone: set[int]) -> None:
    left = tuple(document for number, document in enumerate(CORPUS.documents) if number not in gone)
    deleted = {CORPUS.documents[number].document_id for number in gone}
    expected = ["orphaned" if deleted & set(row.document_ids) else "fresh" for row in ROWS]
    assert states(Corpus(source="tests", documents=left)) == expected


@given(st.permutations(range(6)))
def test_renaming_documents_moves_every_row_and_changes_none(names: list[int]) -> None:
    renamed = a_corpus(*(Document.of(f"new-{name}.md", d.text) for name, d in zip(names, CORPUS.documents, strict=True)))
    found = classify_rows(ROWS, renamed)
    assert {item.state for item in found} == {"moved"}
    assert [item.row.row_hash for item in found] == [row.row_hash for row in ROWS]
    assert all(context_is_verbatim(context, renamed) for item in found for context in item.row.contexts)


@given(st.text(alphabet="xyz \n.#*", max_size=30), st.text(alphabet="xyz \n.#*", max_size=30))
def test_whatever_is_written_around_a_passage_its_row_holds_or_is_stale_and_what_holds_is_verbatim(before: str, after: str) -> None:
    corpus = edited(lambda text: before + text + after)
    for row, item in zip(ROWS, classify_rows(ROWS, corpus), strict=True):
        assert item.state != "orphaned"
        assert (item.row.user_input, item.row.reference) == (row.user_input, row.reference)
        if item.state in ("fresh", "moved"):
            assert item.row.row_id == row.row_id
        if item.is_usable:
            assert all(context_is_verbatim(context, corpus) for context in item.row.contexts)


@given(st.permutations(range(8)))
def test_rearranging_sentences_keeps_the_content_of_their_rows(order: list[int]) -> None:
    corpus = edited(lambda text: " ".join(a_sentence(n) for n in order))
    found = classify_rows(ROWS, corpus)
    assert {item.state for item in found} <= {"fresh", "moved"}
    assert [item.row.row_id for item in found] == [row.row_id for row in ROWS]


def test_text_before_a_passage_moves_it_and_its_provenance_follows() -> None:
    corpus = edited(lambda text: f"An introduction.\n\n{text}")
    (found,) = classify_rows([ROW], corpus)
    assert found.state == "moved"
    (context,) = found.row.contexts
    assert context.start == ROW.contexts[0].start + 18
    assert context.document_hash == corpus.documents[0].content_hash
    assert found.row.row_id == ROW.row_id


def test_text_after_a_passage_leaves_it_fresh_and_the_document_hash_follows() -> None:
    corpus = edited(lambda text: f"{text} More.")
    (found,) = classify_rows([ROW], corpus)
    assert found.state == "fresh"
    assert found.row.contexts[0].document_hash == corpus.documents[0].content_hash
    assert found.row.row_id == ROW.row_id


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("unit 2 ", "unit 3 "),
        lambda text: text.replace(SENTENCE, SENTENCE[:-1] + " or later."),
        lambda text: text.replace(SENTENCE, f"Never: {SENTENCE}"),
        lambda text: text.replace(SENTENCE, ""),
        lambda text: "",
    ],
)
def test_a_changed_passage_makes_its_row_stale_and_leaves_it_as_it_was(change: Callable[[str], str]) -> None:
    (found,) = classify_rows([ROW], edited(change))
    assert found.state == "stale"
    assert found.row == ROW
    assert found.fault == "stale, for context 1 of doc-00.md has changed"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(SENTENCE, SENTENCE.replace(" ", "\n")),
        lambda text: text.replace(SENTENCE, SENTENCE.replace("boiler", "**boiler**")),
        lambda text: text.replace(SENTENCE, SENTENCE.replace(" ", "  ")),
        lambda text: text.replace(SENTENCE, SENTENCE.replace("unit 2", "`unit 2`")),
    ],
)
def test_a_passage_that_is_set_differently_is_cited_anew_and_nothing_else_changes(change: Callable[[str], str]) -> None:
    corpus = edited(change)
    assert corpus.documents[0].text != FIRST.text
    (found,) = classify_rows([ROW], corpus)
    assert found.state == "reformatted"
    assert context_is_verbatim(found.row.contexts[0], corpus)
    assert found.row.contexts[0].chunk_hash != ROW.contexts[0].chunk_hash
    assert found.row.model_copy(update={"contexts": ROW.contexts}) == ROW


@pytest.mark.parametrize(
    "change", [lambda t: t.replace(". ", ".\n"), lambda t: f"## {t}", lambda t: t.replace("The", "*The*"), lambda t: f"\n\n{t}  "]
)
def test_blanks_and_marks_make_nothing_stale(change: Callable[[str], str]) -> None:
    assert set(states(edited(change))) <= {"fresh", "moved", "reformatted"}


def test_a_passage_that_stands_in_another_document_moved_there() -> None:
    copy = a_document("zzz.md", f"Other things.\n\n{SENTENCE}\n")
    corpus = Corpus(source="tests", documents=(*CORPUS.documents[1:], copy))
    (found,) = classify_rows([ROW], corpus)
    assert (found.state, found.row.document_ids, found.row.row_id) == ("moved", ("zzz.md",), ROW.row_id)


def test_a_renamed_document_is_preferred_to_others_that_hold_the_passage() -> None:
    quoting, renamed = a_document("aaa.md", f"A quotation.\n\n{SENTENCE}"), a_document("zzz.md", FIRST.text)
    (found,) = classify_rows([ROW], Corpus(source="tests", documents=(quoting, renamed)))
    assert found.row.document_ids == ("zzz.md",)


def test_of_several_places_in_its_document_the_nearest_is_cited() -> None:
    corpus = edited(lambda text: f"{SENTENCE}\n\n{text}")
    (found,) = classify_rows([ROW], corpus)
    assert found.row.contexts[0].start == FIRST.text.index(SENTENCE) + len(SENTENCE) + 2


def test_a_row_is_what_the_worst_of_its_passages_is() -> None:
    contexts = (a_context(FIRST), a_context(CORPUS.documents[1]))
    row = a_row(contexts=contexts)
    without_second = Corpus(source="tests", documents=(FIRST, *CORPUS.documents[2:]))
    assert states(without_second, row) == ["orphaned"]
    assert states(edited(lambda text: "Gone."), row) == ["stale"]
    assert states(edited(lambda text: f"Before.\n{text}"), row) == ["moved"]


def test_a_row_that_cites_nothing_is_fresh() -> None:
    assert states(CORPUS, a_row(contexts=())) == ["fresh"]


def test_a_passage_cut_within_a_sentence_is_fresh_as_long_as_its_document_is_unchanged() -> None:
    row = a_row(contexts=(a_context(FIRST, SENTENCE[5:20]),))
    assert states(CORPUS, row) == ["fresh"]
    assert states(edited(lambda text: f"{text} More."), row) == ["stale"]


def test_a_blank_passage_holds_in_the_very_same_document_only() -> None:
    row = a_row(contexts=(a_context(FIRST, " "),))
    assert states(CORPUS, row) == ["fresh"]
    assert states(edited(lambda text: f"{text} More."), row) == ["stale"]


def test_the_measures_count_every_state_and_name_the_outdated() -> None:
    corpus = Corpus(source="tests", documents=edited(lambda text: f"Before.\n{text}").documents[:3])
    measures = measure_freshness(classify_rows(ROWS, corpus))
    assert list(measures.counts) == ["fresh", "moved", "reformatted", "stale", "orphaned"]
    assert sum(measures.counts.values()) == 24
    assert measures.outdated == len(measures.faults) == measures.counts["orphaned"] == 12
    assert measures.faults[0].startswith(ROWS[3].row_id)


def test_the_hint_passes_until_a_row_is_outdated() -> None:
    (kept,) = judge_active(ROWS, edited(lambda text: f"Before.\n{text}"), Thresholds())
    assert (kept.name, kept.stage, kept.passed, kept.measured) == ("rows_are_fresh", "post-activation", True, 0)
    (hint,) = judge_active(ROWS, edited(lambda text: text.replace("unit 2 ", "unit 3 ")), Thresholds())
    assert not hint.passed
    assert hint.offender_count == hint.measured > 0
    assert all("stale, for context" in offender for offender in hint.offenders)
    (nothing,) = judge_active((), CORPUS, Thresholds())
    assert nothing.passed


def test_rows_whose_documents_were_never_read_are_not_judged() -> None:
    (unjudged,) = judge_active(ROWS, None, Thresholds())
    assert (unjudged.passed, unjudged.n, unjudged.explanation) == (True, 0, "Not judged: the documents were never read.")


def test_a_passage_set_differently_in_another_document_is_found_there() -> None:
    copy = a_document("zzz.md", f"Other things.\n\n{SENTENCE.replace('boiler', '**boiler**')}\n")
    corpus = Corpus(source="tests", documents=(*CORPUS.documents[1:], copy))
    (found,) = classify_rows([ROW], corpus)
    assert (found.state, found.row.document_ids) == ("reformatted", ("zzz.md",))
    assert context_is_verbatim(found.row.contexts[0], corpus)
