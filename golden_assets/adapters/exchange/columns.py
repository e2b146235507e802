"""The columns of a testset in files: which fields a row has, under which names, and in which order.

A row's unknown fields (``extra``) are written as fields of their own, so that a file that was imported comes back as it was. Those that a
file could not hold so are written together into the field ``extra``: a name that is taken, a null, and in tables all that is not text, or
text that would be read as a number or a missing value.
"""

import ast
import io
import json
import tokenize
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from golden_assets.adapters.exchange.mapping import normal
from golden_assets.adapters.exchange.values import is_missing, looks_typed
from golden_assets.domain.testsets.testset import TestsetRow

OLD_NAMES: Mapping[str, str] = {
    "question": "user_input",
    "ground_truth": "reference",
    "contexts": "reference_contexts",
    "evolution_type": "synthesizer_name",
    "ground_truths": "reference",
}
"""Names of older RAGAS releases, and today's."""
EXTRA = "extra"
PANDAS_INDEX = "__index_level_0__"
"""What pandas calls its row labels in Parquet; they are no data."""
FIELDS = (
    "row_id",
    "user_input",
    "reference",
    "reference_contexts",
    "question_type",
    "synthesizer_name",
    "persona_name",
    "query_style",
    "query_length",
    "model",
    "seed",
    "prompt_hash",
    "call_ids",
    "run_id",
    "context_sources",
)
_TAKEN = frozenset({*FIELDS, *OLD_NAMES, EXTRA, PANDAS_INDEX, ""})
_OURS = {normal(name): name for name in (*FIELDS, *OLD_NAMES, EXTRA)}
_MAX_LITERAL = 2**20
"""Characters of a printed list that are looked at; Python's tokenizer takes about a second for as many."""
_LAYOUT = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.ENCODING, tokenize.INDENT, tokenize.DEDENT})


def with_our_names(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with names such as ``Ground Truth`` spelled as we do, unless it has a field of that name already."""
    named: dict[str, Any] = {}
    for name, value in record.items():
        ours = _OURS.get(normal(name), name)
        named[name if ours in record and ours != name and not is_missing(record[ours]) else ours] = value
    return named


def record_of(row: TestsetRow, *, text_only: bool) -> dict[str, Any]:
    """A row as an object of named values, without those that are None.

    Args:
        row: the row.
        text_only: write only text into fields of unknown names, as columns of one type need it.
    """
    record = row.model_dump(mode="json", exclude={"contexts", EXTRA})
    record |= {"row_id": row.row_id, "reference_contexts": [context.text for context in row.contexts]}
    record |= {"context_sources": [context.model_dump(mode="json") for context in row.contexts]}
    alone = {name: value for name, value in row.extra.items() if _stands_alone(name, value, text_only)}
    together = {name: value for name, value in row.extra.items() if name not in alone}
    known = {name: record[name] for name in FIELDS if record[name] is not None and (name != "call_ids" or record[name])}
    return known | alone | ({EXTRA: together} if together else {})


def column_names(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """The columns of a table of records: the known ones, then the others in order of appearance, then ``extra`` where it is used."""
    named = dict.fromkeys(name for record in records for name in record)
    others = [name for name in named if name not in FIELDS and name != EXTRA]
    return [*FIELDS, *others, *([EXTRA] if EXTRA in named else [])]


def _stands_alone(name: str, value: Any, text_only: bool) -> bool:
    if name in _TAKEN or value is None:
        return False
    return not text_only or (isinstance(value, str) and value != "" and not looks_typed(value))


def parse_texts(cell: str) -> list[str] | None:
    """The texts of a list such as ``["a", "b"]``, ``['a', 'b']`` or numpy's ``['a' 'b']``; None when it is not such a list."""
    stripped = cell.strip()
    if not (stripped.startswith(("[", "(")) and stripped.endswith(("]", ")"))):
        return None
    try:
        value = json.loads(stripped)
    except (ValueError, RecursionError):
        return _printed_texts(stripped)
    return value if isinstance(value, list) and all(isinstance(text, str) for text in value) else None


def parse_object(cell: object) -> dict[str, Any] | None:
    """The object of a cell such as ``{"a": 1}`` or ``{'a': 1}``, as a data frame's objects become in CSV; None when it holds none."""
    if not (isinstance(cell, str) and cell.startswith("{") and cell.endswith("}") and len(cell) <= _MAX_LITERAL):
        return None
    for parse in (json.loads, ast.literal_eval):
        try:
            with warnings.catch_warnings(action="ignore"):  # as below
                value = parse(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        return value if isinstance(value, dict) and all(isinstance(name, str) for name in value) else None
    return None


def _printed_texts(text: str) -> list[str] | None:
    """Read tokens, not an expression: numpy leaves the commas out, and an expression would join ``'a' 'b'`` into one text."""
    if len(text) > _MAX_LITERAL:
        return None
    try:
        tokens = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type not in _LAYOUT]
        inner = tokens[1:-1]
        if any(token.type != tokenize.STRING and token.string != "," for token in inner):
            return None
        with warnings.catch_warnings(action="ignore"):  # text that was never Python may hold escapes that Python warns of
            texts = [ast.literal_eval(token.string) for token in inner if token.type == tokenize.STRING]
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return texts if all(isinstance(text, str) for text in texts) else None
