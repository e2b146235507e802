"""Tables as CSV (RFC 4180): comma, double quotes, a header. Lists and objects stand in their cells as JSON.

Semicolons and tabs are read, too, as spreadsheets write them where a comma is in numbers, with or without a first line ``sep=;``.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from golden_assets.adapters.exchange.columns import column_names, record_of
from golden_assets.adapters.exchange.entries import Entry
from golden_assets.adapters.exchange.files import MAX_FILE_BYTES
from golden_assets.adapters.exchange.values import MISSING_WORDS, is_missing_word, typed_text
from golden_assets.domain.errors import TestsetError
from golden_assets.domain.testsets import TestsetRow

_SEPARATORS = (",", ";", "\t")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n')
_NEVER_NULL = ("user_input", "reference", "question_type", "synthesizer_name", "model")
"""An empty cell is a missing value, but for these columns in rows that we wrote: in those it is an empty text."""


def read_csv(text: str, name: str) -> list[Entry]:
    """The records of a CSV file; one with line breaks in its cells is where its first line is.

    Raises:
        TestsetError: a quote is not closed, or the header does not name each column once.
    """
    lines: list[tuple[int, list[str]]] = []
    opened, begin = io.StringIO(text, newline=""), 1
    separator = _separator(text)
    if _SEPARATOR_LINE.match(text):
        opened.readline()
        begin = 2
    first = begin - 1
    reader = csv.reader(opened, strict=True, delimiter=separator)
    limit = csv.field_size_limit(MAX_FILE_BYTES)
    try:
        for cells in reader:
            lines += [(begin, cells)] if cells else []
            begin = first + reader.line_num + 1
    except csv.Error as error:
        raise TestsetError(
            f"{name} is no valid CSV ({error} in line {first + reader.line_num})", "double each quote inside quotes"
        ) from None
    finally:
        csv.field_size_limit(limit)
    header, rows = (lines[0][1], lines[1:]) if lines else ([], [])
    _require_names(header, [cells for _, cells in rows], name)
    return [Entry(f"line {begin}", _record(header, cells)) for begin, cells in rows]


def typed(records: Sequence[dict[str, Any]], names: Collection[str]) -> list[dict[str, Any]]:
    """The records with numbers and truth values in the columns that hold nothing else, as pandas reads them; ``names`` stay text."""
    texts: dict[str, list[str]] = {}
    for record in records:
        for name, cell in record.items():
            if name not in names and isinstance(cell, str) and cell not in MISSING_WORDS:
                texts.setdefault(name, []).append(cell)
    kinds = {name: {type(typed_text(cell)) for cell in cells} for name, cells in texts.items()}
    alike = {name for name, found in kinds.items() if found == {bool} or found <= {int, float}}
    return [
        {
            name: typed_text(cell) if name in alike and isinstance(cell, str) else cell
            for name, cell in record.items()
            if name in names or not is_missing_word(cell)
        }
        for record in records
    ]


def render_csv(rows: Sequence[TestsetRow]) -> bytes:
    """A table of text cells. Cells are never altered, so one that starts with ``=`` is a formula to a spreadsheet."""
    records = [record_of(row, text_only=True) for row in rows]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, column_names(records), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in record.items()} for record in records)
    return text.getvalue().encode("utf-8")


def _separator(text: str) -> str:
    """What the line ``sep=`` says, or else what divides the header into most columns; a comma among equals."""
    said = _SEPARATOR_LINE.match(text)
    if said is not None:
        return said[1]
    return max(_SEPARATORS, key=lambda one: len(next(csv.reader(io.StringIO(text, newline=""), delimiter=one), [])))


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, allow_nan=False)


def _require_names(header: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> None:
    """Refuse a header with a name twice or without one; pandas writes its row numbers under no name, which is harmless."""
    for column, times in Counter(header).items():
        if times > 1:
            raise TestsetError(f"{name} has {times} columns named {column!r}", "give each column a name of its own")
    if "" in header and not all(cells[header.index("")].isdigit() for cells in rows if len(cells) == len(header)):
        raise TestsetError(f"column {header.index('') + 1} of {name} has no name", "name it in the first line")


def _record(header: Sequence[str], cells: Sequence[str]) -> dict[str, Any] | TestsetError:
    if len(cells) != len(header):
        return TestsetError(f"it has {len(cells)} cells, the header {len(header)}", "quote texts that hold a comma or a quote")
    named = dict(zip(header, cells, strict=True))
    ours = bool(named.get("row_id"))
    return {column: cell for column, cell in named.items() if column and (cell or (ours and column in _NEVER_NULL))}
