"""What a file of rows holds: records, and where each of them begins."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from golden_assets.domain.core.errors import TestsetError

Record = Mapping[str, Any]


class Entry(NamedTuple):
    """A record, or the reason why it cannot be read. ``place`` is ``line 3`` where a record begins in a line of its own, else ``row 3``;
    both count from 1, as people count.
    """

    place: str
    value: Record | TestsetError


def by_row(values: Iterable[Record | TestsetError]) -> list[Entry]:
    """Entries of a file that has no lines, or whose records do not begin in lines of their own."""
    return [Entry(f"row {number}", value) for number, value in enumerate(values, start=1)]
