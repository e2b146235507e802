"""Tables as Parquet: lists are lists, sources are structs, fields of unknown names are text."""

import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from golden_assets.adapters.exchange.columns import EXTRA, PANDAS_INDEX, column_names, record_of
from golden_assets.adapters.exchange.entries import Entry, by_row
from golden_assets.adapters.exchange.files import MAX_FILE_BYTES
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.testsets.testset import Context, TestsetRow

if TYPE_CHECKING:
    import pyarrow as pa

_MAX_TABLE_BYTES = 4 * MAX_FILE_BYTES
"""A small file can unfold to any size; this is what unfolds in memory at most, about what a text file of the largest size takes."""
_BATCH = 1000


def read_parquet(data: bytes, name: str) -> list[Entry]:
    """The records of a Parquet file. Raises `TestsetError` when it is none, or unfolds to more than fits."""
    import pyarrow as pa
    from pyarrow import parquet

    records: list[dict[str, Any]] = []
    try:
        table = parquet.ParquetFile(io.BytesIO(data))
        _require_names(table.schema_arrow.names, name)
        size = 0
        for batch in table.iter_batches(batch_size=_BATCH):
            size += batch.nbytes
            if size > _MAX_TABLE_BYTES:
                raise TestsetError(f"{name} holds more than {_MAX_TABLE_BYTES // 2**20} MiB of values", "split it into several testsets")
            records.extend(batch.to_pylist())
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise TestsetError(f"{name} is not a readable Parquet file ({' '.join(str(error).split())[:200]})", "write it again") from None
    return by_row({column: value for column, value in record.items() if column != PANDAS_INDEX} for record in records)


def render_parquet(rows: Sequence[TestsetRow]) -> bytes:
    """A table with one schema. Raises `TestsetError` for a number that its columns cannot hold."""
    import pyarrow as pa
    from pyarrow import parquet

    records = [record_of(row, text_only=True) for row in rows]
    records = [
        record | ({EXTRA: json.dumps(record[EXTRA], ensure_ascii=False, allow_nan=False)} if EXTRA in record else {}) for record in records
    ]
    try:
        table = pa.Table.from_pylist(records, schema=_schema(column_names(records)))
    except (pa.ArrowException, OverflowError) as error:
        raise TestsetError(f"the rows do not fit into Parquet ({error})", "export them as jsonl") from None
    written = io.BytesIO()
    parquet.write_table(table, written)
    return written.getvalue()


def _schema(names: Sequence[str]) -> "pa.Schema":
    import pyarrow as pa

    source = pa.struct([(name, pa.string() if field.annotation is str else pa.int64()) for name, field in Context.model_fields.items()])
    texts = pa.list_(pa.string())
    kinds: dict[str, Any] = {"reference_contexts": texts, "call_ids": texts, "seed": pa.int64(), "context_sources": pa.list_(source)}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in names])


def _require_names(names: Sequence[str], file: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise TestsetError(f"{file} has several columns named {twice!r}", "give each column a name of its own")
