"""Tables and records (CSV, TSV, JSON, JSON Lines) to Markdown: a pipe table of what has columns, else a section a record."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from golden_assets.adapters.documents.formats.markdown_writer import bullets, heading, join_blocks, one_line, table
from golden_assets.domain.core.errors import DocumentError

MAX_CELLS = 100_000
"""Filled cells, or values, of a file; more are data to query, and no document to ask about."""
SEPARATORS = ",;\t|"
_LOOKED_AT = 20
"""Lines by which the separator is found."""
_NAMES = ("title", "name", "question", "heading", "subject", "id")
"""Fields that name a record, the most telling first."""


def table_to_markdown(source: str) -> str:
    """A pipe table of a CSV or TSV file; its first row is the header.

    Raises:
        DocumentError: it has quotes that do not end, or too many cells.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(source), delimiter=_separator(source), strict=True) if any(map(str.strip, row))]
    except csv.Error as error:
        raise DocumentError(f"a table that cannot be read ({error})", "save it as CSV again, or leave it out") from error
    _require_fewer(sum(sum(map(bool, row)) for row in rows))
    return table(rows) + "\n"


def json_to_markdown(source: str) -> str:
    """A JSON file: a section for each record of a list, nested values as lists. Raises `DocumentError`."""
    return _rendered([_parsed(source, 1)])


def json_lines_to_markdown(source: str) -> str:
    """A section for each record, one a line. Raises `DocumentError`."""
    return _rendered([[_parsed(line, number) for number, line in enumerate(source.splitlines(), start=1) if line.strip()]])


def _separator(source: str) -> str:
    """The sign that cuts the first lines into the same number of fields, the most of them."""
    lines = source.splitlines(keepends=True)[:_LOOKED_AT]

    def _fields(sign: str) -> int:
        counts = {len(row) for row in csv.reader(lines, delimiter=sign) if row}
        return counts.pop() if len(counts) == 1 else 0

    return max(SEPARATORS, key=_fields)


def _parsed(text: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DocumentError(f"not JSON at line {line + error.lineno - 1}", "correct it, or leave it out") from error


def _rendered(values: Sequence[Any]) -> str:
    _require_fewer(sum(map(_count, values)))
    return join_blocks(block for value in values for block in _blocks(value, 2))


def _require_fewer(cells: int) -> None:
    if cells > MAX_CELLS:
        raise DocumentError(f"a table with {cells:,} filled cells", f"keep what people read, up to {MAX_CELLS:,} cells, or leave it out")


def _count(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list) else 1


def _blocks(value: Any, level: int) -> Iterator[str]:
    """The blocks of a value: a list of records as sections below ``level``, other lists as bullets, a record field by field."""
    match value:
        case Mapping():
            yield from _record(value, level)
        case list() if any(isinstance(one, Mapping) for one in value):
            for number, one in enumerate(value, start=1):
                field = _naming_field(one)
                yield heading(level, str(one[field]) if field else f"Record {number}")
                yield from _blocks({name: part for name, part in one.items() if name != field} if field else one, level + 1)
        case list():
            yield bullets([[_plain(one)] for one in value])
        case _:
            yield _plain(value)


def _record(record: Mapping[str, Any], level: int) -> Iterator[str]:
    for name, value in record.items():
        if isinstance(value, Mapping | list) and value:
            yield heading(level, str(name))
            yield from _blocks(value, level + 1)
        elif text := _plain(value):
            yield f"**{one_line(str(name))}**: {text}"


def _naming_field(value: Any) -> str | None:
    """The field that names a record."""
    if not isinstance(value, Mapping):
        return None
    return next((key for key in _NAMES if value.get(key) and not isinstance(value[key], Mapping | list)), None)


def _plain(value: Any) -> str:
    """A single value as text: paragraphs of a text stay apart."""
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, str):
        return "\n\n".join(filter(None, map(one_line, value.split("\n\n"))))
    return json.dumps(value, ensure_ascii=False)
