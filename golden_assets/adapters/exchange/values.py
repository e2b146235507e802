"""Single values of records, whatever library or tool wrote them: what is missing, what JSON holds, numbers in text."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from golden_assets.domain.core.errors import TestsetError

MISSING_WORDS = frozenset({"nan", "NaN", "-nan", "-NaN", "None", "null", "NULL", "<NA>", "NaT", "NA", "N/A", "n/a", "#N/A", "#NA"})
"""What libraries write for a missing value when they turn it into text; alone in a cell it is neither an answer nor a passage."""
_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*)?(\.\d*)?([eE][-+]?\d+)?")
_INFINITY = re.compile(r"[-+]?inf(inity)?", re.IGNORECASE)
_TRUTH_VALUES = {"True": True, "TRUE": True, "true": True, "False": False, "FALSE": False, "false": False}
_EXACT = 2**53
"""JSON holds whole numbers exactly up to here."""


def is_missing(value: Any) -> bool:
    """None, NaN, NaT and NA; pandas has one of these for every kind of column."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value


def is_missing_word(value: Any) -> bool:
    """Whether a text is nothing but the name of a missing value."""
    return isinstance(value, str) and value.strip() in MISSING_WORDS


def json_value(value: Any, place: str) -> Any:
    """A value as JSON holds it: numpy scalars, arrays, dates and tuples are converted. Raises `TestsetError` naming ``place``."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return json_value(value.tolist(), place)
    if isinstance(value, Mapping):
        return {str(key): json_value(part, f"{place}.{key}") for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(part, f"{place}[{position}]") for position, part in enumerate(value)]
    raise TestsetError(f"{place} holds a {type(value).__name__}, which JSON cannot", "convert it to text or numbers")


def exact(value: Any) -> Any:
    """The value with each whole number that JSON does not hold exactly as text."""
    if isinstance(value, dict):
        return {key: exact(part) for key, part in value.items()}
    if isinstance(value, list):
        return [exact(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) > _EXACT:
        return value
    return str(value) if isinstance(value, int) and abs(value) >= _EXACT else value


def number_as_text(value: Any) -> Any:
    """A number or truth value as a table prints it; anything else as it is."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return str(value) if isinstance(value, bool | int | float) else value


def typed_text(text: str) -> Any:
    """The number or truth value that a text spells, as pandas takes it; the text itself where it spells neither."""
    if text in _TRUTH_VALUES:
        return _TRUTH_VALUES[text]
    if _INFINITY.fullmatch(text):
        return float(text)
    if _NUMBER.fullmatch(text) and any(letter.isdigit() for letter in text):
        return int(text) if text.lstrip("+-").isdigit() and len(text) < 20 else _float(text)
    return text


def _float(text: str) -> Any:
    try:
        return float(text) if not text.lstrip("+-").isdigit() else text
    except ValueError:
        return text


def looks_typed(text: str) -> bool:
    """Whether a text would not come back as that text from a table without types."""
    return not isinstance(typed_text(text), str) or is_missing_word(text)


def json_object(text: str) -> Any:
    """The object or list that a text spells as JSON; None when it spells none."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
