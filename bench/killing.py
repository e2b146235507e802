"""One generation, killed with SIGKILL at 20 random moments and started again: what comes of it, and what is paid for twice."""

import asyncio
import json
import multiprocessing
import random
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection

import psycopg

from bench.corpora import manual
from bench.endpoint import CONCURRENCY, asked, generate, write
from bench.figures import ROOT, Figure
from golden_assets.adapters.postgres import PostgresCallLedger, migrate
from golden_assets.embedded.postgres import ensure_postgres
from golden_assets.embedded.servers import down
from golden_assets_tests.endpoint_server import EndpointServer, serving

DOCUMENTS, ROWS = 30, 50
KILLS = 20
LATENCY = 0.1


def measure() -> list[Figure]:
    """The undisturbed run has a ledger of its own; the killed one keeps its ledger from start to start."""
    home = ROOT / ".bench" / "killing"
    shutil.rmtree(home, ignore_errors=True)
    try:
        with serving(latency=LATENCY) as server:
            undisturbed = generate(server, manual(DOCUMENTS), ROWS)
            server.requests.clear()
            postgres = ensure_postgres(home)
            migrate(postgres.url())
            moments = sorted(random.Random(20).sample(range(undisturbed.calls), KILLS))  # noqa: S311  # the same in every bench
            with psycopg.connect(postgres.url(driver="postgresql"), autocommit=True) as books:
                kills, resumed = _killed_and_resumed(server, postgres.url(), books, moments)
                twice, in_flight = _repeated(server.requests), _count(books, "lost")
    finally:
        down(home)
        shutil.rmtree(home, ignore_errors=True)
    claim = f"{ROWS} rows, kill -9 at {kills} random moments of {undisturbed.calls} calls, {CONCURRENCY} at a time"
    return [
        Figure(f"{claim}: testsets unlike the undisturbed one", float(resumed != undisturbed.testset.testset_hash), 0, ""),
        Figure("calls paid twice, beside those in flight when killed", twice, in_flight, ""),
    ]


def _killed_and_resumed(server: EndpointServer, url: str, books: psycopg.Connection, moments: Sequence[int]) -> tuple[int, str]:
    """How many starts were killed before they ended, and the hash of the testset of the start that was left alone.

    A moment is a number of answers in the ledger; whoever starts when it is reached is killed at its first request.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bench.preloaded"])
    kills = 0
    for answers in [*moments, None]:
        ours, theirs = context.Pipe()
        start = context.Process(target=_generate, args=(server.url, url, theirs))
        before = len(server.requests)
        start.start()
        while start.is_alive() and (answers is None or len(server.requests) == before or _count(books, "answered") < answers):
            time.sleep(0.01)
        kills += start.is_alive()
        start.kill()
        start.join()
    return kills, str(ours.recv())


def _generate(endpoint_url: str, database_url: str, answer: Connection) -> None:
    """A start, in a process of its own."""
    ledger = PostgresCallLedger(database_url, testset_name="bench")
    testset = asyncio.run(write(endpoint_url, manual(DOCUMENTS), asked(ROWS), ledger))
    answer.send(testset.testset_hash)


def _repeated(requests: Sequence[tuple[str, object]]) -> int:
    """Requests that were sent again, word for word."""
    counts = Counter(json.dumps(request, sort_keys=True) for request in requests)
    return sum(count - 1 for count in counts.values())


def _count(books: psycopg.Connection, status: str) -> int:
    """Calls that ended like this; ``lost`` are those that were in flight when their process was killed."""
    found = books.execute("SELECT count(*) FROM golden_assets.golden_llm_calls WHERE status = %s", [status]).fetchone()
    return int(found[0]) if found else 0
