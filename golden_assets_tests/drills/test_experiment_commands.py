"""Experiments as a user runs them: a task of their own in the working directory, killed, cut off, and run again."""

import json
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

from golden_assets.embedded.phoenix import PhoenixServer
from golden_assets_tests.adapters.phoenix.loopback import Answer, Request, forward, serving
from golden_assets_tests.e2e.conftest import COMMAND, Run

RAG = """
import time
from pathlib import Path

def answer(question):
    with Path("calls.txt").open("a") as log:
        log.write(question + "\\n")
    time.sleep({seconds})
    if question in {failing!r}:
        raise LookupError("not in the index")
    return {{"answer": question, "contexts": []}}
"""


def write_rag(folder: Path, seconds: float = 0.0, failing: tuple[str, ...] = ()) -> None:
    (folder / "my_rag.py").write_text(RAG.format(seconds=seconds, failing=failing))


def calls(folder: Path) -> list[str]:
    log = folder / "calls.txt"
    return log.read_text().splitlines() if log.exists() else []


def as_json(ended: subprocess.CompletedProcess[str]) -> Any:
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_an_experiment_that_is_killed_goes_on_with_the_missing_rows_only(command: Run, environment: dict[str, str], tmp_path: Path):
    assert command("run", "--size", "16").returncode == 0
    write_rag(tmp_path, seconds=0.4)
    arguments = ["experiment", "active", "--task", "my_rag:answer", "--evaluator", "token_f1", "--concurrency", "2", "--format", "json"]
    with subprocess.Popen([COMMAND, *arguments], cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while len(calls(tmp_path)) < 7:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
    before = Counter(calls(tmp_path))
    (interrupted,) = as_json(command("experiments", "--format", "json"))
    assert interrupted["status"] == "started"

    summary = as_json(command(*arguments))
    asked = Counter(calls(tmp_path))
    assert len(asked) == 16
    assert sum(asked.values()) - 16 <= 2, "at most what was in flight is asked again"
    assert sum(before.values()) >= 7
    assert (summary["experiment_id"], summary["status"]) == (interrupted["experiment_id"], "completed")
    assert (summary["run_count"], summary["error_count"]) == (16, 0)

    again = command("experiment", "active", "--evaluator", "hit_rate", "--evaluator", "exact_match")
    assert "16 calls of baseline over version 1.0.0; 0 failed" in again.stdout
    assert "hit_rate     " in again.stdout
    assert "Correlation within a document: " in again.stdout
    shown = " ".join(command("show", "active", "--rows", "0").stdout.split())
    (baseline,) = [one["experiment_id"] for one in as_json(command("experiments", "--format", "json")) if one["task"] == "baseline"]
    measured = "in these scores, at least" in " ".join(again.stdout.split())
    assert (f" in experiment {baseline} of version 1.0.0, at least 0.05.)" if measured else "document: 0.05, assumed.)") in shown
    assert as_json(command("show", "active", "--format", "json"))["correlation_from"] == (baseline if measured else None)
    low = command("experiment", "active", "--evaluator", "exact_match", "--fail-below", "0.9", "--task", "my_rag:answer")
    assert low.returncode == 1
    assert "error: the mean score 0.000 is below 0.9 (exact_match 0.000)." in low.stderr
    assert command("experiment", "active", "--evaluator", "exact_match", "--fail-below", "0", "--task", "my_rag:answer").returncode == 0
    (knowing,) = [one["experiment_id"] for one in as_json(command("experiments", "--format", "json")) if one["task"] == "baseline"]
    against = ["experiment", "active", "--evaluator", "exact_match", "--against", knowing, "--task"]
    count = len(as_json(command("experiments", "--format", "json")))
    unknown = command("experiment", "active", "--against", "1.0.0", "--task", "my_rag:answer", "--fresh")
    assert "experiment 1.0.0 does not exist" in unknown.stderr
    assert len(as_json(command("experiments", "--format", "json"))) == count, "it is refused before anything is asked"
    dropped = command(*against, "my_rag:answer")
    assert dropped.returncode == 1
    assert f"against {knowing} (95 % interval -" in dropped.stderr
    assert dropped.stderr.startswith("error: the mean score dropped: -")
    held = command(*against, "baseline")
    assert held.returncode == 0, held.stderr
    assert "No significant drop: +0.000 against" in held.stderr
    listed = command("experiments", "1.0.0").stdout
    assert "my_rag:answer" in listed
    assert "baseline" in listed


def test_phoenix_that_goes_away_is_named_and_the_next_run_completes_the_experiment(
    command: Run, phoenix_server: PhoenixServer, tmp_path: Path
):
    assert command("run", "--size", "8").returncode == 0
    write_rag(tmp_path)
    posts: list[Request] = []

    def for_a_while(request: Request) -> Answer | None:
        if request.path.endswith("/runs") and request.method == "POST":
            posts.append(request)
        return None if len(posts) > 3 else forward(request, phoenix_server.base_url)

    arguments = ["experiment", "active", "--task", "my_rag:answer", "--evaluator", "exact_match", "--concurrency", "1"]
    with serving(for_a_while) as proxy:
        broken = command(*arguments, PHOENIX_COLLECTOR_ENDPOINT=proxy.url)
    assert broken.returncode == 1
    assert "broke off the connection (RemoteProtocolError): run the experiment again later; what is on record is kept" in broken.stderr
    assert broken.stderr.count("\n") == 1
    first = len(calls(tmp_path))
    assert first < 8
    questions = list(dict.fromkeys(calls(tmp_path)))
    completed = command(*arguments)
    assert "8 calls of my_rag:answer over version 1.0.0, of which 3 were on record before; 0 failed" in completed.stdout
    assert len(calls(tmp_path)) - first == 5
    assert len(questions) == first

    write_rag(tmp_path, failing=(questions[0],))
    failing = command(*arguments)
    assert failing.returncode == 0
    assert "1 failed" in failing.stdout
    assert "LookupError: not in the index" in failing.stdout
    write_rag(tmp_path, failing=tuple(dict.fromkeys(calls(tmp_path))))
    hopeless = command(*arguments)
    assert hopeless.returncode == 1
    assert "every call of my_rag:answer failed, the first with: LookupError: not in the index" in hopeless.stderr
