"""An HTTP endpoint as the task, against a real server on loopback."""

import json
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from golden_assets.adapters.experiments.endpoint_task import open_endpoint_task
from golden_assets.domain.core.errors import ConfigurationError, ExperimentError
from golden_assets.domain.experiments.experiment import Retrieved, TaskAnswer
from golden_assets.settings.settings import Settings
from golden_assets_tests.adapters.phoenix.loopback import Answer, Request, serving
from golden_assets_tests.factories import a_row

ROW = a_row(user_input='What is "7"?\n{{question}}')


def settings(**changes: Any) -> Settings:
    return Settings(**{"task_url": "http://127.0.0.1:1/ask"} | changes)


def reply(body: object, status: int = 200):
    return lambda request: Answer(status, body if isinstance(body, bytes) else json.dumps(body).encode())


async def test_the_question_is_put_into_the_body_and_the_answer_found_where_it_is():
    with serving(reply({"choices": [{"text": "40 bar"}], "hits/all": [{"text": "Pump 7 runs."}, "More."]})) as server:
        configured = settings(
            task_url=server.url,
            task_body='{"input": {"q": "Q: {{question}}", "n": 3}, "list": ["{{question}}"]}',
            task_answer="/choices/0/text",
            task_contexts="/hits~1all",
            task_headers=SecretStr('{"X-Key": "geheim"}'),
        )
        answer = await open_endpoint_task(configured).answer(ROW)
    assert answer == TaskAnswer(answer="40 bar", retrieved=(Retrieved(text="Pump 7 runs."), Retrieved(text="More.")))
    (request,) = server.requests
    assert request.json == {"input": {"q": f"Q: {ROW.user_input}", "n": 3}, "list": [ROW.user_input]}
    assert request.headers["x-key"] == "geheim"


async def test_without_a_pointer_to_contexts_nothing_is_said_of_retrieval():
    with serving(reply({"answer": "x", "contexts": ["y"]})) as server:
        assert await open_endpoint_task(settings(task_url=server.url)).answer(ROW) == TaskAnswer(answer="x")


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"answer": "x"}, 500, "HTTP 500"),
        (b"<html>", 200, "does not answer with JSON"),
        ({"other": "x"}, 200, "nothing at /answer"),
        ({"answer": 3}, 200, "no text under `answer`"),
        ([1], 200, "nothing at /answer"),
    ],
)
async def test_an_answer_that_cannot_be_used_says_why_and_tells_no_secret(body: object, status: int, problem: str):
    with serving(reply(body, status)) as server, pytest.raises(ValueError, match=problem) as caught:
        await open_endpoint_task(settings(task_url=server.url, task_headers=SecretStr('{"X-Key": "geheim"}'))).answer(ROW)
    assert "geheim" not in str(caught.value)


async def test_a_connection_that_breaks_is_an_error_of_the_call():
    def hang_up(request: Request) -> None:
        return None

    with serving(hang_up) as server, pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
        await open_endpoint_task(settings(task_url=server.url)).answer(ROW)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"task_body": "{"}, "TASK_BODY is not JSON"),
        ({"task_body": '{"q": 1}'}, "TASK_BODY has no {{question}}"),
        ({"task_headers": SecretStr("geheim")}, "TASK_HEADERS is not JSON"),
        ({"task_headers": SecretStr('{"geheim": 1}')}, "TASK_HEADERS is not a mapping of texts"),
        ({"task_url": "ftp://x"}, "TASK_URL is not a web address"),
    ],
)
def test_settings_that_describe_no_endpoint_are_refused(changes: dict[str, Any], problem: str):
    with pytest.raises(ConfigurationError, match=problem) as caught:
        open_endpoint_task(settings(**changes))
    assert "geheim" not in str(caught.value)


def test_without_an_address_there_is_no_endpoint():
    with pytest.raises(ExperimentError, match="set GOLDEN_ASSETS_TASK_URL"):
        open_endpoint_task(settings(task_url=None))


def test_the_fingerprint_follows_what_is_asked_and_not_the_secret():
    one, same = settings(), settings(task_headers=SecretStr('{"X-Key": "geheim"}'))
    other = settings(task_body='{"q": "{{question}}"}')
    assert open_endpoint_task(one).fingerprint == open_endpoint_task(same).fingerprint != open_endpoint_task(other).fingerprint
