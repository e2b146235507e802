"""Records from JSON: an array, JSON Lines, objects one after the other in any layout, or a table as pandas writes it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from golden_assets.adapters.exchange.entries import Entry, Record, by_row
from golden_assets.adapters.exchange.rows import kind_of
from golden_assets.domain.errors import TestsetError

_GAP = re.compile(r"[\s,]*")
_NEXT_OBJECT = re.compile(r"\n(?=\{)")
_QUESTIONS = ("user_input", "question")
_MAX_BROKEN = 100
"""Records that may be broken before the file counts as something else than JSON."""
_MAX_DIGITS = 300
"""Longer whole numbers cannot be stored anyway, and reading them takes time that grows with the square of their length."""


def read_json(text: str, name: str) -> list[Entry]:
    """The records of a JSON file; a broken one among separate objects is passed over.

    Raises:
        TestsetError: it is no JSON (line and column say where), or holds no objects.
    """
    values = _values(text, name)
    if len(values) == 1 and isinstance(values[0].value, dict):
        return _table(values[0])
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
                raise TestsetError(f"{name} is no valid JSON ({place})", "correct it; copy it again if it was cut off") from None
            value = TestsetError(f"it is no valid JSON ({error.msg})", "correct it")
            position = following.end()
            broken += 1
        values.append(_Value(f"line {line}", value))
        position = _skip_gap(text, position)
    return values


def _skip_gap(text: str, position: int) -> int:
    gap = _GAP.match(text, position)
    return position if gap is None else gap.end()


def _table(only: _Value) -> list[Entry]:
    """The rows of the only object in a file: a table in one of the orientations of pandas, or else a row itself."""
    table: Mapping[str, Any] = only.value
    questions = next((table[name] for name in _QUESTIONS if name in table), None)
    columns, data = table.get("columns"), table.get("data")
    if isinstance(questions, dict) and all(isinstance(column, dict) for column in table.values()):
        return by_row({name: column.get(label) for name, column in table.items()} for label in questions)
    if isinstance(questions, list) and all(isinstance(column, list) and len(column) == len(questions) for column in table.values()):
        return by_row(dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True))
    if questions is not None:
        return [Entry(*only)]
    if isinstance(columns, list) and isinstance(data, list):
        return by_row(_split_record(columns, cells) for cells in data)
    if isinstance(data, list):
        return by_row(map(_record, data))
    if table and all(isinstance(row, dict) for row in table.values()):
        return by_row(table.values())
    return [Entry(*only)]


def _split_record(columns: Sequence[Any], cells: Any) -> Record | TestsetError:
    if not isinstance(cells, list) or len(cells) != len(columns):
        return TestsetError(f"it does not have the {len(columns)} values that the columns ask for", "give one value for each column")
    return dict(zip(map(str, columns), cells, strict=True))
