"""Reading what a model answered, and asking again, a few times, when it cannot be used.

A model that reasons, or is not held to a schema by its server, puts things around the object that it was asked for. What can be read
without a doubt is read: an answer that is asked for again costs as much as one that is used.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from golden_assets.domain.core.errors import ModelError
from golden_assets.domain.core.text import unstorable
from golden_assets.domain.ports.models import AnySchema

Answer = TypeVar("Answer")

MAX_ASKS = 3
"""How often one question is put before it is given up: a model that fails twice with the error before its eyes seldom mends."""
MAX_ANSWER_TOKENS = 4096
"""What one answer is taken to have at most, thoughts included: questions and lists of terms stay far below it. It is not sent, for no
parameter is known to all endpoints; an answer that is longer all the same is charged as it is, and not used.
"""
MAX_ANSWER_CHARACTERS = 8 * MAX_ANSWER_TOKENS
"""A token is some four characters of English and seldom more than eight of any text."""
MAX_OBJECTS = 64
"""Places in an answer where a JSON value may begin that are looked at."""
MAX_DEPTH = 2
"""Lists of one and objects with one more key that an answer may be wrapped in."""

_THOUGHTS = re.compile(r"\A.*</(?:think|thinking|thought|reasoning)>", re.DOTALL | re.IGNORECASE)
"""Everything up to the end of the thoughts, which servers without a parser for them leave in; some leave out where they begin."""
_OPENING = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder()


class MalformedAnswerError(Exception):
    """An answer that cannot be used: why, and what the model wrote, if it wrote anything."""

    def __init__(self, problem: str, answer: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.answer = answer


async def until_usable(ask: Callable[[Sequence[MalformedAnswerError]], Awaitable[Answer]], who: str) -> Answer:
    """The first usable answer; ``ask`` gets the unusable ones so far, so that it can say what was wrong with them.

    Raises:
        ModelError: `MAX_ASKS` answers could not be used; it says what was wrong with the last.
    """
    unusable: list[MalformedAnswerError] = []
    while len(unusable) < MAX_ASKS:
        try:
            return await ask(unusable)
        except MalformedAnswerError as malformed:
            unusable.append(malformed)
    raise ModelError(
        f"{who} gave no usable answer in {MAX_ASKS} attempts, at last {unusable[-1].problem}",
        "check OPENAI_BASE_URL and the model's name, or use a model that is better at JSON",
    )


def read_answer(text: str, finish_reason: str | None, schema: type[AnySchema]) -> AnySchema:
    """The answer as an object of ``schema``: the whole text, or the only object in it that fits.

    Thoughts before it, prose or a code fence around it, a list of one or an object with one key that holds it are passed over.

    Raises:
        MalformedAnswerError: it is empty, cut off, too long, no JSON, of another shape, ambiguous, or holds what cannot be stored.
    """
    if finish_reason == "length":  # not shown again: it is long
        cut_off = "an answer that was cut off at the length limit" if text.strip() else "reasoning that used up the length limit"
        raise MalformedAnswerError(cut_off)
    if len(text) > MAX_ANSWER_CHARACTERS:
        raise MalformedAnswerError(f"an answer of {len(text):,} characters, more than {MAX_ANSWER_CHARACTERS:,}")
    if not text.strip():
        raise MalformedAnswerError("an empty answer")
    answer = _only_fit(text, schema)
    fault = unstorable(answer.model_dump())
    if fault:
        raise MalformedAnswerError(f"an answer that cannot be stored ({fault})")
    return answer


def _only_fit(text: str, schema: type[AnySchema]) -> AnySchema:
    """The one object of a text that fits. Raises `MalformedAnswerError` for none, and for several that differ."""
    plain = text.lstrip("\ufeff")
    try:
        return schema.model_validate_json(plain)
    except ValidationError as error:
        fault = _first_fault(error)
    values = list(_values(_THOUGHTS.sub("", plain)))
    fits = [fit for value in values if (fit := _fitting(value, schema))]
    different = {fit.model_dump_json(): fit for fit in fits}
    if len(different) == 1:
        return fits[0]
    if different:
        raise MalformedAnswerError(f"an answer with {len(different)} different objects, each a {schema.__name__}", text)
    if len(values) == 1:
        fault = _fault_of(values[0], schema)
    raise MalformedAnswerError(f"an answer that is no {schema.__name__} ({fault})", text)


def _values(text: str) -> Iterator[Any]:
    """The outermost JSON objects and lists of a text, in order."""
    position = 0
    for _ in range(MAX_OBJECTS):
        opening = _OPENING.search(text, position)
        if opening is None:
            return
        try:
            value, position = _DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            position = opening.end()
        else:
            yield value


def _fitting(value: Any, schema: type[AnySchema], depth: int = MAX_DEPTH) -> AnySchema | None:
    """A value as an object of the schema, else the only part of it that is one."""
    if isinstance(value, dict):
        try:
            return schema.model_validate_json(json.dumps(value))
        except (ValidationError, RecursionError):
            parts = list(value.values())
    else:
        parts = value if isinstance(value, list) and len(value) == 1 else []
    inner = [fit for part in parts if depth and isinstance(part, dict | list) and (fit := _fitting(part, schema, depth - 1))]
    return inner[0] if len(inner) == 1 else None


def _fault_of(value: Any, schema: type[AnySchema]) -> str:
    try:
        schema.model_validate_json(json.dumps(value))
    except ValidationError as error:
        return _first_fault(error)
    except RecursionError:
        return "nested too deeply"
    return "not the only one"


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]
