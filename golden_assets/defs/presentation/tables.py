"""What all metadata are made of: tables, and texts that fit on a line."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

Metadata = dict[str, Any]
PREVIEW_CHARACTERS = 240
TABLE_ROWS = 200
DECIMALS = 6
"""Of every number that is shown, as in quality reports."""


def table(rows: Iterable[Mapping[str, Any]], /, **columns: str) -> Any:
    """A metadata table; ``columns`` maps each column to its type (``string``, ``int``, ``float``)."""
    schema = dg.TableSchema(columns=[dg.TableColumn(name, kind) for name, kind in columns.items()])
    return dg.MetadataValue.table([dg.TableRecord(rounded(row)) for row in rows], schema=schema)


def rounded(metadata: Mapping[str, Any]) -> Metadata:
    """The metadata with numbers as people read them."""
    return {key: round(value, DECIMALS) if isinstance(value, float) else value for key, value in metadata.items()}


def shorten(text: str) -> str:
    """At most `PREVIEW_CHARACTERS` of ``text`` on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= PREVIEW_CHARACTERS else flat[: PREVIEW_CHARACTERS - 1] + "…"
