"""What went wrong at an endpoint, in our own errors: the endpoint by its host, the cause, the remedy; never the API key."""

from typing import TYPE_CHECKING, NamedTuple

from golden_assets.adapters.models.retries import LONGEST_WAIT, PassingFailure, ThrottledFailure, retry_after
from golden_assets.domain.errors import (
    ContextLengthError,
    GenerationError,
    ModelAuthenticationError,
    ModelError,
    ModelUnavailableError,
    UnanswerableError,
)

if TYPE_CHECKING:
    from openai import APIStatusError

PASSING_STATUSES = frozenset({408, 409, 425, 429})
"""Statuses below 500 that may pass by themselves; 500 and above are taken to."""

CONTEXT_PHRASES = ("context_length", "context length", "maximum context", "context window", "too many tokens", "maximum input length")
FORMAT_PHRASES = ("response_format", "json_schema", "json_object")
EXCERPT = 200
"""Characters of an endpoint's own words that are quoted."""


class UnsupportedFormatError(ModelError):
    """The endpoint does not know this ``response_format``."""


class Refusal(NamedTuple):
    """A response with an error status: the status, and the error's code and words, lower case and without the key."""

    status: int
    code: str
    words: str

    def mentions(self, *phrases: str) -> bool:
        """Whether the code or the words contain one of the phrases."""
        return any(phrase in f"{self.code} {self.words}".lower() for phrase in phrases)


def unreachable(host: str) -> PassingFailure:
    """No connection, or one that broke."""
    return PassingFailure(f"the model endpoint {host} cannot be reached", "check OPENAI_BASE_URL, the network and whether the server runs")


def timed_out(host: str, seconds: float) -> PassingFailure:
    """No complete answer in time."""
    return PassingFailure(
        f"the model endpoint {host} did not answer within {seconds:g} s", "raise the time-out, lower the concurrency, or try again later"
    )


def refused(host: str, error: "APIStatusError", secret: str) -> GenerationError:
    """What an error status means."""
    refusal = Refusal(error.status_code, f"{error.code or ''} {error.param or ''}".strip(), _excerpt(_words(error), secret))
    if refusal.status in {401, 403}:
        return ModelAuthenticationError(
            f"the model endpoint {host} refused the API key with status {refusal.status}",
            "check OPENAI_API_KEY, and that the key may use this model at this address",
        )
    if refusal.mentions("insufficient_quota"):
        return ModelUnavailableError(
            f"the account at the model endpoint {host} has no credit left", "add credit, or use another OPENAI_API_KEY"
        )
    if refusal.status in PASSING_STATUSES or refusal.status >= 500:
        return _overloaded(host, refusal, retry_after(error.response.headers))
    return _unacceptable(host, refusal)


def _overloaded(host: str, refusal: Refusal, wait: float | None) -> ModelError:
    if wait is not None and wait > LONGEST_WAIT:
        return ModelUnavailableError(  # each further call would be refused likewise
            f"the model endpoint {host} answered status {refusal.status} and asks to wait {wait:.0f} s", "start again after that time"
        )
    said = f"the model endpoint {host} answered status {refusal.status}"
    if refusal.status == 429:
        return ThrottledFailure(said, "lower the concurrency, or try again later", wait)
    return PassingFailure(said, "try again later, or look at the server's log", wait)


def _unacceptable(host: str, refusal: Refusal) -> GenerationError:
    said = f"the model endpoint {host} answered status {refusal.status}"
    if refusal.mentions(*CONTEXT_PHRASES) or refusal.status == 413:
        return ContextLengthError(
            f"{said}: the text is longer than the model's context", "use a model with a larger context, or split long documents"
        )
    if refusal.mentions("content_filter", "content_policy"):
        return UnanswerableError(f"{said}: its content filter stopped the request", "leave this passage out, or use another model")
    if refusal.mentions(*FORMAT_PHRASES):
        return UnsupportedFormatError(f"{said}: {refusal.words}", "use a model or server that accepts a response_format")
    if refusal.status == 404:
        return ModelError(f"{said}: {refusal.words}", "check the model's name and OPENAI_BASE_URL (most end in /v1)")
    return ModelError(f"{said}: {refusal.words}", "check the model's name and the request's settings")


def _words(error: "APIStatusError") -> str:
    """The endpoint's own words: where OpenAI puts them, where FastAPI does, else the whole body."""
    body = error.body
    words = (body.get("message") or body.get("detail") or body) if isinstance(body, dict) else body
    return str(words or "no explanation")


def _excerpt(words: str, secret: str) -> str:
    line = " ".join(words.replace(secret, "***").split()).rstrip(".")
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"
