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
