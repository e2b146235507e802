"""Word, PowerPoint and Excel (OOXML) to Markdown, through mammoth, python-pptx and openpyxl. Pictures and macros are left alone."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import mammoth
from openpyxl import load_workbook
from pptx import Presentation

from golden_assets.adapters.documents.formats.decoding import open_archive
from golden_assets.adapters.documents.formats.html import html_to_markdown, parse_html
from golden_assets.adapters.documents.formats.markdown_writer import bullets, heading, join_blocks, one_line, table
from golden_assets.domain.core.errors import DocumentError

MAX_CELLS = 100_000
"""Filled cells of a workbook; more are data to query, and no document to ask about."""
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Code'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='HTML Preformatted'] => pre:separator('\\n')
"""
_NOTE = re.compile(r"^#(?:foot|end)note-")
"""Where the marks of notes lead to, and the arrows behind notes back."""


_NO_TITLES = frozenset({"Presentation", "PowerPoint Presentation", "PowerPoint-Präsentation", "Présentation PowerPoint"})


def word_to_markdown(data: bytes) -> tuple[str, None]:
    """(text of a .docx, None). Foot- and endnotes come at the end; comments and what was deleted do not come.

    Raises:
        DocumentError: see `open_archive`.
    """
    open_archive(data)
    page = parse_html(mammoth.convert_to_html(BytesIO(data), style_map=_STYLES, convert_image=_without_picture).value)
    for mark in page.find_all("a", href=_NOTE):
        mark.decompose()
    text, _ = html_to_markdown(str(page))
    return text, None


def slides_to_markdown(data: bytes) -> tuple[str, str | None]:
    """(text of a .pptx, its title): a section a slide, what the speaker notes say behind what it shows. Raises as `open_archive`."""
    open_archive(data)
    deck = Presentation(BytesIO(data))
    text = join_blocks(block for number, slide in enumerate(deck.slides, start=1) for block in _slide(slide, number))
    return text, _title(deck.core_properties.title)


def workbook_to_markdown(data: bytes) -> tuple[str, str | None]:
    """(text of a .xlsx, its title): a section with a table a sheet; values as they were computed last. Hidden sheets do not come.

    Raises:
        DocumentError: see `open_archive`; or more than `MAX_CELLS` cells are filled.
    """
    open_archive(data)
    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    blocks, left = [], MAX_CELLS
    for sheet in book.worksheets:
        rows = list(_rows(sheet, left)) if sheet.sheet_state == "visible" else []
        left -= sum(sum(map(bool, row)) for row in rows)
        blocks += [heading(2, sheet.title), table(rows)] if rows else []
    return join_blocks(blocks), _title(book.properties.title)


def _title(stated: str | None) -> str | None:
    """The title in a file's properties, unless it is the one that every new file gets."""
    title = one_line(stated or "")
    return title if title and title not in _NO_TITLES else None


def _without_picture(_: Any) -> list[Any]:
    return []


def _slide(slide: Any, number: int) -> Iterator[str]:
    """The blocks of a slide; none where it shows pictures alone."""
    title = slide.shapes.title
    shown = list(_shapes(shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        shown += [one_line(line) for line in slide.notes_slide.notes_text_frame.text.split("\n")]
    named = heading(2, title.text_frame.text) if title is not None and title.has_text_frame else ""
    if named or any(shown):
        yield named or heading(2, f"Slide {number}")
    yield from shown


def _shapes(shapes: Iterable[Any]) -> Iterator[str]:
    """The text in shapes, those in groups too, from top to bottom."""
    for shape in sorted(shapes, key=lambda one: (one.top or 0, one.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        elif shape.has_text_frame:
            yield from _paragraphs([(paragraph.level, one_line(paragraph.text)) for paragraph in shape.text_frame.paragraphs])
        elif getattr(shape, "has_table", False):
            cells = [[one_line(cell.text) for cell in row.cells] for row in shape.table.rows]
            yield table(cells) if any(map(any, cells)) else ""


def _paragraphs(lines: Sequence[tuple[int, str]]) -> Iterator[str]:
    """A paragraph alone as it is, several as the list that they are on most slides; a deeper one belongs to the item before it."""
    filled = [(level, text) for level, text in lines if text]
    if len(filled) == 1:
        yield filled[0][1]
        return
    items: list[list[str]] = []
    for level, text in filled:
        if level and items:
            items[-1].append(f"- {text}")
        else:
            items.append([text])
    yield bullets([[item[0], "\n".join(item[1:])] for item in items])


def _rows(sheet: Any, most: int) -> Iterator[list[str]]:
    """The rows with a value in them, without empty cells at their ends. Raises `DocumentError` above ``most`` filled cells."""
    filled = 0
    for row in sheet.iter_rows(values_only=True):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        filled += sum(map(bool, cells))
        if filled > most:
            raise DocumentError(f"a workbook with more than {MAX_CELLS:,} filled cells", "keep the sheets that people read")
        if cells:
            yield cells


def _cell(value: object) -> str:
    """A value as people write it: no time for a date, no decimals for a whole number."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return one_line(str(value))
