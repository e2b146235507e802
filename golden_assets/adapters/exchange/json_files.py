"""Records from JSON: an array, JSON Lines, objects one after the other in any layout, or a table as pandas writes it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from golden_assets.adapters.exchange.entries import Entry, Record, by_row
from golden_assets.adapters.exchange.mapping import normal
from golden_assets.adapters.exchange.rows import kind_of
from golden_assets.adapters.exchange.shapes import recognise
from golden_assets.domain.core.errors import TestsetError

_GAP = re.compile(r"[\s,]*")
_NEXT_OBJECT = re.compile(r"\n(?=\{)")
_ASKED = frozenset({"userinput", "question"})
_QUESTIONS = frozenset({"userinput", "question", "questions", "query", "queries", "input", "inputs"})
_MAX_BROKEN = 100
"""Records that may be broken before the file counts as something else than JSON."""
_MAX_DIGITS = 300
"""Longer whole numbers cannot be stored anyway, and reading them takes time that grows with the square of their length."""


def read_json(text: str, name: str) -> list[Entry]:
    """The records of a JSON file; a broken one among separate objects is passed over.

    Raises:
        TestsetError: it is not JSON (line and column say where), or holds no objects.
    """
    values = _values(text, name)
    if len(values) == 1 and isinstance(values[0].value, dict):
        return _table(values[0], name)
    entries: list[Entry] = []
    for place, value in values:
        if isinstance(value, list):
            entries += [Entry(f"row {number}", _record(item)) for number, item in enumerate(value, start=len(entries) + 1)]
        else:
            entries.append(Entry(place, _record(value)))
    if values and all(not isinstance(one.value, dict | list | TestsetError) for one in values):
        raise TestsetError(f"{name} holds {kind_of(values[0].value)}, no rows", "give a list of objects, or one object a line")
    return entries


def _record(value: Any) -> Record | TestsetError:
    if isinstance(value, dict | TestsetError):
        return value
    return TestsetError(f"it is {kind_of(value)}, not an object", "give an object with user_input and reference")


class _Value(NamedTuple):
    """What JSON says, and the line in which it begins."""

    place: str
    value: Any


def _values(text: str, name: str) -> list[_Value]:
    """The values in the text, one after the other."""
    decoder = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) < _MAX_DIGITS else float("inf"))
    values: list[_Value] = []
    broken, line, before, position = 0, 1, 0, _skip_gap(text, 0)
    while position < len(text):
        line, before = line + text.count("\n", before, position), position
        try:
            value, position = decoder.raw_decode(text, position)
        except RecursionError:
            raise TestsetError(f"{name} is nested too deeply", "flatten its objects") from None
        except json.JSONDecodeError as error:
            following = None if text[position] == "[" or broken == _MAX_BROKEN else _NEXT_OBJECT.search(text, position)
            if following is None:
                place = f"{error.msg.removesuffix(' at').removesuffix(' starting')} at line {error.lineno}, column {error.colno}"
                raise TestsetError(f"{name} is not valid JSON ({place})", "correct it; copy it again if it was cut off") from None
            value = TestsetError(f"it is not valid JSON ({error.msg})", "correct it")
            position = following.end()
            broken += 1
        values.append(_Value(f"line {line}", value))
        position = _skip_gap(text, position)
    return values


def _skip_gap(text: str, position: int) -> int:
    gap = _GAP.match(text, position)
    return position if gap is None else gap.end()


def _table(only: _Value, name: str) -> list[Entry]:
    """The rows of the only object in a file: a table in one of the orientations of pandas, a list of rows in it, or else a row itself."""
    table: Mapping[str, Any] = only.value
    columns, data = table.get("columns"), table.get("data")
    values = list(table.values())
    labels = next((column for name, column in table.items() if normal(name) in _QUESTIONS and isinstance(column, dict)), None)
    if labels is not None and all(isinstance(column, dict) and column.keys() == labels.keys() for column in values) and _are_texts(labels):
        return by_row({name: column.get(label) for name, column in table.items()} for label in labels)
    if _are_columns(table):
        return by_row(dict(zip(table, cells, strict=True)) for cells in zip(*values, strict=True))
    if isinstance(columns, list) and isinstance(data, list) and recognise([table]) is None:
        return by_row(_split_record(columns, cells) for cells in data)
    if any(isinstance(value, str) and normal(field) in _ASKED for field, value in table.items()):
        return [Entry(*only)]
    if recognise([table]) is not None and not any(_known(_unfolded(rows)) for rows in _row_lists(table).values()):
        return [Entry(*only)]
    if table and all(isinstance(row, dict) for row in values):
        inner = [row for row in values if _row_lists(row)]
        return by_row(_rows_within(inner[0], name)) if len(values) == 1 and inner else by_row(values)
    return by_row(_rows_within(table, name)) if _row_lists(table) else [Entry(*only)]


def _are_columns(table: Mapping[str, Any]) -> bool:
    """Whether all values are lists of one length, and one of them the questions."""
    lengths = {len(column) if isinstance(column, list) else -1 for column in table.values()}
    asked = [column for name, column in table.items() if normal(name) in _QUESTIONS]
    return len(lengths) == 1 and -1 not in lengths and any(_are_texts(column) for column in asked) and len(table) > 1


def _are_texts(column: Any) -> bool:
    return not any(isinstance(value, dict | list) for value in (column.values() if isinstance(column, dict) else column))


def _row_lists(table: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The lists of objects in an object, by their names."""
    return {name: rows for name, rows in table.items() if isinstance(rows, list) and any(isinstance(row, dict) for row in rows)}


def _rows_within(table: Mapping[str, Any], file: str) -> list[Record | TestsetError]:
    """The rows in the list of objects that holds questions and answers, or in the only one. Raises `TestsetError` for several."""
    lists = _row_lists(table)
    lists = {name: rows for name, rows in lists.items() if _known(_unfolded(rows))} or lists
    if len(lists) > 1:
        raise TestsetError(f"{file} holds several lists of objects ({', '.join(map(repr, lists))})", "keep the one that holds the rows")
    return [_record(row) for row in _unfolded(next(iter(lists.values())))]


def _known(rows: Sequence[Any]) -> bool:
    return recognise([row for row in rows if isinstance(row, dict)]) is not None


def _unfolded(rows: list[Any]) -> list[Any]:
    """The questions of SQuAD's articles, each with its paragraph; other lists as they are."""
    if not all(isinstance(article, dict) and isinstance(article.get("paragraphs"), list) for article in rows):
        return rows
    return [
        {"context": paragraph.get("context"), "title": article.get("title"), **asked}
        for article in rows
        for paragraph in article["paragraphs"]
        if isinstance(paragraph, dict)
        for asked in paragraph.get("qas", [])
        if isinstance(asked, dict)
    ]


def _split_record(columns: Sequence[Any], cells: Any) -> Record | TestsetError:
    if not isinstance(cells, list) or len(cells) != len(columns):
        return TestsetError(f"it does not have the {len(columns)} values that the columns ask for", "give one value for each column")
    return dict(zip(map(str, columns), cells, strict=True))
