"""A home whose processes are killed: a run, the servers, Dagster, the machine. Nothing half is left, and the next start goes on."""

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from psycopg.rows import dict_row

from golden_assets.embedded.postgres import ensure_postgres
from golden_assets.embedded.processes import free_port
from golden_assets_tests.drills.test_dev import processes_below, wait_for_line
from golden_assets_tests.drills.test_interrupts import begun, wait_for
from golden_assets_tests.e2e.conftest import COMMAND
from golden_assets_tests.e2e.test_run import write_documents
from golden_assets_tests.endpoint_server import EndpointServer

LAUNCH = """mutation ($config: RunConfigData!) { launchRun(executionParams: {
  selector: {repositoryLocationName: "golden_assets", repositoryName: "__repository__", jobName: "build_testset_job"},
  runConfigData: $config
}) { __typename ... on LaunchRunSuccess { run { runId } } } }"""
STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
ROWS = 20
RUN: list[object] = ["run", "--docs", "sample", "--size", ROWS]

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]


class Dev:
    """`golden-assets dev` and its API."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port, self.log = free_port(), log
        with log.open("wb") as file:
            call = [COMMAND, "dev", "--port", str(self.port)]
            self.process = subprocess.Popen(call, env=environment, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
        wait_for("Ctrl-C", log, 180)

    def ask(self, query: str, **variables: object) -> Any:
        body = {"query": query, "variables": variables}
        return httpx.post(f"http://127.0.0.1:{self.port}/graphql", json=body, timeout=60).json()["data"]

    def launch(self, **config: object) -> str:
        launched = self.ask(LAUNCH, config=json.dumps({"ops": {"generated_testset": {"config": config}}}))["launchRun"]
        return str(launched["run"]["runId"])

    def wait_for_status(self, run_id: str, *wanted: str, seconds: float = 180) -> str:
        deadline = time.monotonic() + seconds
        while (status := self.ask(STATUS, id=run_id)["runOrError"]["status"]) not in wanted:
            assert time.monotonic() < deadline, status
            time.sleep(0.5)
        return str(status)

    def child(self, words: str) -> psutil.Process | None:
        """The first process of this Dagster with these words in its command line."""
        try:
            below = psutil.Process(self.process.pid).children(recursive=True)
            return next((process for process in below if words in " ".join(process.cmdline())), None)
        except psutil.Error:
            return None

    def stop(self) -> str:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(120)
        return self.log.read_text()


@contextmanager
def developing(environment: dict[str, str], log: Path) -> Iterator[Dev]:
    dev = Dev(environment, log)
    try:
        yield dev
    finally:
        dev.process.kill()
        dev.process.wait()


def kill_everything(folder: Path) -> None:
    """As a power loss does."""
    while found := processes_below(folder):
        for process in found:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        time.sleep(0.5)


def command(environment: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    call = [COMMAND, *map(str, arguments)]
    return subprocess.run(call, env=environment, capture_output=True, text=True, timeout=400, check=False)


def postmaster(environment: dict[str, str]) -> int:
    return int((Path(environment["GOLDEN_ASSETS_HOME"]) / "postgres/data/postmaster.pid").read_text().split()[0])


def versions(environment: dict[str, str]) -> list[dict[str, Any]]:
    server = ensure_postgres(Path(environment["GOLDEN_ASSETS_HOME"]))
    query = "SELECT version, status, testset_hash, row_count FROM golden_assets.golden_testset_versions ORDER BY created_at"
    with psycopg.connect(server.url(driver="postgresql"), row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def test_a_run_that_the_ui_launched_and_a_power_loss_ended_holds_up_nobody(
    own_environment: dict[str, str], tmp_path: Path, endpoint: EndpointServer, endpoint_variables: dict[str, str]
) -> None:
    environment = own_environment | endpoint_variables | {"GOLDEN_ASSETS_DOCS": str(write_documents(tmp_path / "docs"))}
    endpoint.latency = 60.0
    with developing(environment, tmp_path / "dev.log") as dev:
        lost = dev.launch(size=4)
        dev.wait_for_status(lost, "STARTED")
        wait_until_asked(endpoint)
        kill_everything(tmp_path)
    endpoint.latency = 0.0
    with developing(environment, tmp_path / "dev.log") as dev:
        assert f"run {lost} failed: its process is gone" in dev.log.read_text()
        dev.wait_for_status(lost, "FAILURE", seconds=10)
        dev.wait_for_status(dev.launch(size=4), "SUCCESS")

        endpoint.latency = 60.0
        lost = dev.launch(size=5)
        asked = len(endpoint.requests)
        wait_until_asked(endpoint, asked + 1)
        kill_everything(tmp_path)
    endpoint.latency = 0.0
    ended = command(environment, "run", "--size", 6)
    assert ended.returncode == 0, ended.stderr
    assert f"run {lost} failed: its process is gone" in ended.stderr


def fill(file: Path) -> None:
    """Write until there is no space left."""
    with file.open("wb", buffering=0) as output:
        while True:
            output.write(bytes(4096))


def wait_until_asked(endpoint: EndpointServer, requests: int = 1) -> None:
    deadline = time.monotonic() + 120
    while len(endpoint.requests) < requests:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_a_run_whose_postgresql_is_killed_ends_in_one_line_and_the_next_goes_on(
    own_environment: dict[str, str], tmp_path: Path, endpoint: EndpointServer, endpoint_variables: dict[str, str]
) -> None:
    environment, output = own_environment | endpoint_variables, tmp_path / "run"
    run: list[object] = ["run", "--docs", write_documents(tmp_path / "docs"), "--size", 4]
    endpoint.latency = 1.0
    with begun(run, environment, output) as process:
        wait_for("no cost limit", output)
        os.kill(postmaster(environment), signal.SIGKILL)
        assert process.wait(300) == 1
    *_, noticed, last = output.read_text().splitlines()
    assert noticed == "the database does not answer; trying again for some seconds ..."
    assert last.startswith("error: the database at 127.0.0.1:")
    assert last.endswith("run the command again; what was stored and paid for is kept.")
    assert "Traceback" not in output.read_text()
    endpoint.latency = 0.0
    assert command(environment, *run).returncode == 0


def test_a_full_disk_is_one_line_and_nothing_stored_is_lost(own_environment: dict[str, str], tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=190m", "tmpfs", small], capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can make a small disk")
    environment = own_environment | {"GOLDEN_ASSETS_HOME": str(small / "home")}
    run: list[object] = ["run", "--docs", write_documents(tmp_path / "docs"), "--size"]
    try:
        assert command(environment, *run, 4).returncode == 0
        with pytest.raises(OSError, match="No space left"):
            fill(small / "fill")
        ended = command(environment, *run, 5)
        assert ended.returncode == 1
        assert "No space left on device" in ended.stderr.splitlines()[-1]
        assert "Traceback" not in ended.stderr
        assert "INSERT" not in ended.stderr
        (small / "fill").unlink()
        assert command(environment, *run, 5).returncode == 0
        assert command(environment, "verify").returncode == 0
    finally:
        command(environment, "down")
        subprocess.run(["umount", "-l", small], check=True)


def test_dev_whose_daemon_dies_fails_with_the_reason_and_leaves_the_servers_to_a_run(
    own_environment: dict[str, str], tmp_path: Path, endpoint: EndpointServer, endpoint_variables: dict[str, str]
) -> None:
    docs, output = write_documents(tmp_path / "docs"), tmp_path / "run"
    call = [COMMAND, "dev", "--port", str(free_port())]
    pipe = subprocess.PIPE
    with subprocess.Popen(call, env=own_environment, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True) as dev:
        wait_for_line(dev, "Ctrl-C")
        endpoint.latency = 1.0
        with begun(["run", "--docs", docs, "--size", 4], own_environment | endpoint_variables, output) as run:
            wait_for("no cost limit", output)
            daemon = next(child for child in psutil.Process(dev.pid).children(recursive=True) if "dagster._daemon" in child.cmdline())
            daemon.kill()
            told, error = dev.communicate(timeout=90)
            assert dev.returncode == 1
            assert f"PostgreSQL and Phoenix stay, in use by golden-assets run (pid {run.pid})" in told
            assert "Dagster's daemon ended by itself (killed by SIGKILL)" in error
            endpoint.latency = 0.0
            assert run.wait(180) == 0, output.read_text()


def test_a_life_with_kills_at_random_moments_stores_what_an_undisturbed_one_does(
    own_environment: dict[str, str], tmp_path: Path, kills: int
) -> None:
    moments = random.Random(11)  # noqa: S311  # the same moments in every run of this drill
    calm = own_environment | {"GOLDEN_ASSETS_HOME": str(tmp_path / "calm")}
    log = tmp_path / "dev.log"
    victims = moments.sample(VICTIMS, len(VICTIMS))
    dev = Dev(own_environment, log)
    try:
        for seed in range(kills):
            run = [*RUN, "--seed", seed]
            with begun(run, own_environment, tmp_path / "run") as process:
                time.sleep(moments.uniform(2, 12))
                victim = kill_one(victims[seed % len(victims)], process, dev, own_environment)
                process.wait(300)
            if dev.process.poll() is not None or not dev.child("dagster_webserver"):
                dev.process.wait(120)
                dev = Dev(own_environment, log)
            ended = command(own_environment, *run)
            assert ended.returncode == 0, (victim, ended.stderr)
            assert "Traceback" not in (tmp_path / "run").read_text(), victim
    finally:
        dev.process.send_signal(signal.SIGINT)
        dev.process.wait(120)
    for seed in range(kills):
        assert command(calm, *RUN, "--seed", seed).returncode == 0
    stored, expected = versions(own_environment), versions(calm)
    assert {one["testset_hash"] for one in stored} == {one["testset_hash"] for one in expected}
    assert [one["status"] for one in stored].count("active") == 1
    assert all(one["row_count"] == ROWS for one in stored)
    assert command(own_environment, "verify").returncode == 0
    command(calm, "down")


VICTIMS = ["run", "PostgreSQL", "Phoenix", "dagster._daemon", "dagster_webserver"]


def kill_one(victim: str, run: subprocess.Popen[bytes], dev: Dev, environment: dict[str, str]) -> str:
    """Kill the run, a server, or a process of Dagster; its name."""
    if victim == "run":
        run.kill()
    elif victim == "PostgreSQL":
        os.kill(postmaster(environment), signal.SIGKILL)
    elif victim == "Phoenix":
        state = json.loads((Path(environment["GOLDEN_ASSETS_HOME"]) / "phoenix/server.json").read_text())
        os.kill(state["pid"], signal.SIGKILL)
    elif process := dev.child(victim):
        process.kill()
    return victim
