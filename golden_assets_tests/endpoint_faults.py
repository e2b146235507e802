"""What can go wrong at the loopback endpoint, on demand."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CHAT = "/v1/chat/completions"
EMBEDDINGS = "/v1/embeddings"
FOREVER = 1_000_000_000
"""For `Fault.times`."""

Json = dict[str, Any]

WRAPPINGS: dict[str, Callable[[str], Json]] = {
    "thoughts": lambda good: {"content": f'<think>\nPerhaps {{"not": 1}}?\n</think>\n\n{good}'},
    "unopened_thoughts": lambda good: {"content": f"First I look at the text.\n</think>\n{good}"},
    "prose_around": lambda good: {"content": f"Sure! Here it is:\n\n```json\n{good}\n```\n\nLet me know!"},
    "fence_on_one_line": lambda good: {"content": f"```json {good}```"},
    "byte_order_mark": lambda good: {"content": f"\ufeff{good}"},
    "trailing": lambda good: {"content": f"{good}\n<|im_end|>}}"},
    "text_parts": lambda good: {"content": [{"type": "text", "text": good[:9]}, {"type": "text", "text": good[9:]}]},
    "tool_call": lambda good: {
        "content": None,
        "tool_calls": [{"id": "call-1", "type": "function", "function": {"name": "answer", "arguments": good}}],
        "finish_reason": "tool_calls",
    },
    "in_a_list": lambda good: {"content": f"[{good}]"},
    "under_a_key": lambda good: {"content": f'{{"result": {good}}}'},
    "reasoning_beside": lambda good: {"content": good, "reasoning_content": "Let me see.", "finish_reason": None},
}
"""What servers, proxies and models put around the object that was asked for; each can be read without asking again."""
CONTENTS: dict[str, Callable[[str], Json]] = {
    "malformed_json": lambda good: {"content": good[: len(good) // 2]},
    "cut_off": lambda good: {"content": good[: len(good) // 2], "finish_reason": "length"},
    "wrong_shape": lambda good: {"content": '{"unexpected": true}'},
    "prose": lambda good: {"content": "I would be happy to help you with that!"},
    "empty": lambda good: {"content": ""},
    "fenced": lambda good: {"content": f"```json\n{good}\n```"},
    "refusal": lambda good: {"content": None, "refusal": "I cannot help with that."},
    "content_filter": lambda good: {"content": "", "finish_reason": "content_filter"},
    "spent_on_thoughts": lambda good: {"content": "", "reasoning_content": good, "finish_reason": "length"},
    "endless": lambda good: {"content": good[:-1] + " " * 100_000 + good[-1]},
    "nul": lambda good: {"content": good.replace(': "', ': "\\u0000', 1)},
    "deep": lambda good: {"content": "[" * 20_000},
    **WRAPPINGS,
}
"""Faults of an answer that comes with status 200 and is charged for: what they make of the good answer."""
VECTORS: dict[str, Callable[[list[Json]], list[Json]]] = {
    "wrong_shape": lambda good: good[1:],
    "no_choices": lambda good: [{"vector": item["embedding"]} for item in good],
    "zero_vector": lambda good: [item | {"embedding": [0.0] * len(item["embedding"])} for item in good],
    "ragged": lambda good: [item | {"embedding": item["embedding"][: 100 + item["index"]]} for item in good],
}
"""Faults of an embeddings response: what they make of the good data."""
KINDS = {
    *CONTENTS,
    "says",
    "status",
    "body",
    "hang",
    "cut",
    "redirect",
    "no_message",
    "disconnect",
    "html",
    "no_choices",
    "missing_usage",
    "context_length",
    "response_format",
    *VECTORS,
}


@dataclass
class Fault:
    """What goes wrong, and with which requests: the ``times`` next ones after ``after`` others on ``path`` that contain ``containing``
    and have messages of more than ``longer_than`` characters.

    ``kind`` is one of `KINDS`. ``says`` answers ``message`` in place of the good answer, ``body`` in place of the whole response;
    ``redirect`` points to ``message``; ``cut`` breaks the connection in mid-response. ``status`` takes ``status``, ``retry_after``,
    ``code`` and ``message``; ``hang`` takes ``seconds``; ``response_format`` refuses requests whose format type is in ``formats``.
    """

    kind: str
    times: int = 1
    after: int = 0
    path: str = CHAT
    containing: str = ""
    longer_than: int = 0
    status: int = 500
    retry_after: str | None = None
    code: str | None = None
    message: str = "scripted fault"
    seconds: float = 3600.0
    formats: tuple[str, ...] = ("json_schema", "json_object")

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}, known: {sorted(KINDS)}")

    def strikes(self, path: str, body: Json) -> bool:
        """Whether this request is hit; counts down."""
        if path != self.path or not self.times or self.containing not in json.dumps(body, ensure_ascii=False):
            return False
        if sum(len(message["content"]) for message in body.get("messages", ())) < self.longer_than:
            return False
        if self.kind == "response_format" and (body.get("response_format") or {}).get("type") not in self.formats:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass
class Reply:
    """An HTTP response."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False


def json_reply(status: int, body: Json, headers: dict[str, str] | None = None, *, is_cut: bool = False) -> Reply:
    """A JSON body."""
    return Reply(status, json.dumps(body), headers or {}, is_cut)


def error_reply(
    status: int, message: str, *, code: str | None = None, param: str | None = None, headers: dict[str, str] | None = None
) -> Reply:
    """An error as OpenAI words it."""
    return json_reply(status, {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}, headers)


def failed_reply(fault: Fault) -> Reply | None:
    """The reply of a fault that no model has a part in."""
    if fault.kind == "status":
        headers = {"Retry-After": fault.retry_after} if fault.retry_after is not None else {}
        return error_reply(fault.status, fault.message, code=fault.code, headers=headers)
    if fault.kind == "body":
        return Reply(200, fault.message)
    if fault.kind == "redirect":
        return Reply(308, "", {"Location": fault.message})
    if fault.kind == "html":
        return Reply(200, "<!DOCTYPE html><html><body>Welcome to our gateway</body></html>", {"Content-Type": "text/html"})
    if fault.kind == "context_length":
        message = "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens."
        return error_reply(400, message, code="context_length_exceeded", param="messages")
    if fault.kind == "response_format":
        return error_reply(400, "This response_format is unavailable now", param="response_format")
    return None
