"""What the rest of the product calls: spans, recorded or not.

A span's kind is one of OpenInference's, which is what Phoenix shows as its icon. Attributes are plain values; they appear under the prefix
``golden_assets.``. Texts of documents, questions and answers go through `Span.text` alone, so that one setting keeps them out.
"""

import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, Literal, ParamSpec, Protocol, TypeVar

Kind = Literal["CHAIN", "LLM", "EMBEDDING", "EVALUATOR", "RETRIEVER", "TOOL", "AGENT"]
Value = str | int | float | bool | None

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class Usage(Protocol):
    """Tokens and US dollars."""

    @property
    def prompt_tokens(self) -> int:
        """Of prompts."""
        ...

    @property
    def completion_tokens(self) -> int:
        """Of answers."""
        ...

    @property
    def embedding_tokens(self) -> int:
        """Of texts that were embedded."""
        ...

    @property
    def cost_usd(self) -> float:
        """Of all of them."""
        ...


class Span(Protocol):
    """A piece of work under way."""

    def set(self, **attributes: Value) -> None:
        """Say something about it; None says nothing."""
        ...

    def text(self, *, input: str | None = None, output: str | None = None) -> None:
        """What went in and came out, in the words of documents or people. Dropped when content is not to be traced."""
        ...

    def used(self, model: str, usage: Usage) -> None:
        """Which model it used, with how many tokens, for how much."""
        ...

    def fail(self, error: BaseException) -> None:
        """Say that it failed; needed only where the error does not leave the block."""
        ...


class Recorder(Protocol):
    """Makes spans and sends them somewhere."""

    def span(self, name: str, kind: Kind, attributes: Mapping[str, Value]) -> AbstractContextManager[Span]:
        """A span under the innermost one that is open."""
        ...

    def run_span(self, run_id: str, name: str) -> AbstractContextManager[Span]:
        """The first span of the run's trace."""
        ...

    def step_span(self, run_id: str, name: str) -> AbstractContextManager[Span]:
        """A span directly under the run's first one, whichever process that is in."""
        ...

    def current(self) -> Span:
        """The innermost span that is open."""
        ...

    def close(self) -> None:
        """Send what was recorded, within a moment, and stop."""
        ...


class _Silence:
    """A span that is not recorded."""

    def set(self, **attributes: Value) -> None:
        """Nothing."""

    def text(self, *, input: str | None = None, output: str | None = None) -> None:
        """Nothing."""

    def used(self, model: str, usage: Usage) -> None:
        """Nothing."""

    def fail(self, error: BaseException) -> None:
        """Nothing."""


_SILENCE = _Silence()
_recorder: Recorder | None = None


def record_with(recorder: Recorder | None) -> Recorder | None:
    """Let ``recorder`` make all spans of this process, None to record none; returns the recorder before."""
    global _recorder
    before, _recorder = _recorder, recorder
    return before


def is_tracing() -> bool:
    """Whether spans are recorded."""
    return _recorder is not None


def span(name: str, kind: Kind = "CHAIN", /, **attributes: Value) -> AbstractContextManager[Span]:
    """What happens inside is one span; an error that leaves it is recorded and raised again."""
    return nullcontext(_SILENCE) if _recorder is None else _recorder.span(name, kind, attributes)


def run_span(run_id: str, name: str) -> AbstractContextManager[Span]:
    """A whole run: the first span of its trace, whose ids follow from ``run_id``. What was recorded is sent at its end."""
    return nullcontext(_SILENCE) if _recorder is None else _recorder.run_span(run_id, name)


def step_span(run_id: str, name: str) -> AbstractContextManager[Span]:
    """A step of a run, in the trace of the run, also when another process opened that."""
    return nullcontext(_SILENCE) if _recorder is None else _recorder.step_span(run_id, name)


def note(**attributes: Value) -> None:
    """Say something about the innermost span that is open, if there is one."""
    if _recorder is not None:
        _recorder.current().set(**attributes)


def note_usage(model: str, usage: Usage) -> None:
    """Say what the innermost span that is open used, if there is one."""
    if _recorder is not None:
        _recorder.current().used(model, usage)


def current_trace_id() -> str | None:
    """The open OpenTelemetry trace, as 32 hex digits; None outside of any."""
    if "opentelemetry.trace" not in sys.modules:
        return None
    from opentelemetry.trace import get_current_span

    context = get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def traced(name: str, kind: Kind = "CHAIN") -> Callable[[Callable[Parameters, Awaitable[Answer]]], Callable[Parameters, Any]]:
    """A decorator: each call of a coroutine function is a span of this name."""

    def _decorate(function: Callable[Parameters, Awaitable[Answer]]) -> Callable[Parameters, Any]:
        @wraps(function)
        async def _wrapped(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            with span(name, kind):
                return await function(*args, **kwargs)

        return _wrapped

    return _decorate
