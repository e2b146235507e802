"""How a chat endpoint is told which JSON to answer with: three ways, from the strictest to the one that every server knows."""

import json
import re
from enum import Enum
from typing import Any

from pydantic import BaseModel


class AnswerFormat(Enum):
    """Values of ``response_format``; an endpoint that does not know one is asked by the next."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    PLAIN = "plain"

    @property
    def fallback(self) -> "AnswerFormat | None":
        """The next less demanding format, None after the last."""
        formats = list(AnswerFormat)
        position = formats.index(self) + 1
        return formats[position] if position < len(formats) else None

    def response_format(self, schema: type[BaseModel]) -> dict[str, Any] | None:
        """The request's ``response_format``, None for none."""
        if self is AnswerFormat.JSON_SCHEMA:
            return {"type": "json_schema", "json_schema": _json_schema(schema)}
        return {"type": "json_object"} if self is AnswerFormat.JSON_OBJECT else None

    def instruction(self, schema: type[BaseModel]) -> str:
        """What the prompt must say besides, empty when ``response_format`` says it all."""
        if self is AnswerFormat.JSON_SCHEMA:
            return ""
        return f"\n\nAnswer with nothing but one JSON object that satisfies this JSON Schema:\n{json.dumps(schema.model_json_schema())}"


def _json_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """The schema under its class name (letters, digits, ``_`` and ``-``, at most 64), strict where OpenAI's rules allow it."""
    from openai import pydantic_function_tool

    name = re.sub(r"[^A-Za-z0-9_-]", "_", schema.__name__)[:64]
    strict = pydantic_function_tool(schema)["function"]["parameters"]  # the package's public way to its strict form of a schema
    if _is_free(strict):
        return {"name": name, "schema": schema.model_json_schema(), "strict": False}
    return {"name": name, "schema": strict, "strict": True}


def _is_free(node: Any) -> bool:
    """Whether a schema has maps with free keys or defaults, which the strict mode refuses."""
    if isinstance(node, list):
        return any(map(_is_free, node))
    if not isinstance(node, dict):
        return False
    return "default" in node or node.get("additionalProperties", False) is not False or any(map(_is_free, node.values()))
