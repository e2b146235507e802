"""HTML to a tree with Python's own parser, which knows nothing of omitted end tags: they are supplied here.

Hand-written and generated pages (javadoc) leave out ``</p>``, ``</li>`` and ``</td>``, as HTML allows; without this every such element
would lie within the one before.
"""

import warnings
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import Tag

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
