"""pandas frames in RAGAS's columns, to and from testsets. Reading what was written gives the same testset hash.

Columns: ``user_input``, ``reference``, ``reference_contexts``, ``synthesizer_name``, ``persona_name``, ``query_style``,
``query_length``; ours besides: ``question_type``, ``model``, ``seed``, ``prompt_hash``, ``context_sources`` (where each context stands),
``call_ids``, ``run_id``, ``row_id``. The names of older RAGAS releases are understood (``question``, ``ground_truth``, ``contexts``,
``evolution_type``), and those of other tools, as in files. Any other column is kept under ``extra``.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from golden_assets.adapters.exchange.columns import PANDAS_INDEX
from golden_assets.adapters.exchange.entries import Entry
from golden_assets.adapters.exchange.import_file import outside_testset, read_records
from golden_assets.adapters.exchange.mapping import Columns
from golden_assets.adapters.exchange.values import is_missing, json_value
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.testsets.testset import Testset, TestsetRow

if TYPE_CHECKING:
    import pandas as pd


def read_frame(frame: "pd.DataFrame", metadata: Mapping[str, Any], columns: Columns | Mapping[str, str] | None = None) -> Testset:
    """The testset that a frame holds.

    Args:
        frame: one row per question; it is read as a file with the same columns is.
        metadata: ``source`` names where the rows come from.
        columns: where question, answer, contexts, id and metadata stand; what is not named is recognised.

    Raises:
        TestsetError: no rows, a column missing, a value missing or of the wrong kind (with row and column), or a row that occurs twice.
    """
    if frame.empty:
        raise TestsetError("the frame has no rows", "give at least one row")
    entries = [Entry(f"row {position}", _plain(position, record)) for position, record in enumerate(frame.to_dict(orient="records"))]
    records = read_records(entries, "the frame", Columns.of(columns))
    for failure in records.failures[:1]:
        raise TestsetError(f"{failure.subject}, {failure.reason}", failure.remedy)
    return outside_testset(tuple(row for _, row in records.taken), str(metadata.get("source", "dataframe")))


def write_frame(testset: Testset) -> "pd.DataFrame":
    """One line per row, unknown fields as columns of their own."""
    import pandas as pd

    return pd.DataFrame([_record(row) for row in testset.rows])


def _plain(position: int, record: Mapping[Any, Any]) -> dict[str, Any]:
    """The values of a line as JSON has them, without those that are missing and without pandas' row numbers."""
    return {
        str(name): json_value(value, f"row {position}, {name}")
        for name, value in record.items()
        if not is_missing(value) and not _is_row_number(str(name), value)
    }


def _is_row_number(name: str, value: Any) -> bool:
    return name in (PANDAS_INDEX, "Unnamed: 0") and str(value).isdigit()


def _record(row: TestsetRow) -> dict[str, Any]:
    record = row.model_dump(mode="python", exclude={"contexts", "extra"})
    record |= {"reference_contexts": [context.text for context in row.contexts]}
    record |= {"context_sources": [context.model_dump() for context in row.contexts], "row_id": row.row_id}
    return record | row.extra
