"""Limits that end a run: what was paid for is not paid for again."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from golden_assets_tests.e2e.conftest import Run
from golden_assets_tests.e2e.test_run import write_documents
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, EndpointServer

Stored = Callable[[], list[dict[str, Any]]]


def paid_twice(endpoint: EndpointServer) -> int:
    """Requests that were sent again, word for word."""
    counts = Counter(json.dumps([path, body], sort_keys=True) for path, body in endpoint.requests)
    return sum(count - 1 for count in counts.values())


def test_a_budget_that_stops_a_run_and_is_paused_raised_and_resumed_pays_nothing_twice(
    command: Run,
    environment: dict[str, str],
    database_url: str,
    endpoint: EndpointServer,
    endpoint_variables: dict[str, str],
    stored: Stored,
    tmp_path: Path,
) -> None:
    """In a database of its own: with the history of other runs the gate on the budget would refuse before the first call."""
    docs = write_documents(tmp_path / "docs")
    alone = endpoint_variables | {"GOLDEN_ASSETS_CRITICS": "none"}
    ours = alone | {"GOLDEN_ASSETS_DATABASE_URL": database_url, "GOLDEN_ASSETS_COST_LIMIT_DAILY": "0.066"}
    run = ("create", "--docs", docs, "--size", 12)
    limited = command(*run, **ours)
    assert limited.returncode == 1
    assert "based on assumptions" in limited.stderr
    assert "$0.0000 of $0.066 per day spent (0%)" in limited.stderr
    assert "of the cost limit of $0.066 per day" in limited.stderr.splitlines()[-1]
    rows, sent = rows_of(database_url, "golden_llm_calls"), len(endpoint.requests)
    assert 0 < sum(row["cost_usd"] for row in rows) <= 0.066
    assert rows_of(database_url, "golden_testset_versions") == []

    assert command("budget", "raise", "day", 5, "--reason", "a test", **ours).returncode == 0
    assert command("budget", "pause", "--reason", "the invoice looks odd", **ours).returncode == 0
    paused = command(*run, **ours)
    assert paused.returncode == 1
    assert "FAILED budget_remains" in paused.stderr
    assert f"paused since {datetime.now(UTC):%Y-%m-%d}" in paused.stdout
    assert "the invoice looks odd" in paused.stdout
    assert len(endpoint.requests) == sent

    assert command("budget", "resume", "--reason", "it was right", **ours).returncode == 0
    resumed = command(*run, **ours)
    assert resumed.returncode == 0, resumed.stderr
    assert " answered before, " in resumed.stdout
    assert len(endpoint.requests) > sent
    assert paid_twice(endpoint) == 0
    rows = rows_of(database_url, "golden_llm_calls")
    assert {row["status"] for row in rows if row["attempts"]} <= {"answered", "declined"}  # what was given up unsent cost nothing
    assert sum(row["prompt_tokens"] for row in rows) == endpoint.stats[CHAT].prompt_tokens
    assert sum(row["completion_tokens"] for row in rows) == endpoint.stats[CHAT].completion_tokens
    assert sum(row["embedding_tokens"] for row in rows) == endpoint.stats[EMBEDDINGS].prompt_tokens
    assert sum(row["attempts"] for row in rows) == len(endpoint.requests)

    undisturbed = command(*run, **alone)
    assert undisturbed.returncode == 0, undisturbed.stderr
    hashes = [row["testset_hash"] for row in rows_of(database_url, "golden_testset_versions")]
    assert hashes == [row["testset_hash"] for row in stored()]


def rows_of(database_url: str, table: str) -> list[dict[str, Any]]:
    """Everything in a table of the registry."""
    with psycopg.connect(database_url.replace("+psycopg", ""), row_factory=dict_row) as connection:
        return connection.execute(sql.SQL("SELECT * FROM golden_assets.{}").format(sql.Identifier(table))).fetchall()
