"""Pictures inside Markdown: whole, small, and asking nothing of anybody."""

import base64
import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from golden_assets.adapters.reports import embedding
from golden_assets.adapters.reports.drawing import bars
from golden_assets.adapters.reports.embedding import MAX_BYTES, as_markdown, data_uri
from golden_assets.adapters.reports.quality_pictures import FEW_POINTS, report_pictures
from golden_assets_tests.factories import a_corpus, a_report, a_row, a_testset, rows_on, vectors_for

SVG = "{http://www.w3.org/2000/svg}"
RUDE = "</text><script>alert(1)</script><image href='https://example.org/x.png'/>"


def picture(uri: str) -> str:
    """The text of the SVG in a data URI."""
    head, content = uri.split(",")
    assert head == "data:image/svg+xml;base64"
    return base64.b64decode(content).decode()


def test_a_picture_is_an_svg_of_its_own_with_the_colours_of_both_themes():
    drawn = picture(data_uri(bars([("pumps & valves.md", 3, None), (RUDE, 1, 2.0)], "Rows")))
    root = ElementTree.fromstring(drawn)  # noqa: S314  # we made it
    assert root.tag == f"{SVG}svg"
    assert (root.get("width"), root.get("height")) == ("760", "68")
    assert len(list(root.iter(f"{SVG}rect"))) == 2
    style = root.findtext(f"{SVG}style")
    assert style
    assert "prefers-color-scheme: dark" in style
    assert "--paper" in style
    assert not {f"{SVG}script", f"{SVG}image"} & {part.tag for part in root.iter()}


def test_nothing_in_a_picture_is_loaded_from_anywhere():
    root = ElementTree.fromstring(picture(data_uri(bars([(RUDE, 1, None)], "Rows"))))  # noqa: S314
    assert not {"href", "src"} & {name for part in root.iter() for name in part.attrib}
    assert not re.search(r"url\(|@import", root.findtext(f"{SVG}style") or "")


def test_a_whole_report_has_every_picture_in_less_than_it_may_take():
    rows = [*rows_on(a_corpus(), 40), a_row()]
    testset = a_testset(rows)
    report = a_report(testset, critic_scores={"quoted": tuple([1.0] * 41)}, language_counts={"en": 41})
    pictures = report_pictures(testset, report, vectors_for(testset), {"1.0.0": report})
    assert list(pictures) == [
        "Question types against the target",
        "Map of the questions",
        "Rows by document",
        "Lengths in words",
        "Languages",
        "Scores of the critics",
        "Trend",
    ]
    text = as_markdown(pictures)
    assert text.count("data:image/svg+xml;base64,") == 7
    assert len(text) < MAX_BYTES / 3


def test_a_testset_without_rows_has_the_pictures_that_can_be_drawn():
    testset = a_testset(())
    pictures = report_pictures(testset, a_report(testset), [], {})
    assert list(pictures) == ["Question types against the target", "Rows by document"]


def test_the_map_of_many_questions_stays_small():
    testset = a_testset(rows_on(a_corpus(count=200), 1_000), a_corpus(count=200))
    vectors = [[float(n % 7), float(n % 11), 1.0] for n in range(1_000)]
    (drawn,) = [one for name, one in report_pictures(testset, a_report(testset), vectors, {}).items() if name.startswith("Map")]
    assert drawn.count("<circle") == FEW_POINTS
    assert len(data_uri(drawn)) < 100_000


def test_a_picture_too_many_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch):
    drawn = bars([("a", 1, None)], "Rows")
    monkeypatch.setattr(embedding, "MAX_BYTES", len(as_markdown({"First": drawn})) + 10)
    text = as_markdown({"First": drawn, "Second": drawn})
    assert text.count("data:image") == 1
    assert "### Second\n\nToo large for here: see `golden-assets report`." in text


def test_what_is_no_plot_is_refused():
    with pytest.raises(ValueError, match="no svg element"):
        data_uri(Markup("<p>text</p>"))
