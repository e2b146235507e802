"""The page of a comparison: complete in itself, well-formed, and deaf to what the rows would like to be."""

import re
from html.parser import HTMLParser

import pytest

from golden_assets.adapters.reports.ab_page import ab_page
from golden_assets.adapters.reports.comparison_page import MAX_ROWS, comparison_page, word_changes
from golden_assets.adapters.reports.quality_page import quality_page
from golden_assets.domain.experiments.comparison import compare_experiments
from golden_assets.domain.versions.comparison import VersionComparison, compare
from golden_assets_tests.experiment_factories import an_experiment, rows_in
from golden_assets_tests.factories import a_context, a_corpus, a_report, a_stored_version, a_testset, changed, rows_on

VOID = {"meta"}
RUDE = "</title><script>alert(1)</script><img src=x onerror='alert(2)'> & \"quoted\""


class Outline(HTMLParser):
    """Elements, attributes and text; fails on what is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def a_comparison(old: tuple, new: tuple) -> VersionComparison:
    report = {"report": None}
    return compare(a_stored_version(a_testset(old), **report), a_stored_version(a_testset(new), version="1.1.0", **report))


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    rows = rows_on(a_corpus(), 8)
    outline = Outline(comparison_page(a_comparison(rows[:6], rows[2:])))
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(outline.elements)
    assert not {"src", "href", "style"} & {name for name, _ in outline.attributes}
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in outline.attributes
    assert "@import" not in outline.text
    assert "url(" not in outline.text
    assert "prefers-color-scheme: dark" in outline.text


def test_rows_come_before_the_measures_and_these_by_what_they_are_about_not_by_alphabet() -> None:
    rows = rows_on(a_corpus(), 8)
    old, new = a_testset(rows[:6]), a_testset(rows[2:])
    comparison = compare(a_stored_version(old, report=a_report(old)), a_stored_version(new, version="1.1.0", report=a_report(new)))
    page = comparison_page(comparison)
    headings = ["At a glance", "Gates", "Added rows", "Removed rows", "Question types", "All measures"]
    places = [page.index(f"<h2>{heading}") for heading in headings]
    places += [page.index(f"<summary>{heading}") for heading in ("Size", "Diversity and", "Coverage")]
    assert places == sorted(places)
    glance = page[places[0] : places[1]]
    assert glance.count("<tr>") == 10
    assert "diversity" in glance
    assert "cramers" not in glance
    assert re.search(r"1\d gates with the same outcome in both", page)
    assert list(comparison.measures)[:4] == ["rows", "human_rows", "asked_rows", "yield"]


def test_every_column_has_a_heading() -> None:
    rows = rows_on(a_corpus(), 8)
    assert '<th scope="col"></th>' not in comparison_page(a_comparison(rows[:6], rows[2:]))


@pytest.mark.parametrize("field", ["user_input", "reference", "question_type"])
def test_text_from_rows_is_text_on_the_page(field: str) -> None:
    rows = rows_on(a_corpus(), 4)
    rude = changed(rows[0], **{field: RUDE}, extra={RUDE: RUDE})
    page = comparison_page(a_comparison(rows, (rude, *rows[1:])))
    outline = Outline(page)
    assert "script" not in outline.elements
    assert "img" not in outline.elements
    assert RUDE in outline.text
    assert "<script" not in page


def test_names_of_versions_testsets_and_documents_are_escaped_too() -> None:
    comparison = a_comparison(rows_on(a_corpus(), 4), rows_on(a_corpus(), 5))
    summary = changed(comparison.summaries[1], testset_name=RUDE)
    shift = changed(comparison.sources, before={RUDE: 4})
    rude = changed(comparison, summaries=(comparison.summaries[0], summary), sources=shift)
    outline = Outline(comparison_page(rude))
    assert "script" not in outline.elements
    assert RUDE in outline.text


def test_every_difference_is_on_the_page() -> None:
    rows = rows_on(a_corpus(), 6)
    otherwise = changed(rows[1], reference=rows[1].reference.replace("unit", "module"))
    outline = Outline(comparison_page(a_comparison(rows[:5], (otherwise, *rows[2:]))))
    for text in (rows[0].user_input, rows[5].user_input, rows[5].reference, otherwise.row_id, "module", "1.1.0", "doc-01.md"):
        assert text in outline.text
    assert {"del", "ins"} <= set(outline.elements)
    for heading in ("At a glance", "Question types", "Source coverage", "Changed rows", "Added rows", "Removed rows", "All measures"):
        assert heading in outline.text


def test_equal_versions_make_a_page_without_rows() -> None:
    rows = rows_on(a_corpus(), 4)
    outline = Outline(comparison_page(a_comparison(rows, rows)))
    assert not re.search("(Changed|Added|Removed) rows", outline.text)
    assert "Changed rows" not in outline.text


def test_more_rows_than_a_browser_likes_are_counted_instead() -> None:
    rows = rows_on(a_corpus(), 4)
    many = tuple(changed(rows[0], user_input=f"Question {number}?") for number in range(MAX_ROWS + 7))
    outline = Outline(comparison_page(a_comparison(rows, (*rows, *many))))
    assert outline.elements.count("details") == MAX_ROWS + 1, "the other one folds the model calls"
    assert "7 more are in the JSON form" in outline.text


def test_only_the_words_that_differ_are_marked() -> None:
    assert word_changes("press the red key", "press the <b> key now") == (
        [(False, "press the "), (True, "red"), (False, " key")],
        [(False, "press the "), (True, "<b>"), (False, " key"), (True, " now")],
    )
    assert word_changes("", "all new") == ([], [(True, "all new")])
    rows = rows_on(a_corpus(), 4)
    old, new = (changed(rows[0], reference=f"press the {key} key") for key in ("red", "<b>"))
    page = comparison_page(a_comparison((old, *rows[1:]), (new, *rows[1:])))
    assert '<div class="sides"><div>press the <del>red</del> key</div><div>press the <ins>&lt;b&gt;</ins> key</div></div>' in page


def test_very_long_texts_are_marked_as_a_whole() -> None:
    before, after = "word " * 3000, "other " * 3000
    assert word_changes(before, after) == ([(True, before)], [(True, after)])


HOSTILE = "<script>alert(1)</script>\"><img src=x onerror='alert(2)'>{{7*7}}{% raw %}"


def test_hostile_text_is_shown_as_it_was_written_on_every_page() -> None:
    """Neither an element, nor an attribute, nor a template of its own."""
    rude = changed(rows_on(a_corpus(), 4)[0], user_input=HOSTILE, contexts=(a_context(document_id=HOSTILE),))
    stored = a_stored_version(a_testset((rude, *rows_on(a_corpus(), 4)[1:])), report=None)
    a, b = (an_experiment(rows_in(12, 4), {HOSTILE: lambda i: 0.5}, task=HOSTILE, task_fingerprint=side) for side in "ab")
    pages = [
        quality_page(stored, {}),
        comparison_page(a_comparison(rows_on(a_corpus(), 4), stored.testset.rows)),
        ab_page(compare_experiments(a, b)),
    ]
    for page in pages:
        outline = Outline(page)
        assert not {"script", "img"} & set(outline.elements)
        assert "onerror" not in {name for name, _ in outline.attributes}
        assert outline.text.count(HOSTILE) >= 2
