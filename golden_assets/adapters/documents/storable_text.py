"""What the stores below can hold: PostgreSQL refuses NUL and lone surrogates, canonical JSON integers beyond 2**53."""

from typing import Any

from golden_assets.domain.core.errors import DocumentError

_LARGEST_EXACT_INTEGER = 2**53 - 1  # RFC 8785 section 3.2.2.3: beyond it a JSON number is no longer exact


def require_storable(text: str) -> str:
    """Return ``text`` when it holds neither NUL characters nor lone surrogates.

    Raises:
        DocumentError: it does; names the first place.
    """
    if (place := text.find("\0")) >= 0:
        raise DocumentError(f"a NUL character at character {place}", "remove it, or leave the document out")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DocumentError(f"a lone surrogate at character {error.start}", "write the text again as valid Unicode") from error
    return text


def storable_json(value: Any) -> Any:
    """``value`` with integers that JSON cannot carry exactly as strings; every string is checked by `require_storable`."""
    match value:
        case str():
            return require_storable(value)
        case int() if abs(value) > _LARGEST_EXACT_INTEGER:
            return str(value)
        case float() if value != value or value in (float("inf"), float("-inf")):
            raise DocumentError(f"the metadata holds the number {value}", "write it as a finite number or as text")
        case list():
            return [storable_json(item) for item in value]
        case dict():
            return {require_storable(key): storable_json(item) for key, item in value.items()}
    return value
