"""Spans in a real Phoenix: which, under which, with what in them, and what never."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from pydantic import SecretStr

from golden_assets.adapters.tracing import begin, end, is_tracing, note, run_span, span, step_span, traced
from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.testsets.testset import TokenUsage
from golden_assets.settings.settings import Settings
from golden_assets_tests.adapters.phoenix.loopback import forward, serving
from golden_assets_tests.adapters.tracing.reading import Project, by_name, parents

DOCUMENT = "Pump 7 runs at 40 bar."


def test_nothing_is_recorded_before_it_was_asked_for() -> None:
    with span("work", rows=1) as work:
        work.set(version="1.0.0")
        work.text(input=DOCUMENT)
        work.used("m", TokenUsage())
        note(more=1)
    assert not is_tracing()


@pytest.mark.parametrize("settings", [Settings(tracing=False), Settings(tracing=True)], ids=["off", "no Phoenix"])
def test_tracing_begins_only_when_it_is_on_and_a_phoenix_is_known(settings: Settings) -> None:
    assert not begin(settings, "http://127.0.0.1:1" if not settings.tracing else None)


def test_a_process_that_does_not_trace_imports_no_opentelemetry() -> None:
    code = (
        "import sys, golden_assets.definitions; from golden_assets.adapters.tracing import span\n"
        "with span('x'): pass\n"
        "sys.exit(any(name.startswith(('opentelemetry.sdk', 'phoenix.otel')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_spans_arrive_under_one_another_with_their_kind_and_attributes(phoenix_url: str) -> None:
    project = Project(phoenix_url)
    assert begin(project.settings, phoenix_url)
    with span("outer", version="1.2.0", rows=20, share=0.5, done=True, nothing=None), span("inner", "LLM") as inner:
        inner.used("gpt", TokenUsage(calls=2, prompt_tokens=10, completion_tokens=5, embedding_tokens=1, cost_usd=0.25))
        inner.text(input=DOCUMENT, output="40 bar")
        note(tries=3)
    end()
    spans = project.spans(2)
    assert parents(spans) == {"outer": None, "inner": "outer"}
    outer, made = by_name(spans)["outer"], by_name(spans)["inner"]
    assert (outer["span_kind"], made["span_kind"], outer["status_code"]) == ("CHAIN", "LLM", "OK")
    ours = {key: value for key, value in outer["attributes"].items() if key.startswith("golden_assets.")}
    assert ours == {"golden_assets.version": "1.2.0", "golden_assets.rows": 20, "golden_assets.share": 0.5, "golden_assets.done": True}
    expected = {
        "llm.model_name": "gpt",
        "llm.token_count.prompt": 11,
        "llm.token_count.completion": 5,
        "llm.token_count.total": 16,
        "golden_assets.cost_usd": 0.25,
        "golden_assets.tries": 3,
        "input.value": DOCUMENT,
        "output.value": "40 bar",
    }
    assert {key: made["attributes"].get(key) for key in expected} == expected


def test_coroutines_that_run_side_by_side_keep_their_own_parents(phoenix_url: str) -> None:
    project = Project(phoenix_url)
    begin(project.settings, phoenix_url)

    async def work(name: str) -> None:
        with span(f"outer {name}"):
            await asyncio.sleep(0)
            await leaf(name)

    async def leaf(name: str) -> None:
        with span(f"inner {name}"):
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(work("a"), work("b"))

    asyncio.run(traced("whole")(both)())
    end()
    assert parents(project.spans(5)) == {
        "whole": None,
        "outer a": "whole",
        "outer b": "whole",
        "inner a": "outer a",
        "inner b": "outer b",
    }


def test_an_error_is_recorded_with_its_words_and_goes_on(phoenix_url: str) -> None:
    project = Project(phoenix_url)
    begin(project.settings, phoenix_url)
    with pytest.raises(PublishingError), span("upload"):
        raise PublishingError("Phoenix is down", "start it")
    end()
    (upload,) = project.spans(1)
    assert upload["status_code"] == "ERROR"
    assert upload["status_message"] == "PublishingError: Phoenix is down: start it."
    (event,) = upload["events"]
    assert event["name"] == "exception"
    assert event["attributes"]["exception.type"] == "PublishingError"
    assert "in test_an_error_is_recorded" in event["attributes"]["exception.stacktrace"]


def test_without_content_no_text_is_recorded_not_even_in_errors(phoenix_url: str) -> None:
    project = Project(phoenix_url, trace_content=False)
    begin(project.settings, phoenix_url)
    with suppress(ValueError), span("call", "LLM", rows=1) as call:
        call.text(input=DOCUMENT, output=DOCUMENT)
        raise ValueError(DOCUMENT)
    end()
    (made,) = project.spans(1)
    assert made["status_message"] == "ValueError: see the log"
    assert made["attributes"]["golden_assets.rows"] == 1
    assert "Pump" not in json.dumps(made)


def test_secrets_of_the_settings_are_struck_out_wherever_they_appear(phoenix_url: str) -> None:
    project = Project(
        phoenix_url, openai_api_key=SecretStr("canary-key"), database_url=SecretStr("postgresql://ada:canary-word@127.0.0.1/x")
    )
    begin(project.settings, phoenix_url)
    with suppress(ValueError), span("call", address="postgresql://ada:canary-word@127.0.0.1/x") as call:
        call.text(input="canary-key")
        raise ValueError("401 for canary-key")
    end()
    (made,) = project.spans(1)
    assert "canary" not in json.dumps(made)
    assert made["attributes"]["input.value"] == "***"


def test_two_processes_of_a_run_share_a_trace_and_its_first_span(phoenix_url: str) -> None:
    project = Project(phoenix_url)
    begin(project.settings, phoenix_url)
    with run_span("run-1", "build"), step_span("run-1", "one"), span("below"):
        pass
    end()
    begin(project.settings, phoenix_url)
    with step_span("run-1", "two"):  # as another process would, which knows the run id alone
        pass
    end()
    spans = project.spans(4)
    assert parents(spans) == {"build": None, "one": "build", "below": "one", "two": "build"}
    assert len({made["context"]["trace_id"] for made in spans}) == 1


def test_two_runs_are_two_traces(phoenix_url: str) -> None:
    project = Project(phoenix_url)
    begin(project.settings, phoenix_url)
    for run in ("run-2", "run-3"):
        with run_span(run, "build"):
            pass
    end()
    assert len({made["context"]["trace_id"] for made in project.spans(2)}) == 2


def test_spans_wait_for_a_phoenix_that_is_still_starting(phoenix_url: str) -> None:
    """The first requests find nobody; what they carried is sent with the next."""
    project = Project(phoenix_url)
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    begin(project.settings, f"http://127.0.0.1:{port}")
    with run_span("run-4", "early"):
        pass
    with serving(lambda request: forward(request, phoenix_url), port):
        with run_span("run-5", "late"):
            pass
        end()
    assert {made["name"] for made in project.spans(2)} == {"early", "late"}


@pytest.mark.parametrize("listens", [False, True], ids=["nobody there", "never answers"])
def test_a_dead_collector_costs_two_seconds_at_the_end_and_no_message(listens: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        if not listens:
            server.close()
        code = (
            "import sys, time\n"
            "from golden_assets.adapters.tracing import begin, span\n"
            "from golden_assets.settings.settings import Settings\n"
            "begin(Settings(tracing=True), sys.argv[1])\n"
            "started = time.perf_counter()\n"
            "for number in range(3000):\n"
            "    with span('work', rows=number): pass\n"
            "print(time.perf_counter() - started, time.time())\n"
        )
        done = subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=True)
        ended = time.time()
    spent, at = map(float, done.stdout.split())
    assert ended - at < 4.0  # two for the spans, and what the interpreter takes on a busy machine
    assert spent < 5.0
    assert done.stderr == ""
