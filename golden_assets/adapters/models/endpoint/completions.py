"""The envelope of a chat completion: what OpenAI-compatible servers, gateways and proxies put around the text of an answer."""

import json
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from golden_assets.adapters.models.endpoint.structured_output import MalformedAnswerError
from golden_assets.domain.core.errors import UnanswerableError

FILTERED = frozenset({"content_filter", "safety", "prohibited_content", "blocklist", "recitation", "spii"})
"""Values of ``finish_reason`` that say a filter ended the answer: OpenAI's, and those of Gemini's compatible API, in lower case."""


class _Part(BaseModel):
    text: str = ""


class _Function(BaseModel):
    name: str = ""
    arguments: str | dict[str, Any] = ""


class _ToolCall(BaseModel):
    function: _Function


class _Message(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None

    @property
    def text(self) -> str:
        """The answer: the content, its text parts joined, or the arguments of the only tool call."""
        content = "".join(part.text for part in self.content) if isinstance(self.content, list) else self.content or ""
        if content.strip() or not self.tool_calls or len(self.tool_calls) > 1:
            return content
        arguments = self.tool_calls[0].function.arguments
        return arguments if isinstance(arguments, str) else json.dumps(arguments)


class _Choice(BaseModel):
    message: _Message | None = None
    finish_reason: str | None = None


class _Completion(BaseModel):
    """A chat completion, as far as it is read: compatible servers leave out much of the rest."""

    choices: list[_Choice] = Field(min_length=1)


def read_object(body: str) -> dict[str, Any]:
    """The JSON object in a response's body.

    Raises:
        MalformedAnswerError: it is something else, such as a gateway's HTML page.
    """
    try:
        value = json.loads(body)
    except RecursionError:
        raise MalformedAnswerError("JSON that is nested too deeply instead of a response of the API") from None
    except ValueError:
        value = None
    if not isinstance(value, dict):
        page = "a web page" if body.lstrip()[:1] == "<" else "no JSON"
        raise MalformedAnswerError(f"{page} instead of a response of the API")
    return value


def read_completion(response: dict[str, Any]) -> tuple[str, str | None]:
    """The text of a chat completion and why it ended.

    Raises:
        MalformedAnswerError: there are no choices, or the only one holds no message.
        UnanswerableError: the model refuses, or a content filter cut in.
    """
    try:
        choice = _Completion.model_validate(response).choices[0]
    except ValidationError:
        raise MalformedAnswerError("a response without choices") from None
    if choice.message and choice.message.refusal:
        raise UnanswerableError("the model declines to answer", "leave this passage out, or use another model")
    if (choice.finish_reason or "").casefold() in FILTERED:
        raise UnanswerableError("a content filter stopped the answer", "leave this passage out, or use another model")
    if choice.message is None:
        raise MalformedAnswerError("a choice without a message")
    return choice.message.text, choice.finish_reason
