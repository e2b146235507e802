"""Reading what a model answered, and asking again, a few times, when it cannot be used."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from golden_assets.domain.errors import ModelError, UnanswerableError
from golden_assets.domain.ports.models import AnySchema

Answer = TypeVar("Answer")

MAX_ASKS = 3
"""How often one question is put before it is given up: a model that fails twice with the error before its eyes seldom mends."""

FENCED = re.compile(r"\A\s*```[a-z]*\s*\n(.*?)\n\s*```\s*\Z", re.DOTALL | re.IGNORECASE)
"""A whole answer in a Markdown code fence, as local models like to give it."""


class MalformedAnswerError(Exception):
    """An answer that cannot be used: why, and what the model wrote, if it wrote anything."""

    def __init__(self, problem: str, answer: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.answer = answer


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    """A chat completion, as far as it is read: compatible servers leave out much of the rest."""

    choices: list[_Choice] = Field(min_length=1)


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


def read_object(body: str) -> dict[str, Any]:
    """The JSON object in a response's body.

    Raises:
        MalformedAnswerError: it is something else, such as a gateway's HTML page.
    """
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        page = "a web page" if body.lstrip()[:1] == "<" else "no JSON"
        raise MalformedAnswerError(f"{page} instead of a response of the API")
    return value


def read_completion(response: dict[str, Any]) -> tuple[str, str | None]:
    """The text of a chat completion and why it ended.

    Raises:
        MalformedAnswerError: there are no choices.
        UnanswerableError: the model refuses, or a content filter cut in.
    """
    try:
        choice = _Completion.model_validate(response).choices[0]
    except ValidationError:
        raise MalformedAnswerError("a response without choices") from None
    if choice.message.refusal or choice.finish_reason == "content_filter":
        reason = "the model declines to answer" if choice.message.refusal else "a content filter stopped the answer"
        raise UnanswerableError(reason, "leave this passage out, or use another model")
    return choice.message.content or "", choice.finish_reason


def read_answer(text: str, finish_reason: str | None, schema: type[AnySchema]) -> AnySchema:
    """The answer as an object of ``schema``.

    Raises:
        MalformedAnswerError: it is empty, cut off, no JSON, or of another shape.
    """
    if finish_reason == "length":
        raise MalformedAnswerError("an answer that was cut off at the length limit")  # not shown again: it is long
    if not text.strip():
        raise MalformedAnswerError("an empty answer")
    fenced = FENCED.match(text)
    try:
        return schema.model_validate_json(fenced[1] if fenced else text)
    except ValidationError as error:
        raise MalformedAnswerError(f"an answer that is no {schema.__name__} ({_first_fault(error)})", text) from None


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]
