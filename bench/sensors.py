"""What `document_change_sensor` costs at each tick: the fingerprint of 10,000 documents that nobody touched, from files."""

import shutil
import time
from statistics import quantiles

from bench.figures import ROOT, Figure
from golden_assets.adapters.documents.folder import FolderSource

FOLDER = ROOT / ".bench" / "sensors"
DOCUMENTS, ROUNDS = 10_000, 20


def measure() -> list[Figure]:
    """A folder of documents, gone afterwards."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    try:
        for number in range(DOCUMENTS):
            path = FOLDER / f"part{number % 100:02}" / f"document{number}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# Document {number}\n\nThe harbour of place {number} was built in 1931.\n", encoding="utf-8")
        source = FolderSource(FOLDER)
        source.fingerprint()
        return [
            Figure(
                f"a look at {DOCUMENTS:,} unchanged documents, CPU time, p95",
                1000 * quantiles([_look(source) for _ in range(ROUNDS)], n=20)[-1],
                100,
                "ms",
            )
        ]
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


def _look(source: FolderSource) -> float:
    started = time.process_time()
    source.fingerprint()
    return time.process_time() - started
