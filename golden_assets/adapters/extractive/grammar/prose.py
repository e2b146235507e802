"""Markdown to prose: the sentences of paragraphs and of list items that are written in sentences.

Headings, code, tables, HTML, images, front matter and lists of links are no prose. Inline markup is rendered to its text; code
spans keep their backticks, since a reader needs them to tell a name from a word. Plain text is a paragraph and needs nothing else.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token as Node

from golden_assets.adapters.extractive.grammar.sentences import split_sentences

_ADMONITION: Final = re.compile(r"^(?:!!!|\?\?\?\+?|:::)\s*\w+(?:\s+\"[^\"]*\")?\s*")
_CALLOUT: Final = re.compile(r"^\[![A-Z]+\]\s*")
_LABEL: Final = re.compile(r"^(?:Note|Tip|Warning|Important|Caution|Hint|Description|Resolution|Summary|Answer|Remark):\s+", re.IGNORECASE)
_LINK_BY_NAME: Final = re.compile(r"(?<![\w\]`])\[\s*([^\[\]]+?)\s*\] ?\[[^\[\]]*\]")
"""A link whose target is defined elsewhere, in another part of the document or by the program that renders it."""
_SILENT: Final = {"softbreak": " ", "hardbreak": " ", "html_inline": "\0", "image": "\0"}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """CommonMark with tables, so that table cells are not taken for prose."""
    return MarkdownIt("commonmark").enable("table")


@lru_cache(maxsize=2048)
def headed_sentences(text: str) -> tuple[tuple[str, str], ...]:
    """Every whole sentence of a Markdown or plain text, whitespace-normalised, in order of appearance.

    The first sentence below a heading comes with that heading, all others with an empty string.
    """
    found: list[tuple[str, str]] = []
    for heading, paragraph in _paragraphs(text):
        for sentence in split_sentences(paragraph):
            found.append((heading, sentence))
            heading = ""
    return tuple(found[:-1] if found and _is_cut_off(found[-1][1], text) else found)


def _is_cut_off(sentence: str, text: str) -> bool:
    """Whether a text ends in the middle of this sentence, as a chunk may."""
    return sentence[-1].isalnum() and text.rstrip().endswith(sentence.split()[-1])


def sentences_of(text: str) -> list[str]:
    """The sentences of a text without their headings."""
    return [sentence for _, sentence in headed_sentences(text)]


def headings_of(text: str) -> list[str]:
    """The headings of a text, in order."""
    return [_inline(node) for kind, node in _inlines(text) if kind == "heading_open"]


def _inlines(text: str) -> list[tuple[str, Node]]:
    """Each inline node with the type of the block that opens right before it."""
    nodes = _parser().parse(text)
    return [(before.type, node) for before, node in pairwise(nodes) if node.type == "inline"]


def _paragraphs(text: str) -> list[tuple[str, str]]:
    """The rendered text of each paragraph outside tables, code and HTML, with the heading right above it or an empty string."""
    paragraphs, heading = [], ""
    for kind, node in _inlines(text):
        if kind == "heading_open":
            heading = " ".join(_inline(node).split())
        elif kind == "paragraph_open" and not _is_links_only(node):
            rendered = _clean(_inline(node))
            paragraphs += [(heading, rendered)] if rendered and "\0" not in rendered else []
            heading = ""
    return paragraphs


def _is_links_only(node: Node) -> bool:
    """Whether a paragraph is nothing but links and the dashes between them."""
    depth, outside = 0, ""
    for child in node.children or []:
        depth += child.nesting if child.type in {"link_open", "link_close"} else 0
        outside += child.content if not depth else ""
    linked = any(child.type == "link_open" for child in node.children or [])
    return linked and not any(char.isalnum() for char in outside)


def _inline(node: Node) -> str:
    """Inline markup as text; NUL marks what has no textual form (images, HTML)."""
    return "".join(_render(child) for child in node.children or [])


def _render(child: Node) -> str:
    """One inline node as text."""
    if child.type == "code_inline":
        return f"`{child.content}`"
    return _SILENT.get(child.type, child.content)


def _clean(text: str) -> str:
    """One paragraph without admonition markers, labels and targets of links, whitespace-normalised."""
    joined = _LINK_BY_NAME.sub(r"\1", " ".join(text.split()))
    return _LABEL.sub("", _CALLOUT.sub("", _ADMONITION.sub("", joined)))
