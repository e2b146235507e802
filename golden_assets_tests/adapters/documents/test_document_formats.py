"""reStructuredText and HTML as Markdown, and what the stores could not hold."""

import re
from pathlib import Path

import pytest

from golden_assets.adapters.documents.build_corpus import storable_json
from golden_assets.adapters.documents.formats.registry import extract, first_heading
from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.core.hashing import sha256_json


def rst(source: str) -> str:
    """The text of a reStructuredText document."""
    return extract(".rst", source.encode())[1].text


def html(source: str) -> str:
    """The text of an HTML document."""
    return extract(".html", source.encode())[1].text


def test_restructuredtext_sections_become_headings_and_wrapped_lines_one_paragraph() -> None:
    source = "Ferry\n=====\n\nThe ferry leaves\nat nine.\n\nCrew\n----\n\nThe crew has six members.\n\nFares\n=====\n\nA fare is 4 euros.\n"
    assert rst(source) == "# Ferry\n\nThe ferry leaves at nine.\n\n## Crew\n\nThe crew has six members.\n\n# Fares\n\nA fare is 4 euros.\n"


def test_restructuredtext_lists_keep_their_nesting_and_numbers() -> None:
    source = "- one\n- two\n\n  more\n\n  - inner\n\n3. three\n4. four\n"
    assert rst(source) == "- one\n- two\n\n  more\n\n  - inner\n\n3. three\n4. four\n"


def test_restructuredtext_code_is_fenced_and_tables_get_pipes() -> None:
    code = ".. code-block:: python\n\n   tide = '```'\n\nSee::\n\n   literal\n\n"
    source = code + "=====  ====\nPier   Max\n=====  ====\nNorth  a|b\n=====  ====\n"
    assert rst(source) == "````\ntide = '```'\n````\n\nSee:\n\n```\nliteral\n```\n\n| Pier | Max |\n|---|---|\n| North | a\\|b |\n"


def test_restructuredtext_roles_that_only_sphinx_knows_leave_their_text() -> None:
    source = "See :ref:`the tide table <tides>`, :func:`~ferry.leave` and ``quay.open()`` on the `map <http://x.example>`_. [1]_\n"
    assert rst(f"{source}\n.. [1] Note.\n").splitlines()[0] == "See the tide table, ferry.leave and `quay.open()` on the map."


def test_restructuredtext_notes_and_definitions_are_kept_and_unknown_directives_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    known = ".. note::\n\n   Bring a coat.\n\nmooring\n   A place to tie up.\n\n"
    assert (
        rst(f"{known}.. toctree::\n\n   tides\n\n.. image:: quay.png\n\n|missing| text\n")
        == "Bring a coat.\n\nmooring\n\nA place to tie up.\n\n|missing| text\n"
    )
    assert capfd.readouterr() == ("", "")


def test_restructuredtext_reads_no_other_file_and_takes_no_raw_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2,hunter3\n")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docutils.conf").write_text("[general]\nfile_insertion_enabled: yes\nraw_enabled: yes\n")
    directives = [
        f".. include:: {secret}",
        ".. include:: secret.txt\n   :literal:",
        f".. csv-table:: T\n   :file: {secret}",
        f".. csv-table:: T\n   :url: file://{secret}",
        f".. raw:: html\n   :file: {secret}",
        ".. raw:: html\n\n   <b>hunter4</b>",
        ".. role:: raw-html(raw)\n   :format: html\n\n:raw-html:`<b>hunter5</b>`",
    ]
    text = rst("The ferry leaves.\n\n" + "\n\n".join(directives) + "\n\nThe end.\n")
    assert text.startswith("The ferry leaves.")
    assert text.endswith("The end.\n")
    assert not any(word in text for word in ("hunter2", "hunter3", "hunter4"))


def test_broken_restructuredtext_still_gives_its_prose(capfd: pytest.CaptureFixture[str]) -> None:
    text = rst("Ferry\n==\n\n*unclosed and `open\n\n" + "x" * 20_000 + "\n\n====  ==\nbad table\n\nThe last sentence.\n")
    assert text.startswith(f"Ferry ==\n\n*unclosed and `open\n\n{'x' * 20_000}\n\n")
    assert text.endswith("```\n====  ==\nbad table\n\nThe last sentence.\n```\n")
    assert capfd.readouterr() == ("", "")


def test_html_keeps_what_a_reader_reads() -> None:
    source = """<!DOCTYPE html><html><head><title>Ferry &amp; quay</title><style>p {}</style></head><body>
    <header>Banner</header><nav><a href="/">Home</a></nav><main><header><h1>Ferry<a class="headerlink" href="#f">¶</a></h1></header>
    <p>The <b>ferry</b> leaves<br>at&nbsp;nine.</p><script>track()</script><!-- note to self --><p hidden>draft</p>
    </main><aside>Advertisement</aside><footer>Imprint</footer></body></html>"""
    assert html(source) == "# Ferry\n\nThe ferry leaves at nine.\n"


def test_html_blocks_are_separated_whatever_they_are_wrapped_in() -> None:
    source = "<x-app>loose <i>text</i><div>One.<span><p>Two.</p>three</span></div></x-app><dl><dt>Term</dt><dd>Meaning</dd></dl>"
    assert html(source) == "loose text\n\nOne.\n\nTwo.\n\nthree\n\nTerm\n\nMeaning\n"


def test_html_lists_code_and_tables_become_markdown() -> None:
    source = """<ul><li>a<ul><li>b</li></ul></li><li> </li><li><code>c_d</code></li></ul><ol><li>one</li><li>two</li></ol>
    <pre>if tide:\n    leave()</pre><table><caption>Piers</caption><tr><th>Pier</th><th>Max</th></tr><tr><td>North</td></tr></table>"""
    assert html(source) == (
        "- a\n\n  - b\n- `c_d`\n\n1. one\n2. two\n\n```\nif tide:\n    leave()\n```\n\nPiers\n\n| Pier | Max |\n|---|---|\n| North |  |\n"
    )


def test_html_tables_that_lay_out_a_page_are_read_as_text() -> None:
    assert (
        html("<table><tr><td><h2>Crew</h2>Six people.</td><td><ul><li>one</li></ul></td></tr></table>")
        == "## Crew\n\nSix people.\n\n- one\n"
    )


def test_html_may_omit_the_end_tags_that_the_standard_lets_it_omit() -> None:
    source = """<html><head><title>T</title><body><h1>Ferry</h1>One.<p>Two.<p>Three.<ul><li>a<ul><li>b<li>c</ul><li>d<p>e</ul>
    <dl><dt>Term<dd>Meaning<dt>Word<dd>Sense</dl><table><thead><tr><th>Pier<th>Max<tbody><tr><td>North<td>3<tr><td>South<td>4</table>"""
    assert html(source) == (
        "# Ferry\n\nOne.\n\nTwo.\n\nThree.\n\n- a\n\n  - b\n  - c\n- d\n\n  e\n\nTerm\n\nMeaning\n\nWord\n\nSense\n\n"
        "| Pier | Max |\n|---|---|\n| North | 3 |\n| South | 4 |\n"
    )
    assert html("<p>The ferry leaves.\n" * 3000).count("\n\n") == 2999


def test_html_pages_inside_one_form_and_lists_inside_lists_lose_nothing() -> None:
    source = "<form><h2>Crew</h2><button>Send</button><aside>Advertisement</aside><ul><li>a</li><ul><li>b</li></ul></ul></form>"
    assert html(source) == "## Crew\n\n- a\n- b\n"
    assert html("<article><aside>Bring a coat.</aside><footer>2024</footer></article>") == "Bring a coat.\n"


def test_xhtml_and_html_that_looks_like_a_file_name_are_read_without_warnings() -> None:
    assert html('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Ferry</p></body></html>') == "Ferry\n"
    assert html("ferry.html") == "ferry.html\n"


def test_the_title_of_an_html_page_is_its_first_heading_or_else_its_title_element() -> None:
    assert extract(".html", b"<title>Site</title><h2>Ferry</h2>")[1].title == "Ferry"
    assert extract(".htm", b"<title> The \n site </title><p>Ferry</p>")[1].title == "The site"
    assert extract(".htm", b"<p>Ferry</p>")[1].title is None


@pytest.mark.parametrize(
    ("suffix", "source"), [(".html", "<div>" * 20_000 + "deep"), (".rst", "\n\n".join(" " * n + "a" for n in range(1500)))]
)
def test_markup_nested_beyond_reason_costs_only_its_file(suffix: str, source: str) -> None:
    with pytest.raises(DocumentError, match="nested too deeply: flatten it, or leave the file out"):
        extract(suffix, source.encode())


@pytest.mark.parametrize(
    ("suffix", "source", "reason"),
    [
        (".html", "<p>Ferry</p><![ferry[", "html that cannot be read (ParserRejectedMarkup: "),
        (".pdf", "%PDF-1.7\nnothing", "pdf that cannot be read (PdfStreamError: "),
    ],
)
def test_markup_that_its_parser_rejects_costs_only_its_file(suffix: str, source: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=re.escape(reason)) as caught:
        extract(suffix, source.encode())
    assert "\n" not in str(caught.value)


def test_references_to_characters_that_cannot_be_stored_are_replaced_by_html() -> None:
    assert html("<p>a&#0;b&#xD800;c</p>") == "a\ufffdb\ufffdc\n"


def test_a_document_without_heading_has_no_title() -> None:
    assert first_heading("Just text.\n\n- a list\n") is None
    assert first_heading("#\n\ntext") is None
    assert first_heading("x\n\n" * 10_000 + "# Far below\n") is None


def test_a_title_loses_the_markup_of_a_link_that_is_defined_further_down() -> None:
    assert (
        first_heading("Intro.\n\n## The *tide* [table][1] of `May`\n\n# Other\n\n[1]: https://example.com/tides\n")
        == "The tide table of May"
    )


def test_metadata_keep_their_values_where_json_can_carry_them() -> None:
    value = {"a": [1, 2.5, None, True, "ä"], "big": 2**60, "edge": 2**53 - 1}
    stored = storable_json(value)
    assert stored == {"a": [1, 2.5, None, True, "ä"], "big": "1152921504606846976", "edge": 2**53 - 1}
    assert len(sha256_json(stored)) == 64


@pytest.mark.parametrize("value", [{"a": float("inf")}, {"a": ["x\0"]}, {"k\ud800": 1}, [float("nan")]])
def test_metadata_that_no_store_can_hold_are_refused(value: object) -> None:
    with pytest.raises(DocumentError):
        storable_json(value)
