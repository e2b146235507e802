"""HTML to Markdown, through Beautiful Soup: what a reader of the page would call its text.

Navigation, banners, scripts and controls are dropped; a ``header`` or ``aside`` inside ``main`` or ``article`` stays, since the one
holds the title and the other the notes.
"""

from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, PageElement, Tag

from golden_assets.adapters.documents.formats.html_tree import BLOCKS, HEADINGS, parse_html
from golden_assets.adapters.documents.formats.markdown_writer import bullets, code_span, fence, heading, join_blocks, one_line, table

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
