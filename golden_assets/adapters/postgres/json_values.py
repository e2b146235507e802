"""JSON on its way into and out of JSONB, so that what is read hashes like what was written."""

import json
from typing import Any

_EXACT = 2**53


def dumps(value: Any) -> str:
    """Compact JSON; numbers that are not finite are refused with `ValueError`, for PostgreSQL refuses them too."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """JSON as stored. JSONB turns 1e+22 into 10000000000000000000000: integers beyond 2**53 were floats, and become floats again."""
    return json.loads(text, parse_int=_number)


def _number(digits: str) -> int | float:
    value = int(digits)
    return value if -_EXACT < value < _EXACT else float(value)


def unstorable(value: Any, path: str = "") -> str | None:
    """Where a string stands that JSONB refuses (a NUL byte or a lone surrogate) or a number that is not finite, and which; else None."""
    if isinstance(value, str):
        return _unstorable_text(value, path)
    if isinstance(value, float) and value - value != 0:
        return f"{path} is {value}"
    if isinstance(value, dict):
        items = [(f"{path}.{key}".lstrip("."), part) for key, part in value.items()]
        items += [(f"a key of {path or 'the object'}", key) for key in value]
    elif isinstance(value, list | tuple):
        items = [(f"{path}[{position}]", part) for position, part in enumerate(value)]
    else:
        return None
    return next((found for where, part in items if (found := unstorable(part, where))), None)


def _unstorable_text(text: str, path: str) -> str | None:
    if "\x00" in text:
        return f"{path} holds a NUL byte"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return f"{path} holds a lone surrogate"
    return None
