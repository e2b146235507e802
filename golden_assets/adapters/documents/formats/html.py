"""HTML to Markdown, through Beautiful Soup: what a reader of the page would call its text.

Navigation, banners, scripts and controls are dropped; a ``header`` or ``aside`` inside ``main`` or ``article`` stays, since the one
holds the title and the other the notes. Hand-written and generated pages (javadoc) leave out ``</p>``, ``</li>`` and ``</td>``, as HTML
allows; Python's own parser knows nothing of that, so they are supplied here, or every such element would lie within the one before.
"""

import warnings
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import CData, NavigableString, PageElement, Tag

from golden_assets.adapters.documents.formats.markdown_writer import bullets, code_span, fence, heading, join_blocks, one_line, table

HEADINGS = {f"h{level}": level for level in range(1, 7)}
"""Heading level by element name."""

BLOCKS = frozenset(
    [
        *HEADINGS,
        *("html", "head", "body", "main", "article", "section", "header", "aside", "form", "div", "p", "pre", "ul", "ol", "li"),
        *("dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
        *("blockquote", "figure", "figcaption", "details", "summary", "address", "fieldset", "hr", "center"),
    ]
)
"""Elements with lines of their own."""

_CELLS = frozenset(["td", "th"])
_ROWS = _CELLS | {"tr"}
_SECTIONS = _ROWS | {"thead", "tbody", "tfoot"}
_TERMS = frozenset(["dt", "dd"])
_ENDS: dict[str, frozenset[str]] = {
    "li": frozenset(["li"]),
    **dict.fromkeys(_TERMS, _TERMS),
    **dict.fromkeys(_CELLS, _CELLS),
    "tr": _ROWS,
    **dict.fromkeys(_SECTIONS - _ROWS, _SECTIONS),
    "body": frozenset(["head"]),
}
_DROPPED = [
    *("script", "style", "noscript", "template", "title", "nav", "header", "footer", "aside", "dialog"),
    *("button", "select", "textarea", "svg", "math", "img", "video", "audio", "canvas", "iframe", "object", "embed"),
]
_SIGNS = ", ".join(
    [
        *("a.headerlink", "[hidden]", "[role=doc-pagebreak]", "[role=doc-noteref]", "[role=doc-backlink]", r"[epub\:type~=pagebreak]"),
        *(r"[epub\:type~=noteref]", "a.footnote-ref", "a.footnote-reference", "a.footnote-back", "a.footnote-backref", "a.fn-backref"),
    ]
)
"""Links to the heading itself, hidden elements, numbers of printed pages, the marks of notes and the arrows back."""
_KEPT_IN_CONTENT = ("header", "aside")
_CONTENT = ["main", "article"]
_LAYOUT = frozenset([*HEADINGS, "ul", "ol", "table", "pre", "div"])


def html_to_markdown(source: str) -> tuple[str, str | None]:
    """(text as Markdown, content of ``<title>``)."""
    page = parse_html(source)
    title = one_line(page.title.get_text()) if page.title else None
    _prune(page)
    return join_blocks(_blocks(page, _around_blocks(page))), title or None


def _around_blocks(page: BeautifulSoup) -> frozenset[int]:
    """The ``id`` of each element that has a block element in it, each looked at once."""
    around: set[int] = set()
    for block in page.find_all(BLOCKS):
        for parent in block.parents:
            if id(parent) in around:
                break
            around.add(id(parent))
    return frozenset(around)


def _prune(page: BeautifulSoup) -> None:
    """Take away what is not the page's text."""
    for tag in [*page.find_all(_DROPPED), *page.select(_SIGNS)]:
        if not tag.decomposed and not (tag.name in _KEPT_IN_CONTENT and tag.find_parent(_CONTENT)):
            tag.decompose()


def _blocks(parent: Tag, around: frozenset[int]) -> Iterator[str]:
    """The blocks below ``parent``; loose text between block elements makes paragraphs. ``around``: see `_around_blocks`."""
    loose: list[str] = []
    for child in parent.children:
        if isinstance(child, Tag) and (child.name in BLOCKS or id(child) in around):
            yield one_line("".join(loose))
            loose.clear()
            yield from _block(child, around)
        else:
            loose.append(_inline(child))
    yield one_line("".join(loose))


def _holds(tag: Tag, names: frozenset[str]) -> bool:
    return any(isinstance(below, Tag) and below.name in names for below in tag.descendants)


def _block(tag: Tag, around: frozenset[int]) -> Iterator[str]:
    match tag.name:
        case name if name in HEADINGS:
            yield heading(HEADINGS[name], _inline(tag))
        case "pre":
            yield fence(tag.get_text()) if tag.get_text(strip=True) else ""
        case "ul" | "ol":
            items = ([block for block in _blocks(item, around) if block] for item in tag.children if isinstance(item, Tag))
            yield bullets(items, 1 if tag.name == "ol" else None)
        case "table" if _is_data(tag):
            yield from (one_line(_inline(caption)) for caption in tag.find_all("caption"))
            yield table([[_inline(cell) for cell in row.find_all(["th", "td"], recursive=False)] for row in tag.find_all("tr")])
        case _:
            yield from _blocks(tag, around)


def _is_data(tag: Tag) -> bool:
    """Whether a table holds data: cells with headings, lists or tables in them are a page's layout."""
    return not _holds(tag, _LAYOUT)


def _inline(node: PageElement) -> str:
    """The text in an element, line breaks as blanks, inline code in backticks."""
    if not isinstance(node, Tag):
        # comments, doctypes and processing instructions are subclasses of NavigableString
        return str(node) if type(node) in (NavigableString, CData) else ""
    if node.name == "br":
        return " "
    if node.name in ("code", "kbd", "samp", "tt"):
        return code_span(node.get_text())
    text = "".join(_inline(child) for child in node.children)
    return f" : {text}" if "classifier" in node.get_attribute_list("class") else text


class _Tree(BeautifulSoup):
    """A tree whose elements end where the HTML standard (section 13.1.2.4, optional tags) lets them end."""

    def handle_starttag(self, name: str, *arguments: Any, **options: Any) -> Tag | None:
        """Close what the start of ``name`` ends, then open it."""
        if name in BLOCKS and (ended := self._ended_by(name)):
            self.handle_endtag(ended)
        return super().handle_starttag(name, *arguments, **options)

    def _ended_by(self, name: str) -> str | None:
        """The outermost open element that cannot hold a ``name``: a paragraph, or its sibling."""
        ends = _ENDS.get(name, frozenset()) | {"p"}
        outermost = None
        for tag in reversed(self.tagStack):
            if tag.name in ends:
                outermost = tag.name
            elif tag.name in BLOCKS:
                break
        return outermost


def parse_html(source: str) -> BeautifulSoup:
    """The tree of a page; nothing in it is an error to an HTML parser."""
    with warnings.catch_warnings():
        # XHTML, and text that looks like a file name, are read as HTML on purpose
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return _Tree(_with_closed_comments(source), "html.parser")


def _with_closed_comments(source: str) -> str:
    """Comment signs after the last comment's end as text: the parser would look for an end of each of them, to the end of the page."""
    end = source.rfind("-->") + 1
    return source[:end] + source[end:].replace("<!--", "&lt;!--")
