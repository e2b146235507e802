"""Markdown and plain text as the blocks that `golden_assets.domain.corpus.chunking` joins into chunks.

markdown-it-py finds headings, paragraphs, code, tables and HTML with their line numbers; its inline rules are off, so that a document
of 5 MB takes about a second.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from golden_assets.domain.corpus.chunking import Block, Chunk, Kind, chunk_blocks
from golden_assets.domain.corpus.documents import Document

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_PROSE = {"paragraph_open"}
_OTHER = {"fence", "code_block", "html_block", "table_open", "hr"}
_FRONT_MATTER = re.compile(r"\A(?:---\n(?:.*\n)*?(?:---|\.\.\.)|\+\+\+\n(?:.*\n)*?\+\+\+)(?:\n|\Z)")


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table").disable("inline")


def chunk_document(document: Document) -> tuple[Chunk, ...]:
    """The chunks of a document in Markdown or plain text; none when it holds no prose."""
    return chunk_blocks(document, blocks_of(document.text))


def blocks_of(text: str) -> Iterator[Block]:
    """Blocks that cover all but blank lines, in order; a front matter (YAML or TOML) is left out."""
    front = _FRONT_MATTER.match(text)
    covered = front.end() if front else 0
    for block in _leaves(text, covered):
        if text[covered : block.start].strip():
            yield Block(covered, block.start, "other")
        yield block
        covered = block.end
    if text[covered:].strip():
        yield Block(covered, len(text), "other")


def _leaves(text: str, skipped: int) -> Iterator[Block]:
    """The blocks that hold text or code themselves; lists and quotations are seen as the paragraphs within them."""
    body = text[skipped:]
    starts = list(accumulate((len(line) + 1 for line in body.split("\n")), initial=skipped))
    for token in _parser().parse(body):
        kind = _kind(token.type, token.level)
        if kind is None or token.map is None:
            continue
        first, after = token.map
        level = int(token.tag[1:]) if kind == "heading" else 0
        yield Block(starts[first], min(len(text), starts[after] - 1), kind, level)


def _kind(name: str, depth: int) -> Kind | None:
    """What a token is to us; a heading inside a list or quotation divides nothing and counts as prose."""
    if name == "heading_open":
        return "prose" if depth else "heading"
    if name in _PROSE:
        return "prose"
    return "other" if name in _OTHER else None
