"""What documentation tools add to Markdown and reStructuredText: their frames go, the prose in them stays."""

import pytest

from golden_assets.adapters.documents.formats.registry import extract
from golden_assets.adapters.ragas.planning.markdown_blocks import chunk_document
from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.corpus.documents import Document

SENTENCE = "The pump starts when the tank holds less than ten litres of water."


def read(suffix: str, source: str) -> str:
    return extract(suffix, source.encode())[1].text


@pytest.mark.parametrize(
    "source",
    [
        f"!!! note\n    {SENTENCE}\n",
        f'??? tip "Title"\n\n    {SENTENCE}\n',
        f'=== "Tab"\n\n    !!! note\n        {SENTENCE}\n',
        f"```{{note}} Title\n:class: x\n{SENTENCE}\n```\n",
        f"````{{tab-set}}\n```{{tab-item}} Linux\n---\nsync: a\n---\n{SENTENCE}\n```\n````\n",
        f":::{{warning}}\n{SENTENCE}\n:::\n",
        f":::tip[Title]\n{SENTENCE}\n:::\n",
        f'<div class="note">{SENTENCE}</div>\n',
        f"<details>\n<summary>More</summary>\n{SENTENCE}\n</details>\n",
        f"> [!NOTE]\n> {SENTENCE}\n",
        f"{{% raw %}}\n{SENTENCE}\n{{% endraw %}}\n",
        f'{{% include box.html\n  class="sync" %}}\n{SENTENCE}\n',
        f"{{::nomarkdown}}\n{SENTENCE}\n{{:/}}\n",
        f'<div markdown class=":::">\n- {SENTENCE}\n</div>\n',
        f"<ul>\n  <li>{SENTENCE}</li>\n</ul>\n",
        f"- Pump:\n\n  <p>{SENTENCE}</p>\n",
        f"<section>\n<aside>\n    <p>\n{SENTENCE}</p>\n</aside>\n</section>\n",
        f"```{{figure}} ===.png\n:class: x\n\n{SENTENCE}\n```\n",
        f"`````{{list-table}}\n:class: x\n\n* - Pump\n  - {SENTENCE}\n`````\n",
        f"- ```sh\n  pump\n  ```\n\n:::{{note}}\n{SENTENCE}\n:::\n",
    ],
)
def test_text_in_frames_of_markdown_dialects_is_prose(source: str) -> None:
    text = read(".md", source)
    (chunk,) = chunk_document(Document.of("a.md", text))
    assert SENTENCE in chunk.text
    assert not any(sign in text for sign in ("!!!", "???", "===", "{note}", ":::", "<div", "[!NOTE]", "{%", ":class:", "sync"))


@pytest.mark.parametrize(
    "source", ["# Pump\n\nIt starts.\n", "```\n!!! note\n    a\n```\n", "Use `{% raw %}` and `<div>`.\n", "a\n===\n\n    code\n"]
)
def test_plain_markdown_and_code_stay_as_they_are(source: str) -> None:
    assert read(".md", source) == source


@pytest.mark.parametrize("source", ['---\ntitle: "The Pump"\n---\n\n# Intro\n', "+++\ntitle = 'The Pump'\n+++\n\n# Intro\n"])
def test_a_title_in_a_front_matter_is_the_title_and_no_prose(source: str) -> None:
    found = extract(".md", f"{source}\n{SENTENCE}\n".encode())[1]
    (chunk,) = chunk_document(Document.of("a.md", found.text))
    assert found.title == "The Pump"
    assert "title" not in chunk.text


def test_a_table_of_tags_in_markdown_is_a_table() -> None:
    source = "Pumps.\n\n<table>\n  <tr><th>Pump</th><th>Litres</th></tr>\n  <tr><td>A</td><td>ten</td></tr>\n</table>\n"
    assert "\n| Pump | Litres |\n|---|---|\n| A | ten |\n" in read(".md", source)


@pytest.mark.parametrize("source", ["<!-- a\n\nb -->\n", "<pre>\n<b>a</b>\n</pre>\n", "<script>\nlet a\n</script>\n"])
def test_html_in_markdown_that_is_no_prose_stays_as_it_is(source: str) -> None:
    assert read(".md", source) == source


def test_the_class_of_a_term_is_read_as_a_word_of_its_own() -> None:
    assert read(".html", '<dl><dt><b>speed</b><span class="classifier">int</span></dt><dd>Litres.</dd></dl>') == "speed : int\n\nLitres.\n"


def test_cells_of_a_table_that_restructuredtext_refuses_are_read() -> None:
    text = read(".rst", f"======  ====\nPump    Note\n======  ====\n``pump_nine``  {SENTENCE}\n======  ====\n")
    assert text == f"| Pump | Note |\n|---|---|\n| `pump_nine` | {SENTENCE} |\n"


def test_mdx_is_read_without_imports_components_and_expressions() -> None:
    source = (
        f'import A from "a";\nexport const b = {{\n  c: 1,\n}};\n\n# Pump\n\n<Tabs a={{{{b: 1}}}}>\n{SENTENCE}\n</Tabs>\n\n{{/* no */}}\n'
    )
    assert " ".join(read(".mdx", source).split()) == f"# Pump {SENTENCE}"


@pytest.mark.parametrize(
    "directive",
    [
        *(
            "glossary::\n\n   pump\n      ",
            "confval:: pump\n   :type: int\n\n   ",
            "py:function:: start(speed)\n\n   ",
            "option:: --pump\n\n   ",
        ),
        *(
            "seealso::\n\n   ",
            "tab-set::\n\n   .. tab-item:: Linux\n\n      ",
            "only:: html\n\n   ",
            "note::\n\n   ",
            "admonition:: Title\n\n   ",
        ),
        *("versionadded:: 2.1\n   ", "deprecated:: 3.0 "),
    ],
)
def test_what_stands_in_a_directive_of_sphinx_is_read(directive: str) -> None:
    text = read(".rst", f"Pump\n====\n\n.. {directive}{SENTENCE}\n")
    assert SENTENCE in text
    assert ":type:" not in text


@pytest.mark.parametrize(
    "directive", ["toctree::\n\n   a\n   b", "automodule:: pump\n   :members:", "graphviz::\n\n   digraph {}", "literalinclude:: a.py"]
)
def test_directives_without_prose_give_none(directive: str) -> None:
    assert read(".rst", f"{SENTENCE}\n\n.. {directive}\n") == f"{SENTENCE}\n"


def test_fields_of_the_whole_file_are_no_text_and_an_include_is_named() -> None:
    assert read(".rst", f":orphan:\n:tocdepth: 2\n\n{SENTENCE}\n") == f"{SENTENCE}\n"
    with pytest.raises(DocumentError, match=r"no text of its own: it includes \.\./CONDUCT\.rst, which is not read here: put that file"):
        read(".rst", ":tocdepth: 2\n\n.. include:: ../CONDUCT.rst\n")


def test_a_page_is_read_in_the_charset_that_it_declares() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>Die Fähre fährt.</p>'
    assert extract(".html", page.encode("latin-1"))[1].text == "Die Fähre fährt.\n"
    xhtml = '<?xml version="1.0" encoding="iso-8859-1"?><html><body><p>Die Fähre fährt.</p></body></html>'
    assert extract(".html", xhtml.encode("latin-1"))[1].text == "Die Fähre fährt.\n"
    for unknown, shown in (("klingon", "'klingon'"), ("a\0\nb", r"'a\\x00\\nb'"), ("idna", "'idna'")):
        with pytest.raises(DocumentError, match=f"neither UTF-8 nor the charset that it declares, {shown}"):
            extract(".html", page.replace("iso-8859-1", unknown).encode("latin-1"))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("The [[Pump manual|manual]] names the tank.", "The manual names the tank."),
        ("The [[Pump manual]] names the tank.", "The Pump manual names the tank."),
        ("See [[Pump manual#Tank]] and [[#Limits]].", "See Pump manual > Tank and Limits."),
        ("![[tank.png|200]] The tank is full.", "The tank is full."),
        ("A reference [[1]](https://example.org) and [[2]][two] stay.", "A reference [[1]](https://example.org) and [[2]][two] stay."),
        ("Run `[[Pump]]`, or test with [[ -f pump ]].", "Run `[[Pump]]`, or test with [[ -f pump ]]."),
        ("```toml\n[[tool.pump]]\n```", "```toml\n[[tool.pump]]\n```"),
    ],
)
def test_links_between_notes_are_what_a_reader_sees(source: str, shown: str) -> None:
    assert read(".md", source).strip() == shown
