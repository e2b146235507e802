"""The registry with 1,000 versions of 200 rows in it, on an embedded PostgreSQL of its own.

Run as a module with a database URL it stores one version of 50,000 rows, reads it back, and prints its peak memory in MiB.
"""

import asyncio
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median, quantiles

import psycopg
from psycopg.rows import dict_row

import golden_assets
from bench.figures import ROOT, Figure
from golden_assets import GoldenTestsetManager
from golden_assets.adapters.frames import write_frame
from golden_assets.adapters.postgres import PostgresVersionStore, migrate
from golden_assets.adapters.postgres.sql_files import query
from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.gates.imported_rows import judge_admission
from golden_assets.domain.testsets.testset import Context, GenerationRequest, Testset, TestsetRow
from golden_assets.embedded.postgres import ensure_postgres, stop_postgres

HOME = ROOT / ".bench" / "registry"
VERSIONS, ROWS, LARGE, HUGE = 1_000, 200, 10_000, 50_000
READS, PROMOTIONS, CREATIONS, WARM_UP = 200, 100, 3, 10
TESTSET = "bench"


def measure() -> list[Figure]:
    """A server of its own, gone with its data afterwards, also when something fails."""
    _remove_home()
    os.environ["GOLDEN_ASSETS_HOME"] = str(HOME)  # no Phoenix runs there, so promotions are the registry's alone
    try:
        url = ensure_postgres(HOME).url()
        migrate(url)
        return [*asyncio.run(_figures(url)), _peak_memory(url)]
    finally:
        _remove_home()


async def _figures(url: str) -> list[Figure]:
    versions = await _fill(url)
    async with GoldenTestsetManager(db_url=url, testset_name=TESTSET, tell=_nobody) as manager:
        await manager.promote_version(versions.pop())
        ours, bare = await _reads(manager, url)
        lists = await _rounds(READS, manager.list_versions)
        promotions = await _rounds(PROMOTIONS, lambda: manager.promote_version(versions.pop()))
        frames = [write_frame(testset_of(LARGE, 1_000_000 + LARGE * n)) for n in range(CREATIONS)]
        creations = [await _seconds(lambda: manager.create_version(frames.pop(), {})) for _ in range(CREATIONS)]
    return [
        Figure("get_active_version, p95", 1000 * _p95(ours), 20, "ms"),
        Figure("get_active_version against psycopg, median", median(ours) / median(bare), 2, "times"),
        Figure("get_active_version against psycopg, p95", _p95(ours) / _p95(bare), 2, "times"),
        Figure("list_versions, p95", 1000 * _p95(lists), 50, "ms"),
        Figure("promote_version, p95", 1000 * _p95(promotions), 30, "ms"),
        Figure(f"create_version, {LARGE:,} rows", median(creations), 5, "s"),
    ]


async def _fill(url: str) -> list[str]:
    """Store the versions, each judged; their numbers."""
    store = PostgresVersionStore(url, TESTSET)
    numbers = []
    for n in range(VERSIONS):
        testset = testset_of(ROWS, n * ROWS)
        summary, _ = await store.create_version(testset, judge_admission(testset), created_by="bench", run_id=None)
        numbers.append(summary.version)
    await store.dispose()
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return numbers


async def _reads(manager: GoldenTestsetManager, url: str) -> tuple[list[float], list[float]]:
    """Seconds of each read, ours and the bare one by turns, so that what else the machine does hits them alike.

    The bare one decodes the testset's JSON and does no more, on a connection that stays open and without a transaction block.
    """
    statement = re.sub(r"(?<!:):(\w+)", r"%(\1)s", query("stored_version"))
    ours, bare = [], []
    with psycopg.connect(_plain(url), autocommit=True, row_factory=dict_row) as connection:

        async def select() -> None:
            (row,) = connection.execute(statement, {"testset": TESTSET, "version": None}).fetchall()
            json.loads(row["testset_data"])

        for _ in range(WARM_UP + READS):
            ours.append(await _seconds(manager.get_active_version))
            bare.append(await _seconds(select))
    return ours[WARM_UP:], bare[WARM_UP:]


async def _rounds(count: int, action: Callable[[], Awaitable[object]]) -> list[float]:
    return [await _seconds(action) for _ in range(WARM_UP + count)][WARM_UP:]


async def _seconds(action: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await action()
    return time.perf_counter() - started


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def _peak_memory(url: str) -> Figure:
    command = [sys.executable, "-m", "bench.registry", url]
    mebibytes = float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    return Figure(f"create and read {HUGE:,} rows, peak memory", mebibytes, 1024, "MiB")


async def _huge(url: str) -> None:
    async with GoldenTestsetManager(db_url=url, testset_name="huge") as manager:
        stored = await manager.create_version(write_frame(testset_of(HUGE, 0)), {})
        assert len(stored.testset_df) == HUGE


def testset_of(size: int, start: int) -> Testset:
    """Rows as an LLM writes them: about 1 KB each, with a context of 80 words from the sample corpus. Another ``start``, other rows."""
    words = _words()
    return Testset(
        rows=tuple(_row(n, words) for n in range(start, start + size)),
        corpus_hash=sha256_text("bench"),
        request=GenerationRequest(size=size, question_types={"single_hop_specific": 1.0}),
        generator="bench",
        generator_version="1",
        model="bench",
        embedding_model="none",
    )


def _row(number: int, words: list[str]) -> TestsetRow:
    first = number * 37 % (len(words) - 80)
    text = " ".join(words[first : first + 80])
    context = Context(
        text=text,
        document_id=f"document-{first % 50}.md",
        document_hash=sha256_text(str(first % 50)),
        chunk_hash=sha256_text(text),
        start=first,
        end=first + len(text),
    )
    return TestsetRow(
        user_input=f"In case {number}, what is said of {' '.join(words[first : first + 10])}?",
        reference=" ".join(words[first : first + 30]),
        contexts=(context,),
        question_type="single_hop_specific",
        synthesizer_name="single_hop_specific_query_synthesizer",
        persona_name="engineer",
        model="bench",
        seed=number,
    )


def _words() -> list[str]:
    corpus = Path(golden_assets.__file__).parent / "sample_corpus"
    return [word for path in sorted(corpus.glob("*.md")) for word in path.read_text(encoding="utf-8").split()]


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _nobody(_told: str) -> None:
    """No Phoenix is to hear of it."""


def _remove_home() -> None:
    stop_postgres(HOME)
    shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(_huge(sys.argv[1]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
