"""What a change of the documents costs: one of 100 documents edited, against the full run, on the loopback endpoint.

``python -m bench.regeneration OLD NEW`` prints instead what becomes of the rows between two folders of real documents, and the calls of
both runs.
"""

import sys
from pathlib import Path
from statistics import mean

from bench.corpora import manual
from bench.endpoint import copied, generate
from bench.figures import Figure
from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.corpus.changes import compare_corpora
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.freshness import classify_rows, measure_freshness
from golden_assets_tests.endpoint_server import serving

DOCUMENTS = 100
ROWS = 100


def measure() -> list[Figure]:
    """Calls after one edit in per cent of those of the full run, chat and embeddings: mean and worst, each document edited by itself.

    Critics look at the rows that are written and at those that stay, whose embeddings the ledger knows.
    """
    with serving() as server:
        corpus, ledger = manual(DOCUMENTS), InMemoryCallLedger()
        full = generate(server, corpus, ROWS, known=ledger, critics=True)
        again = [
            generate(server, _edited(corpus, number), ROWS, full.testset, copied(ledger), critics=True).calls for number in range(DOCUMENTS)
        ]
    claim = f"one of {DOCUMENTS} documents edited, each in turn, {ROWS} rows: calls against the {full.calls} of the full run"
    return [Figure(f"{claim}, {name}", 100 * calls / full.calls, 2, "%") for name, calls in (("mean", mean(again)), ("worst", max(again)))]


def compare(old: Path, new: Path, rows: int) -> None:
    """Print what becomes of the rows of one folder on another one."""
    before, after = FolderSource(old).read(), FolderSource(new).read()
    with serving() as server:
        ledger = InMemoryCallLedger()
        first = generate(server, before, rows, known=ledger)
        second = generate(server, after, rows, first.testset, copied(ledger))
        another = generate(server, after, rows, known=copied(ledger))
        scratch = generate(server, after, rows)
    change = compare_corpora(before, after)
    states = measure_freshness(classify_rows(first.testset.rows, after)).counts
    print(f"documents: {len(before.documents)} and {len(after.documents)}; {change.share:.1%} of the content changed")
    for document in change.documents:
        print(f"  {document.kind:8} {document.similarity:6.1%} alike  {document.document_id}")
    print(f"rows: {', '.join(f'{count} {state}' for state, count in states.items())}")
    print(f"calls: {first.calls} for the first testset, {second.calls} to go on from it")
    print(f"       {another.calls} for a new one with the ledger of the first, {scratch.calls} with an empty one")


def _edited(corpus: Corpus, number: int) -> Corpus:
    """The corpus with one document changed in every section."""
    documents = list(corpus.documents)
    documents[number] = Document.of(documents[number].document_id, documents[number].text.replace("Step 3 is", "Step 3b is"))
    return Corpus(source="bench", documents=tuple(documents))


if __name__ == "__main__":
    compare(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 50)
