"""Tables as CSV (RFC 4180): double quotes, a header. Lists and objects are JSON in their cells.

We write commas; what is read may be separated by semicolons or tabs, as spreadsheets write it where the comma is in numbers, and may begin
with the line ``sep=;`` that Excel knows.
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
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.testsets.testset import TestsetRow

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?\r?\n')
_NEVER_NULL = ("user_input", "reference", "question_type", "synthesizer_name", "model")
"""An empty cell is a missing value, but for these columns in rows that we wrote: in those it is an empty text."""


def read_csv(text: str, name: str) -> list[Entry]:
    """The records of a CSV file; one with line breaks in its cells is where its first line is.

    Raises:
        TestsetError: a quote is not closed, or the header does not name each column once.
    """
    separator, lines = _lines(text, name)
    header, rows = (lines[0][1], lines[1:]) if lines else ([], [])
    _require_names(header, [cells for _, cells in rows], name)
    return [Entry(f"line {begin}", _record(header, cells, separator)) for begin, cells in rows]


def columns_of(text: str, name: str) -> list[str]:
    """The names in the header of a CSV file. Raises `TestsetError`."""
    _, lines = _lines(text, name)
    return lines[0][1] if lines else []


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


def _lines(text: str, name: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """The separator, and the cells of each line that is not empty with the number of the line that it begins in."""
    lines: list[tuple[int, list[str]]] = []
    begin = 1
    limit = csv.field_size_limit(MAX_FILE_BYTES)
    try:
        stated = SEPARATOR_LINE.match(text)
        separator = stated[1] if stated else _separator_of(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        for cells in reader:
            lines += [(begin, cells)] if cells else []
            begin = reader.line_num + 1
    except csv.Error as error:
        raise TestsetError(f"{name} is not valid CSV ({error} in line {begin})", "double each quote inside quotes") from None
    finally:
        csv.field_size_limit(limit)
    return separator, lines[1:] if stated else lines


def _separator_of(text: str) -> str:
    """The one that makes most columns of the header; a comma when none makes more."""
    return max(SEPARATORS, key=lambda separator: len(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), ())))


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, allow_nan=False)


def _require_names(header: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> None:
    """Refuse a header with a name twice or without one; pandas writes its row numbers under no name, which is harmless."""
    for column, times in Counter(header).items():
        if times > 1:
            raise TestsetError(f"{name} has {times} columns named {column!r}", "give each column a name of its own")
    if "" in header and not all(cells[header.index("")].isdigit() for cells in rows if len(cells) == len(header)):
        raise TestsetError(f"column {header.index('') + 1} of {name} has no name", "name it in the first line")


def _record(header: Sequence[str], cells: Sequence[str], separator: str) -> dict[str, Any] | TestsetError:
    if len(cells) != len(header):
        remedy = f"quote texts that hold a {SEPARATORS.get(separator, 'separator')} or a quote"
        return TestsetError(f"it has {len(cells)} cells, the header {len(header)}", remedy)
    named = dict(zip(header, cells, strict=True))
    ours = bool(named.get("row_id"))
    return {column: cell for column, cell in named.items() if column and (cell or (ours and column in _NEVER_NULL))}
