"""Which column of foreign records is which field of a row: names and dotted paths, regardless of case, blanks and underscores."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from golden_assets.adapters.exchange.entries import Record
from golden_assets.adapters.exchange.values import is_missing, json_object
from golden_assets.domain.core.errors import TestsetError

_IGNORED = re.compile(r"[\s_-]+")


@dataclass(frozen=True)
class Columns:
    """The columns that hold what a row needs. A dotted path leads into objects (``inputs.question``) and lists (``answers.0.text``)."""

    question: str | None = None
    answer: str | None = None
    contexts: str | None = None
    id: str | None = None
    metadata: str | None = None

    @classmethod
    def of(cls, named: "Columns | Mapping[str, str] | None") -> "Columns":
        """Columns from a mapping such as ``{"question": "input", "answer": "expected"}``. Raises `TestsetError` for another key."""
        if isinstance(named, Columns):
            return named
        unknown = sorted(set(named or {}) - set(cls.__dataclass_fields__))
        if unknown:
            raise TestsetError(f"a row has no {unknown[0]!r}", f"name the columns of {', '.join(cls.__dataclass_fields__)}")
        return cls(**(named or {}))

    @property
    def given(self) -> dict[str, str]:
        """The columns that are named, by what they hold."""
        return {kind: column for kind, column in asdict(self).items() if column}


def normal(name: str) -> str:
    """A column's name without case, blanks, dashes and underscores: ``Ground Truth`` and ``ground_truth`` are the same."""
    name = name.strip()
    inner = name.lstrip("_")  # names such as __expected and _id mean something else
    return "_" * (len(name) - len(inner)) + _IGNORED.sub("", inner).casefold()


def find(value: Any, path: str) -> Any:
    """What stands at a path; None when nothing does. In a list a number picks an element, anything else is found in each of them."""
    if not path:
        return value
    if isinstance(value, str):
        value = json_object(value)
    head, _, rest = path.partition(".")
    if isinstance(value, Mapping):
        whole = _key(value, path)
        key = whole if whole is not None else _key(value, head)
        return None if key is None else find(value[key], "" if whole is not None else rest)
    if isinstance(value, list):
        if head.isdigit():
            return find(value[int(head)], rest) if int(head) < len(value) else None
        return [found for part in value if (found := find(part, path)) is not None] or None
    return None


def without(record: Record, path: str) -> dict[str, Any]:
    """The record without what stands at the path, and without objects that are empty then. Lists stay whole."""
    whole = _key(record, path)
    head, _, rest = path.partition(".")
    key = whole if whole is not None else _key(record, head)
    if key is None:
        return dict(record)
    others = {name: value for name, value in record.items() if name != key}
    if whole is not None:
        return others
    inner = json_object(record[key]) if isinstance(record[key], str) else record[key]
    if not isinstance(inner, Mapping):
        return dict(record)
    left = without(inner, rest)
    return {name: left if name == key else value for name, value in record.items() if name != key or left}


def require_columns(columns: Columns, records: Sequence[Record], name: str) -> None:
    """Raise `TestsetError` for a named column that no record has."""
    for kind, column in columns.given.items():
        if all(is_missing(find(record, column)) for record in records):
            raise TestsetError(f"{name} has no {column!r} to take the {kind} from, but {names_in(records)}", f"name the {kind} column")


def names_in(records: Iterable[Record], shown: int = 20) -> str:
    """The names of the records' fields, as they are quoted in a message."""
    found = list(dict.fromkeys(column for record in records for column in record))
    more = f" and {len(found) - shown} more" if len(found) > shown else ""
    return ", ".join(repr(column)[:60] for column in found[:shown]) + more


def _key(record: Mapping[str, Any], name: str) -> str | None:
    """The record's own spelling of a name; a filled field before an empty one."""
    if name in record:
        return name
    alike = [key for key in record if normal(key) == normal(name)]
    return next((key for key in alike if not is_missing(record[key])), alike[0] if alike else None)
