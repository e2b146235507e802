"""HTML within Markdown as Markdown: lists, tables and paragraphs that are written as tags would else be markup that gives no passage.

CommonMark says which lines are HTML. A block of tags alone is read as a page is; one with Markdown between its tags loses the tags and
keeps its lines. Comments, scripts and code in ``pre`` stay as they are: none of them is prose.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from golden_assets.adapters.documents.formats.html import html_to_markdown

_MAY_HOLD_HTML = re.compile(r"^[ \t>*+-]*<[A-Za-z/]", re.MULTILINE)
_NOT_PROSE = re.compile(r"\s*<(?:!|\?|script\b|style\b|pre\b|textarea\b)", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_IS_MARKDOWN = re.compile(r"^\s*(?:[-*+]\s|#{1,6}\s|\d+[.)]\s|>|\||`{3}|~{3})", re.MULTILINE)
_COMMONMARK = MarkdownIt("commonmark").disable("inline")


def without_html_blocks(text: str) -> str:
    """The text with its HTML blocks as Markdown; the very text when it has none."""
    if not _MAY_HOLD_HTML.search(text):
        return text
    lines = text.split("\n")
    for token in reversed(_COMMONMARK.parse(text)):
        if token.type == "html_block" and token.map and not _NOT_PROSE.match(token.content):
            first, after = token.map
            lines[first:after] = _prefixed(lines[first], token)
    return "\n".join(lines)


def _prefixed(first_line: str, token: Token) -> list[str]:
    """The block as Markdown, between blank lines, or behind the marks of the list or quotation around it."""
    content = _as_markdown(token.content)
    if not token.level:
        return ["", *content, ""]
    start = first_line.find(token.content.split("\n", 1)[0])
    mark = first_line[: max(start, 0)]
    further = re.sub(r"[^>\s]", " ", mark)
    return [(further if number else mark) + line if line or not number else further.rstrip() for number, line in enumerate(content)]


def _as_markdown(content: str) -> list[str]:
    if _IS_MARKDOWN.search(content):
        plain = "\n".join(_TAG.sub(" ", line).rstrip() for line in content.split("\n"))
    else:
        plain, _ = html_to_markdown(f"<main>{content}</main>")
    return plain.strip("\n").split("\n")
