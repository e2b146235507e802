"""Our own datasets as Phoenix's download gives them back: nested in JSON Lines, with dotted columns in CSV."""

import json
from collections.abc import Mapping
from typing import Any

from golden_assets.adapters.exchange.entries import Record
from golden_assets.adapters.exchange.mapping import find
from golden_assets.adapters.exchange.values import typed_text
from golden_assets.domain.core.errors import TestsetError

_PARTS = ("input", "output", "metadata")
_KEPT = ("question_type", "model", "query_style", "query_length", "prompt_hash", "seed", "call_ids", "run_id", "extra")
_OF_VERSIONS = ("version", "testset_name", "testset_hash", "stage", "split", "row_id", "row_hash", "document_ids", "provenance")
_RENAMED = {"persona": "persona_name", "synthesizer": "synthesizer_name", "contexts": "reference_contexts"}


def is_published(record: Record) -> bool:
    """Whether the record is a row that we published, or one in the same fields."""
    ours = any(find(record, f"metadata.{name}") is not None for name in ("row_id", "question_type", "contexts"))
    return ours and find(record, "input.question") is not None and find(record, "output.reference") is not None


def published_rows(record: Record) -> list[dict[str, Any]]:
    """What a published record can have been: as it stands, and, from CSV, with its kept fields as the numbers that they spell."""
    nested = _nested(record)
    metadata = nested.get("metadata") or {}
    row = {name: metadata[name] for name in _KEPT if name in metadata}
    row |= {ours: metadata[theirs] for theirs, ours in _RENAMED.items() if theirs in metadata}
    row |= {"user_input": find(nested, "input.question"), "reference": find(nested, "output.reference"), "row_id": metadata.get("row_id")}
    row["context_sources"] = _sources(row.get("reference_contexts"), metadata.get("provenance"))
    others = {name: value for name, value in metadata.items() if name not in (*_KEPT, *_OF_VERSIONS, *_RENAMED)}
    extra = row.get("extra", others)
    row["extra"] = extra
    if not isinstance(extra, Mapping):
        return [row]
    return [row, row | {"extra": {name: _typed(value) for name, value in extra.items()}}]


def _nested(record: Record) -> dict[str, Any]:
    """Columns such as ``metadata.extra.topic`` as objects in objects."""
    nested: dict[str, Any] = {}
    for name, value in record.items():
        parts = name.split(".") if name.split(".")[0] in _PARTS else [name]
        inner = nested
        for part in parts[:-1]:
            inner = inner.setdefault(part, {})
        inner[parts[-1]] = value
    return nested


def _sources(texts: Any, provenance: Any) -> list[dict[str, Any]]:
    texts, places = _listed(texts), _listed(provenance)
    if len(texts) != len(places) or not all(isinstance(place, dict) for place in places):
        return []
    return [{**place, "text": text} for text, place in zip(texts, places, strict=True)]


def _listed(value: Any) -> list[Any]:
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        raise TestsetError("its contexts or their provenance are no JSON", "download the dataset again") from None
    return value if isinstance(value, list) else []


def _typed(value: Any) -> Any:
    """A list, number or truth value from its text."""
    if isinstance(value, Mapping):
        return {name: _typed(part) for name, part in value.items()}
    if isinstance(value, str) and value.startswith("["):
        return _listed(value)
    return typed_text(value) if isinstance(value, str) else value
