"""What `document_change_sensor` costs at each tick over 10,000 documents of some 500 words: when nobody touched them, when one was edited,
and when the process has not met any of them yet, as after a restart of the daemon.
"""

import gc
import shutil
import time
from collections.abc import Callable
from functools import partial
from statistics import quantiles

from bench.figures import ROOT, Figure
from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
from golden_assets.adapters.documents.folder import FolderSource

FOLDER = ROOT / ".bench" / "sensors"
DOCUMENTS, ROUNDS = 10_000, 20
LIMIT_MS = 100
FIRST_LIMIT_SECONDS = 5


def measure() -> list[Figure]:
    """A folder of documents, gone afterwards."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    samples = [page.read_text(encoding="utf-8") for page in sorted(sample_corpus_folder().glob("*.md"))]
    try:
        for number in range(DOCUMENTS):
            path = FOLDER / f"part{number % 100:02}" / f"document{number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{samples[number % len(samples)]}\nThis is document {number}.\n", encoding="utf-8")
        gc.collect()
        gc.freeze()  # what other benchmarks left in this process, the daemon's has not
        source = FolderSource(FOLDER)
        source.fingerprint()
        first, first_cpu = _timed(source.corpus_hash)
        looks = [_timed(source.fingerprint) for _ in range(ROUNDS)]
        edits = [_timed(partial(_edited, source, number))[0] for number in range(ROUNDS)]
        what = f"a look at {DOCUMENTS:,}"
        return [
            Figure(f"{what} unchanged documents, wall time, p95", _p95([wall for wall, _ in looks]), LIMIT_MS, "ms"),
            Figure(f"{what} unchanged documents, CPU time, p95", _p95([cpu for _, cpu in looks]), LIMIT_MS, "ms"),
            Figure(f"{what} documents that the process has not met, wall time", first, FIRST_LIMIT_SECONDS, "s"),
            Figure(f"{what} documents that the process has not met, CPU time", first_cpu, FIRST_LIMIT_SECONDS, "s"),
            Figure(f"{what} documents of which one was edited, against reading them all, p95", _p95(edits) / first / 1000, 0.5, "times"),
        ]
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


def _edited(source: FolderSource, number: int) -> None:
    """Edit a document, then look as the sensor does: the fingerprint moved, so what moved is hashed."""
    (FOLDER / "part00" / "document0.md").write_text(f"# Document 0\n\nEdited {number} times.\n", encoding="utf-8")
    source.fingerprint()
    source.corpus_hash()


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _p95(seconds: list[float]) -> float:
    return 1000 * quantiles(seconds, n=20)[-1]
