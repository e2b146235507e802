"""pandas frames in RAGAS's columns, to and from testsets. Reading what was written gives the same testset hash.

Columns: ``user_input``, ``reference``, ``reference_contexts``, ``synthesizer_name``, ``persona_name``, ``query_style``,
``query_length``; ours besides: ``question_type``, ``model``, ``seed``, ``prompt_hash``, ``context_sources`` (where each context stands),
``call_ids``, ``run_id``, ``row_id``. The names of older RAGAS releases are understood (``question``, ``ground_truth``, ``contexts``,
``evolution_type``). Any other column is kept under ``extra``.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from golden_assets.domain.errors import TestsetError
from golden_assets.domain.hashing import sha256_json
from golden_assets.domain.provenance import loose_context
from golden_assets.domain.testsets import UNKNOWN, Context, GenerationRequest, RowFailure, Testset, TestsetRow

if TYPE_CHECKING:
    import pandas as pd

OLD_NAMES = {"question": "user_input", "ground_truth": "reference", "contexts": "reference_contexts", "evolution_type": "synthesizer_name"}
_OPTIONAL = ("persona_name", "query_style", "query_length", "prompt_hash", "run_id")
_KNOWN = frozenset(
    {"user_input", "reference", "reference_contexts", "synthesizer_name", "question_type", "model", "seed", "context_sources", "row_id"}
) | frozenset({"call_ids", *_OPTIONAL})


def read_frame(frame: "pd.DataFrame", metadata: Mapping[str, Any]) -> Testset:
    """The testset that a frame holds.

    Args:
        frame: one row per question; ``user_input`` and ``reference`` are needed.
        metadata: ``source`` names where the rows come from.

    Raises:
        TestsetError: no rows, a column missing, a value missing or of the wrong kind (with row and column), or a row that occurs twice.
    """
    renamed = frame.rename(columns={old: new for old, new in OLD_NAMES.items() if old in frame.columns and new not in frame.columns})
    missing = [name for name in ("user_input", "reference") if name not in renamed.columns]
    if missing:
        raise TestsetError(f"the frame has no column {' and no column '.join(missing)}", "name the columns as RAGAS does")
    if renamed.empty:
        raise TestsetError("the frame has no rows", "give at least one row")
    rows = tuple(_row(position, record) for position, record in enumerate(renamed.to_dict(orient="records")))
    _require_distinct(rows)
    return outside_testset(rows, str(metadata.get("source", "dataframe")))


def outside_testset(rows: tuple[TestsetRow, ...], source: str, failures: tuple[RowFailure, ...] = ()) -> Testset:
    """The testset of rows that came from outside: ``source`` says whence, ``failures`` which rows were left out."""
    models = sorted({row.model for row in rows})
    return Testset(
        rows=rows,
        corpus_hash=sha256_json(sorted({(c.document_id, c.document_hash) for row in rows for c in row.contexts})),
        request=GenerationRequest(size=len(rows), question_types={}),
        generator=source,
        generator_version=UNKNOWN,
        model=models[0] if len(models) == 1 else "several",
        embedding_model="none",
        failures=failures,
    )


def write_frame(testset: Testset) -> "pd.DataFrame":
    """One line per row, unknown fields as columns of their own."""
    import pandas as pd

    return pd.DataFrame([_record(row) for row in testset.rows])


def json_value(value: Any, place: str) -> Any:
    """A value as JSON holds it: numpy scalars, arrays, dates and tuples are converted. Raises `TestsetError` naming ``place``."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return json_value(value.tolist(), place)
    if isinstance(value, Mapping):
        return {str(key): json_value(part, f"{place}.{key}") for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(part, f"{place}[{position}]") for position, part in enumerate(value)]
    raise TestsetError(f"{place} holds a {type(value).__name__}, which JSON cannot", "convert it to text or numbers")


def _row(position: int, record: Mapping[Any, Any]) -> TestsetRow:
    present = {str(name): value for name, value in record.items() if not is_missing(value)}
    synthesizer = str(present.get("synthesizer_name", UNKNOWN))
    return TestsetRow(
        user_input=_text(position, "user_input", present),
        reference=_text(position, "reference", present),
        contexts=_contexts(position, present),
        question_type=str(present.get("question_type", synthesizer.removesuffix("_synthesizer").removesuffix("_query"))),
        synthesizer_name=synthesizer,
        model=str(present.get("model", UNKNOWN)),
        seed=None if "seed" not in present else int(present["seed"]),
        call_ids=tuple(_texts(position, "call_ids", present)),
        extra={name: json_value(value, f"row {position}, {name}") for name, value in present.items() if name not in _KNOWN},
        **{name: str(present[name]) for name in _OPTIONAL if name in present},
    )


def is_missing(value: Any) -> bool:
    """None, NaN, NaT and NA; pandas has one of these for every kind of column."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value


def _text(position: int, name: str, record: Mapping[str, Any]) -> str:
    value = record.get(name)
    if value is None:
        raise TestsetError(f"row {position} has no {name}", "fill it in or leave the row out")
    if not isinstance(value, str):
        raise TestsetError(f"row {position}, {name} is a {type(value).__name__}", "give text")
    return value


def _contexts(position: int, record: Mapping[str, Any]) -> tuple[Context, ...]:
    """The contexts with their sources where these are given; otherwise each text stands for a document of its own."""
    texts = _texts(position, "reference_contexts", record)
    sources = {source["text"]: Context.model_validate(source) for source in record.get("context_sources", [])}
    return tuple(sources.get(text) or loose_context(text) for text in texts)


def _texts(position: int, name: str, record: Mapping[str, Any]) -> list[str]:
    texts = json_value(record.get(name, []), f"row {position}, {name}")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TestsetError(f"row {position}, {name} is no list of texts", "give a list of strings")
    return texts


def _require_distinct(rows: tuple[TestsetRow, ...]) -> None:
    seen: dict[str, int] = {}
    for position, row in enumerate(rows):
        key = repr(row.content)  # not the hash: rows that cannot be hashed are refused later, by what is wrong with them
        if key in seen:
            raise TestsetError(f"rows {seen[key]} and {position} are equal", "leave one of them out")
        seen[key] = position


def _record(row: TestsetRow) -> dict[str, Any]:
    record = row.model_dump(mode="python", exclude={"contexts", "extra"})
    record |= {"reference_contexts": [context.text for context in row.contexts]}
    record |= {"context_sources": [context.model_dump() for context in row.contexts], "row_id": row.row_id}
    return record | row.extra
