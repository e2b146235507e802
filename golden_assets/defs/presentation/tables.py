"""What all metadata are made of: tables, and texts that fit on a line."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

Metadata = dict[str, Any]
PREVIEW_CHARACTERS = 240
TABLE_ROWS = 200


def table(rows: Iterable[Mapping[str, Any]], /, **columns: str) -> Any:
    """A metadata table; ``columns`` maps each column to its type (``string``, ``int``, ``float``)."""
    schema = dg.TableSchema(columns=[dg.TableColumn(name, kind) for name, kind in columns.items()])
    return dg.MetadataValue.table([dg.TableRecord(dict(row)) for row in rows], schema=schema)


def shorten(text: str) -> str:
    """At most `PREVIEW_CHARACTERS` of ``text`` on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= PREVIEW_CHARACTERS else flat[: PREVIEW_CHARACTERS - 1] + "…"
