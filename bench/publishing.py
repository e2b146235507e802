"""Uploads to Phoenix: with every row read back and compared, against a bare loop over the client that looks at nothing."""

import asyncio
import shutil
import time

import httpx

from bench.figures import ROOT, Figure
from golden_assets.adapters.phoenix.examples import Example, examples_of
from golden_assets.adapters.phoenix.publisher import BATCH_SIZE, PhoenixDatasetPublisher
from golden_assets.embedded.phoenix import ensure_phoenix, find_server_python, stop_phoenix
from golden_assets_tests.adapters.phoenix.versions import a_row, a_version

SIZES = (100, 1_000, 10_000)
MOST = 2.0
"""Ours asks for the dataset before and after the upload, and reads every row; a bare loop sends."""


def measure() -> list[Figure]:
    """Both against the same server, one after the other, on SQLite; the first upload warms it up."""
    home = ROOT / ".bench" / "phoenix"
    shutil.rmtree(home, ignore_errors=True)
    try:
        url = ensure_phoenix(home, find_server_python(), None).base_url
        _ours(url, 10)
        _bare(url, 10)
        return [figure for rows in SIZES for figure in _figures(url, rows)]
    finally:
        stop_phoenix(home)
        shutil.rmtree(home, ignore_errors=True)


def _figures(url: str, rows: int) -> list[Figure]:
    bare, ours = _bare(url, rows), _ours(url, rows)
    return [
        Figure(f"publish {rows} rows, against a bare client loop ({rows / bare:.0f} rows/s)", ours / bare, MOST, "times"),
        Figure(f"publish {rows} rows ({rows / ours:.0f} rows/s)", ours, MOST * bare, "s"),
    ]


def _examples(name: str, rows: int) -> list[Example]:
    return examples_of(a_version(name, [a_row(f"question {number} of {name}?") for number in range(rows)]))


def _ours(url: str, rows: int) -> float:
    version = a_version(f"ours-{rows}", [a_row(f"question {number} of ours?") for number in range(rows)])
    started = time.perf_counter()
    asyncio.run(PhoenixDatasetPublisher(url).publish(version))
    return time.perf_counter() - started


def _bare(url: str, rows: int) -> float:
    from phoenix.client import Client

    examples = _examples(f"bare-{rows}", rows)
    started = time.perf_counter()
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as http:
        datasets = Client(http_client=http).datasets
        for start in range(0, rows, BATCH_SIZE):
            batch = examples[start : start + BATCH_SIZE]
            if start:
                datasets.add_examples_to_dataset(dataset=f"bare-{rows}", examples=batch, timeout=120)
            else:
                datasets.create_dataset(name=f"bare-{rows}", examples=batch, timeout=120)
    return time.perf_counter() - started
