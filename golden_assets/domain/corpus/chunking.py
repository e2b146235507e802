"""Chunks: passages of a document, verbatim, each about one thing and of a size that a question can be asked about.

A format's parser names the blocks of a text (`Block`); this module joins them. Cuts fall on headings and blank lines, never inside a
code block or table; small sections join their neighbours under the same parent; what is longer than `MAX_WORDS` in one paragraph is
cut at sentence ends. Passages without prose (only code, a table, links) are left out: nothing can be asked about them honestly.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import CJK, SOUTH_EAST_ASIAN, UNSPACED_WORD, WORD, count_words
from golden_assets.domain.corpus.documents import Document, normalise

MIN_WORDS = 120
"""Sections below this join their neighbours: the usual lower bound at which a passage still answers more than one question."""
MAX_WORDS = 350
"""No chunk is longer: about 500 tokens, which every embedding and chat model takes."""
MIN_PROSE_WORDS = 8
"""A chunk with fewer words outside headings, code, tables and link targets holds no sentence to ask about."""

_LINK_TARGET = re.compile(r"\]\([^)\s]*\)|https?://\S+")
_LETTER_WORD = re.compile(rf"{UNSPACED_WORD}|[^\W\d_{CJK}{SOUTH_EAST_ASIAN}][^\s{CJK}{SOUTH_EAST_ASIAN}]*")
_SENTENCE_END = re.compile(r"[.!?…؟۔][\"'»”’)\]*_]*\s+|[。！？]+[」』”’）]*\s*|\n")


_PARAGRAPH_END = re.compile(r"\n\s*\n")
Kind = Literal["heading", "prose", "other"]


class Block(NamedTuple):
    """A run of whole lines that belong together: ``text[start:end]``, ``end`` after the last line's text.

    ``kind`` is ``other`` for code, tables, HTML and rules, which are never cut. ``level`` is a heading's, 1 to 6.
    """

    start: int
    end: int
    kind: Kind
    level: int = 0


class Chunk(Record):
    """A passage: ``document.text[start:end] == text``. ``chunk_hash`` is that of the normalised text, wherever it stands."""

    document_id: str
    document_hash: str
    chunk_hash: str
    start: int
    end: int
    text: str


class _Piece(NamedTuple):
    """Blocks that stay together: their span, words, words of prose, and the level of their section's heading (0: before any)."""

    start: int
    end: int
    words: int
    prose: int
    level: int


def chunk_blocks(document: Document, blocks: Iterable[Block]) -> tuple[Chunk, ...]:
    """The chunks of a document, in its order, disjoint, each at most `MAX_WORDS` long; none when it holds no prose.

    Args:
        document: whose text the blocks are spans of.
        blocks: in order, disjoint, and covering all but blank lines.
    """
    text = document.text
    pieces = [piece for section in _sections(text, blocks) for piece in _split(text, section)]
    spans = [piece for piece in _join(pieces) if piece.words <= MAX_WORDS and piece.prose >= MIN_PROSE_WORDS]
    return tuple(_chunk(document, span.start, span.end) for span in spans)


def halves(chunk: Chunk) -> tuple[Chunk, ...]:
    """The chunk as two, cut at the paragraph end nearest its middle, else at a sentence end, else between words; none when too short.

    Each half has at least `MIN_PROSE_WORDS` words, at the place in the document that it states.
    """
    words = [match.start() for match in WORD.finditer(chunk.text)]
    if len(words) < 2 * MIN_PROSE_WORDS:
        return ()
    first, last, middle = words[MIN_PROSE_WORDS], words[-MIN_PROSE_WORDS], len(chunk.text) // 2
    for pattern in (_PARAGRAPH_END, _SENTENCE_END):
        ends = [match.end() for match in pattern.finditer(chunk.text) if first <= match.end() <= last]
        if ends:
            cut = min(ends, key=lambda end: abs(end - middle))
            break
    else:
        cut = words[len(words) // 2]
    return _part(chunk, 0, cut), _part(chunk, cut, len(chunk.text))


def _part(chunk: Chunk, start: int, end: int) -> Chunk:
    """A part of a chunk, without blanks at its ends."""
    text = chunk.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    changes = {"text": text, "chunk_hash": sha256_text(normalise(text))}
    return chunk.model_copy(update={**changes, "start": chunk.start + start, "end": chunk.start + start + len(text)})


def _chunk(document: Document, start: int, end: int) -> Chunk:
    text = document.text[start:end]
    return Chunk(
        document_id=document.document_id,
        document_hash=document.content_hash,
        chunk_hash=sha256_text(normalise(text)),
        start=start,
        end=end,
        text=text,
    )


def _sections(text: str, blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Headings with what follows them; headings that follow one another stay together."""
    section: list[Block] = []
    for block in blocks:
        if not text[block.start : block.end].strip():
            continue
        if block.kind == "heading" and section and section[-1].kind != "heading":
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _split(text: str, section: Sequence[Block]) -> Iterator[_Piece]:
    """A section as one piece, or as several of about equal size when it is longer than `MAX_WORDS`."""
    units = [unit._replace(level=section[0].level) for unit in _units(text, section)]
    total = sum(unit.words for unit in units)
    goal = total / max(1, math.ceil(total / (MAX_WORDS - MIN_WORDS / 2)))
    current: _Piece | None = None
    for unit in units:
        if current is not None and _is_full(current, unit, goal if total > MAX_WORDS else MAX_WORDS):
            yield current
            current = None
        current = unit if current is None else _merge(current, unit)
    if current is not None:
        yield current


def _is_full(current: _Piece, unit: _Piece, goal: float) -> bool:
    """Whether the unit starts a new piece. Code and tables stay with the text before them as long as there is room."""
    if current.words + unit.words > MAX_WORDS:
        return True
    return unit.prose > 0 and current.prose > 0 and current.words + unit.words / 2 > goal


def _units(text: str, section: Sequence[Block]) -> Iterator[_Piece]:
    """The smallest pieces of a section: blocks with no blank line between them, or less where that is longer than `MAX_WORDS`."""
    for group in _glued(text, section):
        piece = _measure(text, group)
        if piece.words <= MAX_WORDS:
            yield piece
            continue
        for block in group:
            yield from _sentences(text, block)


def _glued(text: str, section: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks that no blank line parts, and a heading with the first block below it."""
    group = [section[0]]
    for before, block in pairwise(section):
        if before.kind == "heading" or text.count("\n", before.end, block.start) < 2:
            group.append(block)
        else:
            yield group
            group = [block]
    yield group


def _sentences(text: str, block: Block) -> Iterator[_Piece]:
    """The block itself, or a giant paragraph in pieces of whole sentences; a giant sentence is cut between words."""
    whole = _measure(text, [block])
    if whole.words <= MAX_WORDS or block.kind != "prose":
        yield whole
        return
    ends = [match.end() for match in _SENTENCE_END.finditer(text, block.start, block.end)]
    start = block.start
    for end in [*ends, block.end]:
        if end == start:
            continue
        for sentence in _cut_words(text, start, end):
            yield _measure(text, [sentence])
        start = end


def _cut_words(text: str, start: int, end: int) -> Iterator[Block]:
    """A span as blocks of at most `MAX_WORDS` words."""
    words = [match.start() for match in WORD.finditer(text, start, end)]
    borders = [start, *words[MAX_WORDS::MAX_WORDS], end]
    for left, right in pairwise(borders):
        yield Block(left, right, "prose")


def _measure(text: str, blocks: Sequence[Block]) -> _Piece:
    """The span from the first block to the last, without blanks at its end, and what it holds."""
    start, end = blocks[0].start, blocks[-1].end
    stripped = start + len(text[start:end].rstrip())
    prose = sum(_prose_words(text[b.start : b.end]) for b in blocks if b.kind == "prose")
    return _Piece(start, stripped, count_words(text[start:stripped]), prose, level=0)


def _prose_words(text: str) -> int:
    """Words that start with a letter, link targets left out."""
    return sum(1 for _ in _LETTER_WORD.finditer(_LINK_TARGET.sub("]", text)))


def _merge(first: _Piece, second: _Piece) -> _Piece:
    return _Piece(first.start, second.end, first.words + second.words, first.prose + second.prose, first.level)


def _join(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Join small pieces with the next one under the same parent heading."""
    current: _Piece | None = None
    for piece in pieces:
        if current is not None and _belongs(current, piece):
            current = _merge(current, piece)
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def _belongs(current: _Piece, piece: _Piece) -> bool:
    """Whether a piece joins the one before it: either is small, both fit, and no heading above the first one's level lies between."""
    small = current.words < MIN_WORDS or piece.words < MIN_WORDS
    return small and piece.level >= current.level and current.words + piece.words <= MAX_WORDS
