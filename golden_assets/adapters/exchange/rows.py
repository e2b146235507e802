"""One record of a file or frame, whatever names and shapes its fields have, as a row of a testset; or the reason why it cannot be one."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import rfc8785
from pydantic import ValidationError

from golden_assets.adapters.exchange.columns import EXTRA, FIELDS, OLD_NAMES, parse_texts, with_our_names
from golden_assets.adapters.exchange.values import exact, is_missing, is_missing_word, json_value, number_as_text
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.text import unstorable
from golden_assets.domain.testsets.provenance import loose_context
from golden_assets.domain.testsets.testset import UNKNOWN, Context, TestsetRow
from golden_assets.settings.types import PLAN_NAMES

MAX_TEXT = 1_000_000
"""Characters of a question, answer or passage. No model reads more at once, so more is a mistake in the file, say a missing quote."""
_OLD_TYPES = {
    **PLAN_NAMES,
    "single_hop_specifc": "single_hop_specific",
    "specific": "single_hop_specific",
    "abstract": "multi_hop_abstract",
    "comparative_abstract": "multi_hop_abstract",
}
"""Question types as older RAGAS releases wrote them, one of them misspelt, and ours."""
_MAX_DEPTH = 50
"""Levels of nested lists and objects; the JSON libraries on the way give up between 250 and 1,000."""


class ReadRow(NamedTuple):
    """A row, and what is said of fields that it had to lose."""

    row: TestsetRow
    notes: tuple[str, ...] = ()


def read_row(record: Mapping[str, Any]) -> ReadRow:
    """The row that a record holds. Values that are missing (null, NaN, and their names alone in a text) count as absent.

    Raises:
        TestsetError: it cannot be a row; names the field.
    """
    present = {name: value for name, value in _renamed(with_our_names(record)).items() if not is_missing(value)}
    extra, notes = _extra(present)
    row = _row(_without_missing_words(present), extra)
    synthesizer = _OLD_TYPES.get(named_by(row.synthesizer_name), named_by(row.synthesizer_name))
    row = row.model_copy(update={"question_type": _OLD_TYPES.get(row.question_type, row.question_type or synthesizer)})
    _require_storable(row)
    _require_usable(row)
    return ReadRow(row, notes)


def stored_row(record: Mapping[str, Any]) -> TestsetRow | None:
    """The row that the registry took once and that came back unchanged, as its id says; None for any other record."""
    if not record.get("row_id"):
        return None
    try:
        present = {name: value for name, value in record.items() if not is_missing(value)}
        row = _row(present, _kept(present))
        _require_storable(row)
    except TestsetError:
        return None
    return row if row.row_id == record["row_id"] else None


def _row(present: Mapping[str, Any], extra: dict[str, Any]) -> TestsetRow:
    synthesizer = str(present.get("synthesizer_name", UNKNOWN))
    question_type = _label(present, "question_type")
    return TestsetRow(
        user_input=_text(present, "user_input"),
        reference=_text(present, "reference"),
        contexts=_contexts(present),
        question_type=named_by(synthesizer) if question_type is None else question_type,
        synthesizer_name=synthesizer,
        persona_name=_label(present, "persona_name"),
        query_style=_label(present, "query_style"),
        query_length=_label(present, "query_length"),
        model=str(present.get("model", UNKNOWN)),
        prompt_hash=_label(present, "prompt_hash"),
        seed=_seed(present),
        call_ids=tuple(_texts(present, "call_ids")),
        run_id=_label(present, "run_id"),
        extra=extra,
    )


def _without_missing_words(present: Mapping[str, Any]) -> dict[str, Any]:
    """The record without passages that name a missing value. Raises `TestsetError` for such a question or answer."""
    for field in ("user_input", "reference"):
        if is_missing_word(present.get(field)):
            raise TestsetError(f"{field} is {present[field]!r}, which means that it is missing", "write a sentence, or leave the row out")
    passages = present.get("reference_contexts")
    if is_missing_word(passages):
        return {name: value for name, value in present.items() if name != "reference_contexts"}
    if isinstance(passages, str) and isinstance(listed := parse_texts(passages), list):
        passages = listed
    if isinstance(passages, list):
        return {**present, "reference_contexts": [text for text in passages if not is_missing_word(text)]}
    return dict(present)


def named_by(synthesizer: str) -> str:
    """The question type that a synthesizer's name says, as RAGAS calls them."""
    return synthesizer.removesuffix("_synthesizer").removesuffix("_query")


def _depth_fault(value: Any, name: str) -> str | None:
    level, depth = [value], 0
    while level:
        nested = [part for part in level if isinstance(part, dict | list)]
        level = [item for part in nested for item in (part.values() if isinstance(part, dict) else part)]
        depth += bool(nested)
        if depth > _MAX_DEPTH:
            return f"{name} is nested more than {_MAX_DEPTH} levels deep"
    return None


def _renamed(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record under today's names. An old name beside a filled one of today is not ours: it stays what it is."""
    named = dict(record)
    for old, new in OLD_NAMES.items():
        if is_missing(named.get(new)) and not is_missing(named.get(old)):
            value = named.pop(old)
            named[new] = (parse_texts(value) or value) if new == "reference" and isinstance(value, str) else value
    return named


def _text(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    if field == "reference" and isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\n".join(value) if value else None  # RAGAS once allowed several ground truths
    if value is None:
        raise TestsetError(f"{field} is missing", "fill it in or leave the row out")
    value = number_as_text(value)
    if not isinstance(value, str):
        raise TestsetError(f"{field} is {kind_of(value)}, not a text", "give one text; conversations cannot be stored")
    return value


def kind_of(value: Any) -> str:
    """What a JSON value is called."""
    kinds = {
        "NoneType": "null",
        "bool": "a truth value",
        "int": "a number",
        "float": "a number",
        "str": "a text",
        "list": "a list",
        "dict": "an object",
    }
    return kinds.get(type(value).__name__, f"a {type(value).__name__}")


def _label(record: Mapping[str, Any], field: str) -> str | None:
    return None if field not in record else str(record[field])


def _contexts(record: Mapping[str, Any]) -> tuple[Context, ...]:
    """The passages; where each stands is taken from ``context_sources``, in order, or else by the same text."""
    texts = _texts(record, "reference_contexts")
    sources = _sources(record.get("context_sources"))
    if [source.text for source in sources] == texts:
        return sources
    by_text = {source.text: source for source in sources}
    return tuple(by_text.get(text) or loose_context(text) for text in texts)


def _texts(record: Mapping[str, Any], field: str) -> list[str]:
    value = record.get(field)
    if value is None or value == "":
        return []
    if isinstance(value, str):
        texts = parse_texts(value)
        if texts is None and value.strip().startswith("[") and value.strip().endswith("]"):
            raise TestsetError(f"{field} looks like a list of texts, but is none", 'write it as JSON: ["first", "second"]')
        return [value] if texts is None else texts
    if not isinstance(value, list):
        raise TestsetError(f"{field} is {kind_of(value)}, not a list of texts", "give a list")
    for position, text in enumerate(value):
        if not isinstance(text, str):
            raise TestsetError(f"{field}[{position}] is {kind_of(text)}, not a text", "give texts only")
    return value


def _sources(value: Any) -> tuple[Context, ...]:
    try:
        listed = json.loads(value) if isinstance(value, str) else value
        return tuple(Context.model_validate(source) for source in listed or [])
    except (ValidationError, ValueError, TypeError, RecursionError):
        raise TestsetError("context_sources is not a list of sources", "remove it: the texts alone will do") from None


def _seed(record: Mapping[str, Any]) -> int | None:
    value = record.get("seed")
    try:
        if value is None or int(float(value)) == float(value):
            return None if value is None else int(value) if isinstance(value, int) else int(float(value))
    except (ValueError, TypeError, OverflowError):
        pass
    raise TestsetError(f"seed is {str(value)[:40]!r}, not a whole number", "correct or remove it")


def _extra(record: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of unknown names that can be stored, and what is said of the others, which are left out."""
    kept, notes = {}, []
    for name, value in _together(record).items():
        fault = _depth_fault(value, name) or unstorable({name: value}, "extra")
        if fault is None:
            kept[name] = exact(json_value(value, name))
        else:
            notes.append(f"{fault}: the field is left out")
    return kept, tuple(notes)


def _kept(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json_value(value, name) for name, value in _together(record).items()}


def _together(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of unknown names, and those that are kept together in ``extra``."""
    alone = {name: value for name, value in record.items() if name not in FIELDS and name != EXTRA}
    together = _object(record.get(EXTRA))
    if together is None:
        alone[EXTRA] = record[EXTRA]
    for name in alone.keys() & (together or {}).keys():
        raise TestsetError(f"{name} is given twice, as a field and in extra", "keep one of them")
    return {**alone, **(together or {})}


def _object(value: Any) -> dict[str, Any] | None:
    """An object, also from its JSON text; empty for nothing, None for anything else."""
    if value is None:
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _require_storable(row: TestsetRow) -> None:
    fault = unstorable(row.model_dump())
    if fault is not None:
        raise TestsetError(fault, "remove it from the file")
    try:
        sha256_json(row.model_dump(mode="json"))
    except rfc8785.CanonicalizationError:
        raise TestsetError("a whole number is beyond 2**53, which JSON does not hold exactly", "give it as text") from None


def _require_usable(row: TestsetRow) -> None:
    texts = {"user_input": row.user_input, "reference": row.reference}
    for field, text in texts.items():
        if not text.strip():
            raise TestsetError(f"{field} is blank", "fill it in or leave the row out")
    texts |= {f"reference_contexts[{position}]": context.text for position, context in enumerate(row.contexts)}
    for field, text in texts.items():
        if len(text) > MAX_TEXT:
            raise TestsetError(f"{field} has {len(text):,} characters, more than {MAX_TEXT:,}", "shorten it; look for a missing quote")
