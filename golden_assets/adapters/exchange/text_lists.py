"""Lists of texts, and objects, that were written into one cell of a table: as JSON, or as Python or numpy print them."""

import ast
import io
import json
import tokenize
import warnings
from typing import Any

_MAX_LITERAL = 2**20
"""Characters of a printed list that are looked at; Python's tokenizer takes about a second for as many."""
_LAYOUT = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.ENCODING, tokenize.INDENT, tokenize.DEDENT})


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
