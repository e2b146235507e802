"""Runs that are killed again and again: what was paid for is not paid for again."""

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from golden_assets.embedded.postgres import PostgresServer
from golden_assets_tests.drills.test_resume import Stored, paid_twice
from golden_assets_tests.e2e.conftest import COMMAND, Run
from golden_assets_tests.e2e.test_run import write_documents
from golden_assets_tests.endpoint_server import EndpointServer

pytestmark = pytest.mark.long

KILLS = 4
CONCURRENCY = 8
Ledger = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def ledger(environment: dict[str, str], postgres_server: PostgresServer) -> Ledger:
    """The calls on record for this test's testset."""

    def read() -> list[dict[str, Any]]:
        query = "SELECT * FROM golden_assets.golden_llm_calls WHERE testset_name = %s"
        with psycopg.connect(postgres_server.url(driver="postgresql"), row_factory=dict_row) as connection:
            return connection.execute(query, [environment["GOLDEN_ASSETS_TESTSET_NAME"]]).fetchall()

    return read


def kill_after(call: list[str], environment: dict[str, str], endpoint: EndpointServer, requests: int) -> bool:
    """Start a run and kill it when so many more requests have come in; whether it was killed before it ended."""
    wanted = len(endpoint.requests) + requests
    with subprocess.Popen(call, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None and len(endpoint.requests) < wanted:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    return running.returncode == -signal.SIGKILL


@pytest.mark.timeout(600)
def test_a_run_killed_again_and_again_ends_with_the_rows_of_an_undisturbed_one(
    command: Run,
    environment: dict[str, str],
    stored: Stored,
    ledger: Ledger,
    database_url: str,
    endpoint: EndpointServer,
    endpoint_variables: dict[str, str],
    tmp_path: Path,
) -> None:
    docs = write_documents(tmp_path / "docs")
    variables = endpoint_variables | {"GOLDEN_ASSETS_MAX_CONCURRENCY": str(CONCURRENCY)}
    endpoint.latency = 0.1
    call = [COMMAND, "run", "--docs", str(docs), "--size", "12"]
    moments = random.Random(4)  # noqa: S311  # the same moments in every run of this test
    killed = sum(kill_after(call, environment | variables, endpoint, moments.randint(1, 6)) for _ in range(KILLS))
    assert killed == KILLS
    endpoint.latency = 0.0  # it made sure that calls were under way when the process died
    result = command("run", "--docs", docs, "--size", 12, **variables)
    assert result.returncode == 0, result.stderr
    lost = sum(row["status"] == "lost" for row in ledger())
    assert 0 < lost <= KILLS * (CONCURRENCY + 1)
    assert paid_twice(endpoint) <= lost
    (resumed,) = stored()

    undisturbed = command("run", "--docs", docs, "--size", 12, **variables, GOLDEN_ASSETS_DATABASE_URL=database_url)
    assert undisturbed.returncode == 0, undisturbed.stderr
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT testset_hash FROM golden_assets.golden_testset_versions").fetchall() == [
            (resumed["testset_hash"],)
        ]
