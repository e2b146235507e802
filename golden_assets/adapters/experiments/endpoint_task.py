"""An HTTP endpoint as the task of an experiment: one POST with JSON for every question, described by settings."""

import json
import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx

from golden_assets.adapters.experiments.task_output import read_answer
from golden_assets.adapters.phoenix.reachability import is_on_this_machine
from golden_assets.domain.core.errors import ConfigurationError, ExperimentError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.experiments.experiment import ENDPOINT_TASK, TaskAnswer
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.settings.settings import Settings

QUESTION = "{{question}}"
"""Stands for the question anywhere in a text of the body; it is put in as a value and cannot change the body's form."""


LONGEST_SECONDS = 86_400.0
"""The experiment's own time-out ends a call."""


class EndpointTask:
    """Asks an endpoint, without repetition: a refusal is the run's error.

    Args:
        url: where to POST.
        body: JSON in which `QUESTION` stands for the question.
        answer: JSON pointer (RFC 6901) to the answer's text.
        contexts: JSON pointer to the list of retrieved passages, if the endpoint tells.
        headers: sent with every request; they may hold secrets and are shown nowhere.
    """

    def __init__(self, url: str, body: Any, answer: str, contexts: str | None, headers: Mapping[str, str]) -> None:
        self.name = ENDPOINT_TASK
        self.fingerprint = sha256_json([url, body, answer, contexts])
        self._url, self._body, self._answer, self._contexts, self._headers = url, body, answer, contexts, dict(headers)

    async def answer(self, row: TestsetRow) -> TaskAnswer:
        """One request. Raises `httpx.HTTPError`, and `ValueError` for what is not an answer."""
        client = httpx.AsyncClient(
            headers=self._headers, timeout=LONGEST_SECONDS, verify=self._tls, trust_env=not is_on_this_machine(self._url)
        )
        async with client:
            response = await client.post(self._url, json=_filled(self._body, row.user_input))
        if not response.is_success:
            raise ValueError(f"the endpoint answers HTTP {response.status_code}")
        try:
            document = response.json()
        except ValueError as error:
            raise ValueError("the endpoint does not answer with JSON") from error
        contexts = None if self._contexts is None else _at(document, self._contexts)
        return read_answer({"answer": _at(document, self._answer), "contexts": contexts})

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once: it takes longer than a request."""
        return ssl.create_default_context()


def open_endpoint_task(settings: Settings) -> EndpointTask:
    """The endpoint that the settings describe.

    Raises:
        ExperimentError: they describe none.
        ConfigurationError: its body or headers are no JSON, or its URL none.
    """
    if settings.task_url is None:
        raise ExperimentError("no endpoint is configured", "set GOLDEN_ASSETS_TASK_URL, or name another task")
    if urlsplit(settings.task_url).scheme not in ("http", "https"):
        raise ConfigurationError("GOLDEN_ASSETS_TASK_URL is not a web address", "write it like https://host/path")
    body = _json(settings.task_body, "GOLDEN_ASSETS_TASK_BODY")
    if QUESTION not in json.dumps(body):
        raise ConfigurationError(f"GOLDEN_ASSETS_TASK_BODY has no {QUESTION}", f'write it like {{"question": "{QUESTION}"}}')
    headers = _json(settings.task_headers.get_secret_value() if settings.task_headers else "{}", "GOLDEN_ASSETS_TASK_HEADERS")
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise ConfigurationError("GOLDEN_ASSETS_TASK_HEADERS is not a mapping of texts", 'write it like {"Authorization": "Bearer ..."}')
    return EndpointTask(settings.task_url, body, settings.task_answer, settings.task_contexts, headers)


def _json(text: str, variable: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # the message would repeat the text, which may be a secret
        raise ConfigurationError(f"{variable} is not JSON", f"correct {variable}") from None


def _filled(template: Any, question: str) -> Any:
    """The body with the question in its place."""
    if isinstance(template, str):
        return template.replace(QUESTION, question)
    if isinstance(template, dict):
        return {key: _filled(value, question) for key, value in template.items()}
    return [_filled(value, question) for value in template] if isinstance(template, list) else template


def _at(document: Any, pointer: str) -> Any:
    """What a JSON pointer points at. Raises `ValueError` when there is nothing."""
    found = document
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        try:
            found = found[int(key)] if isinstance(found, list) else found[key]
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"the endpoint's answer has nothing at {pointer}") from None
    return found
