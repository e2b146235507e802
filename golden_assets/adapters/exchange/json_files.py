"""Records from JSON: an array, JSON Lines, objects one after the other in any layout, or a table as pandas writes it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from golden_assets.adapters.exchange.rows import kind_of
from golden_assets.domain.errors import TestsetError

Records = list[Mapping[str, Any] | TestsetError]
"""What stands in a file, in order: records, and for those that cannot be read the reason."""

_GAP = re.compile(r"[\s,]*")
_NEXT_OBJECT = re.compile(r"\n(?=\{)")
_QUESTIONS = ("user_input", "question")
_MAX_BROKEN = 100
"""Records that may be broken before the file counts as something else than JSON."""
_MAX_DIGITS = 300
"""Longer whole numbers cannot be stored anyway, and reading them takes time that grows with the square of their length."""


def read_json(text: str, name: str) -> Records:
    """The records of a JSON file; a broken one among separate objects is passed over.

    Raises:
        TestsetError: it is no JSON (line and column say where), or holds no objects.
    """
    values = _values(text, name)
    if len(values) == 1 and isinstance(values[0], dict):
        return _table(values[0])
    records: Records = []
    for value in values:
        records.extend(map(_record, value) if isinstance(value, list) else [_record(value)])
    if values and all(not isinstance(value, dict | list | TestsetError) for value in values):
        raise TestsetError(f"{name} holds {kind_of(values[0])}, no rows", "give a list of objects, or one object a line")
    return records


def _record(value: Any) -> Mapping[str, Any] | TestsetError:
    if isinstance(value, dict | TestsetError):
        return value
    return TestsetError(f"it is {kind_of(value)}, not an object", "give an object with user_input and reference")


def _values(text: str, name: str) -> list[Any]:
    """The values in the text, one after the other."""
    decoder = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) < _MAX_DIGITS else float("inf"))
    values: list[Any] = []
    broken, position = 0, _skip_gap(text, 0)
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except RecursionError:
            raise TestsetError(f"{name} is nested too deeply", "flatten its objects") from None
        except json.JSONDecodeError as error:
            following = None if text[position] == "[" or broken == _MAX_BROKEN else _NEXT_OBJECT.search(text, position)
            if following is None:
                place = f"{error.msg.removesuffix(' at').removesuffix(' starting')} at line {error.lineno}, column {error.colno}"
                raise TestsetError(f"{name} is no valid JSON ({place})", "correct it; copy it again if it was cut off") from None
            begin = text.count("\n", 0, position) + 1
            value = TestsetError(f"the object that begins in line {begin} is no valid JSON ({error.msg})", "correct it")
            position = following.end()
            broken += 1
        values.append(value)
        position = _skip_gap(text, position)
    return values


def _skip_gap(text: str, position: int) -> int:
    gap = _GAP.match(text, position)
    return position if gap is None else gap.end()


def _table(table: Mapping[str, Any]) -> Records:
    """The rows of the only object in a file: a table in one of the orientations of pandas, or else a row itself."""
    questions = next((table[name] for name in _QUESTIONS if name in table), None)
    columns, data = table.get("columns"), table.get("data")
    if isinstance(questions, dict) and all(isinstance(column, dict) for column in table.values()):
        return [{name: column.get(label) for name, column in table.items()} for label in questions]
    if isinstance(questions, list) and all(isinstance(column, list) and len(column) == len(questions) for column in table.values()):
        return [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]
    if questions is not None:
        return [table]
    if isinstance(columns, list) and isinstance(data, list):
        return [_split_record(columns, cells) for cells in data]
    if isinstance(data, list):
        return [_record(row) for row in data]
    if table and all(isinstance(row, dict) for row in table.values()):
        return list(table.values())
    return [table]


def _split_record(columns: Sequence[Any], cells: Any) -> Mapping[str, Any] | TestsetError:
    if not isinstance(cells, list) or len(cells) != len(columns):
        return TestsetError(f"it does not have the {len(columns)} values that the columns ask for", "give one value for each column")
    return dict(zip(map(str, columns), cells, strict=True))
