"""Testsets as the bytes of one file."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from golden_assets.adapters.exchange.columns import record_of
from golden_assets.adapters.exchange.csv_files import render_csv
from golden_assets.adapters.exchange.parquet_files import render_parquet
from golden_assets.domain.testsets.testset import Testset, TestsetRow

ExportFormat = Literal["jsonl", "json", "csv", "parquet", "ragas"]
EXPORT_FORMATS: tuple[ExportFormat, ...] = ("jsonl", "json", "csv", "parquet", "ragas")
_RAGAS_FIELDS = ("user_input", "reference", "reference_contexts", "synthesizer_name", "persona_name", "query_style", "query_length")
"""What ragas 0.4 reads into a `SingleTurnSample` and a `TestsetSample`; anything else it would drop."""


def render(testset: Testset, file_format: ExportFormat) -> bytes:
    """A testset in a format of `EXPORT_FORMATS`; ``ragas`` is JSON Lines with the columns of ragas only.

    Raises:
        TestsetError: a number does not fit into Parquet.
    """
    if file_format == "csv":
        return render_csv(testset.rows)
    if file_format == "parquet":
        return render_parquet(testset.rows)
    records = _ragas_records(testset.rows) if file_format == "ragas" else (record_of(row, text_only=False) for row in testset.rows)
    lines = [json.dumps(record, ensure_ascii=False, allow_nan=False) for record in records]
    text = "[\n" + ",\n".join(lines) + "\n]\n" if file_format == "json" else "".join(f"{line}\n" for line in lines)
    return text.encode("utf-8")


def _ragas_records(rows: Sequence[TestsetRow]) -> Iterable[dict[str, Any]]:
    for row in rows:
        record = record_of(row, text_only=False)
        yield {name: record[name] for name in _RAGAS_FIELDS if name in record}
