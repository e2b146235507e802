"""What went wrong at an endpoint, in our own errors: the endpoint by its host, the cause, the remedy; never the API key."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from golden_assets.adapters.models.endpoint.retries import LONGEST_WAIT, PassingFailure, ThrottledFailure, retry_after
from golden_assets.domain.core.errors import (
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
BROKE_OFF = frozenset({"ReadError", "RemoteProtocolError"})
"""Exceptions of httpx and of its successor, by name: the ``openai`` package has changed from one to the other."""
NO_WORDS = "no explanation"
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


def unreachable(host: str, error: BaseException) -> ModelError:
    """What kept a request from being answered: a certificate, the name, the port, or a connection that broke."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return _untrusted(host, cause)
        if isinstance(cause, socket.gaierror):
            return _unresolved(host, cause)
        if isinstance(cause, ConnectionRefusedError):
            return PassingFailure(f"the model endpoint {host} refused the connection", "start the server, or correct OPENAI_BASE_URL")
    if was_sent(error):
        return PassingFailure(f"the model endpoint {host} closed the connection before it answered", "look at the server's log")
    return PassingFailure(f"the model endpoint {host} cannot be reached", "check OPENAI_BASE_URL, the network and the proxy settings")


def was_sent(error: BaseException) -> bool:
    """Whether the request went out before the connection failed, so that it may be charged for."""
    return any(type(cause).__name__ in BROKE_OFF for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, the members of groups included."""
    known: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in known:
            continue
        known.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__, *(cause.exceptions if isinstance(cause, BaseExceptionGroup) else ())]


def _untrusted(host: str, error: ssl.SSLError) -> ModelUnavailableError:
    """TLS failed: it fails likewise next time."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ModelUnavailableError(
            f"the certificate of the model endpoint {host} is not trusted ({error.verify_message})",
            "set SSL_CERT_FILE to a file with the certificates of your organisation's authority, or correct OPENAI_BASE_URL",
        )
    return ModelUnavailableError(
        f"no TLS connection to the model endpoint {host} ({(error.reason or 'handshake failed').replace('_', ' ').lower()})",
        "write http:// in OPENAI_BASE_URL for a server without TLS, or correct the port",
    )


def _unresolved(host: str, error: socket.gaierror) -> ModelError:
    """The name has no address; an answer of the resolver that it is overloaded may pass."""
    problem = f"the host name of the model endpoint {host} cannot be resolved"
    remedy = "check the spelling of OPENAI_BASE_URL, the DNS server and the proxy settings"
    return PassingFailure(problem, remedy) if error.errno == socket.EAI_AGAIN else ModelUnavailableError(problem, remedy)


def timed_out(host: str, seconds: float) -> PassingFailure:
    """No complete answer in time."""
    return PassingFailure(
        f"the model endpoint {host} did not answer within {seconds:g} s", "raise the time-out, lower the concurrency, or try again later"
    )


def refused(host: str, error: "APIStatusError", secret: str) -> GenerationError:
    """What an error status means."""
    words = _excerpt(_words(error.body), secret)
    if 300 <= error.status_code < 400:
        return _redirected(host, error.response.headers.get("location", ""))
    return _meaning(host, Refusal(error.status_code, f"{error.code or ''} {error.param or ''}".strip(), words), error.response.headers)


def reported(host: str, body: dict[str, Any], secret: str) -> GenerationError | None:
    """The error that a response of status 200 reports, as gateways send it when the provider behind them fails; None for an answer.

    Nothing was delivered, so nothing is charged. A code that is not a status counts as 502, which may pass.
    """
    choices = body.get("choices")
    failed = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else body
    error = failed.get("error")
    if not error or (failed is body and (choices or body.get("data"))):
        return None
    code = error.get("code") if isinstance(error, dict) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 502
    return _meaning(host, Refusal(status, "" if isinstance(code, int) else str(code or ""), _excerpt(_words(error), secret)), {})


def _meaning(host: str, refusal: Refusal, headers: Mapping[str, str]) -> GenerationError:
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
        return _overloaded(host, refusal, retry_after(headers))
    return _unacceptable(host, refusal)


def _redirected(host: str, location: str) -> ModelUnavailableError:
    """A redirect is not followed: it would carry the documents in the prompt to an address that was never configured."""
    return ModelUnavailableError(
        f"the model endpoint {host} redirects to {_shown(location) or 'an address that it does not name'}, which is not followed",
        "set OPENAI_BASE_URL to that address, up to and including /v1, if you trust it",
    )


def _shown(address: str) -> str:
    """An address without user, password and query; empty for what is not one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else parts.path


def _overloaded(host: str, refusal: Refusal, wait: float | None) -> ModelError:
    if wait is not None and wait > LONGEST_WAIT:
        return ModelUnavailableError(  # each further call would be refused likewise
            f"the model endpoint {host} answered status {refusal.status} and asks to wait {wait:.0f} s", "start again after that time"
        )
    said = f"the model endpoint {host} answered status {refusal.status}"
    if refusal.words != NO_WORDS:
        said += f": {refusal.words}"
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


def _words(body: object) -> str:
    """The endpoint's own words: where OpenAI puts them, where FastAPI does, else the whole body."""
    words = (body.get("message") or body.get("detail") or body) if isinstance(body, dict) else body
    return str(words or NO_WORDS)


def _excerpt(words: str, secret: str) -> str:
    line = " ".join(words.replace(secret, "***").split()).rstrip(".")
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"
