"""Both UIs in a real browser's protocol: opened, guarded, interrupted, killed."""

import signal
import subprocess
import time
from pathlib import Path

import httpx
import psutil

from golden_assets.definitions import ASSETS
from golden_assets.embedded.processes import free_port
from golden_assets_tests.e2e.conftest import COMMAND

LAUNCH = """mutation { launchRun(executionParams: {
  selector: {repositoryLocationName: "golden_assets", repositoryName: "__repository__", jobName: "build_testset_job"},
  runConfigData: "{\\"ops\\": {\\"source_documents\\": {\\"config\\": {\\"docs\\": \\"/etc/ssl\\"}}}}"
}) { ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
"""What a page of somebody else would like to send, and what somebody types into the launchpad."""


RUNS = "{ runsOrError { ... on Runs { results { runId } } } }"


EVENTS = """query($run: ID!) { logsForRun(runId: $run) { ... on EventConnection { events {
  ... on RunFailureEvent { timestamp } ... on ExecutionStepFailureEvent { error { message causes { message } } } } } } }"""


def failure_of_run(port: int, run: str) -> str:
    """Why a run failed, once it has."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": EVENTS, "variables": {"run": run}}, timeout=60).json()
        events = answer["data"]["logsForRun"]["events"]
        if any("timestamp" in event for event in events):
            return str([event["error"] for event in events if "error" in event])
        time.sleep(0.5)
    raise AssertionError(f"the run did not fail: {events}")


def wait_for_line(process: subprocess.Popen[str], beginning: str) -> list[str]:
    """Lines of standard output up to the one that begins so."""
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(beginning):
            return lines
    raise AssertionError(f"ended without {beginning!r}: {lines}")


def processes_below(folder: Path) -> list[psutil.Process]:
    """Everything that works in this home."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(folder)) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_dev_opens_both_uis_and_leaves_nothing_behind_after_an_interrupt(own_environment: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    call = [COMMAND, "dev", "--port", str(port)]
    with subprocess.Popen(call, env=own_environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as dev:
        lines = wait_for_line(dev, "Ctrl-C")
        phoenix = next(line.split()[1] for line in lines if line.startswith("Phoenix"))
        assert httpx.get(f"http://127.0.0.1:{port}/server_info").json()["dagster_version"]
        assert httpx.get(f"{phoenix}/healthz").status_code == 200
        query = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name assetNodes { id } } } } }"
        deadline = time.monotonic() + 60
        assets: list[object] = []
        while not assets and time.monotonic() < deadline:
            answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": query}, timeout=30).json()
            assets = [node for repository in answer["data"]["repositoriesOrError"].get("nodes", []) for node in repository["assetNodes"]]
        assert len(assets) == 1 + len(ASSETS)  # source_documents is made with what comes before it
        for url in (f"http://127.0.0.1:{port}", phoenix):
            assert httpx.get(url, headers={"Host": "rebound.example"}).status_code == 403
            assert httpx.post(f"{url}/graphql", json={"query": query}, headers={"Origin": "http://evil.example"}).status_code == 403
            assert httpx.post(f"{url}/graphql", json={"query": "{__typename}"}, headers={"Origin": url}).is_success
        assert httpx.get(f"http://127.0.0.1:{port}/graphql", params={"query": LAUNCH}).status_code == 403
        for docs, reason in {"/no/folder": "does not exist", "postgresql://u:secret@db/docs": "a postgresql URL is not"}.items():
            mistyped = {"query": LAUNCH.replace("/etc/ssl", docs)}
            answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json=mistyped, timeout=60).json()
            assert reason in answer["data"]["launchRun"]["message"]
        runs = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": RUNS}, timeout=60).json()
        assert runs["data"]["runsOrError"]["results"] == []
        launched = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": LAUNCH}, timeout=60).json()
        assert "runs may not read the folder /etc/ssl" in failure_of_run(port, launched["data"]["launchRun"]["run"]["runId"])

        (tmp_path / "golden_testset_config.yaml").write_text("docs: handbook\n", encoding="utf-8")
        assert "when you start `golden-assets dev` again" in wait_for_line(dev, "a configuration file appeared")[-1]

        second = subprocess.run(
            [COMMAND, "dev", "--port", str(free_port())], env=own_environment, capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert "runs already" in second.stderr

        dev.send_signal(signal.SIGINT)
        assert "stopped Dagster, Phoenix, PostgreSQL" in dev.stdout.read()
    assert dev.returncode == 0
    assert processes_below(tmp_path) == []


def test_down_ends_a_dagster_whose_command_was_killed(own_environment: dict[str, str], tmp_path: Path) -> None:
    call = [COMMAND, "dev", "--port", str(free_port())]
    with subprocess.Popen(call, env=own_environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as dev:
        wait_for_line(dev, "Ctrl-C")
        dev.kill()
    assert processes_below(tmp_path)
    down = subprocess.run([COMMAND, "down"], env=own_environment, capture_output=True, text=True, check=True)
    assert down.stdout.strip() == "stopped Dagster, Phoenix, PostgreSQL"
    assert processes_below(tmp_path) == []
