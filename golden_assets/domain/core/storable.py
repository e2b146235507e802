"""What PostgreSQL and canonical JSON can hold: no NUL, no half of a surrogate pair, no number that is not finite."""

from typing import Any


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
