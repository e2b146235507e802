"""Generation on an endpoint with fixed latency: calls, time, tokens and spread of the rows, and RAGAS 0.4.3 itself in the same run.

RAGAS's runs on 100 documents share one knowledge graph, whose calls and seconds count for each of them: this halves the bench's time.
"""

from collections.abc import Iterable

from bench import ragas_itself
from bench.corpora import manual
from bench.endpoint import CONCURRENCY, generate
from bench.figures import Figure
from golden_assets.adapters.ragas.client.lazy_import import import_toolkit
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.testsets.testset import Testset
from golden_assets_tests.endpoint_server import serving

LATENCY = 0.5
LARGE, SMALL = 100, 20
FEW, MANY = 10, 50
SEEDS = range(5)
"""Of the runs whose time is measured: a last call more or less is a tenth of it."""


def measure() -> list[Figure]:
    """Ours and RAGAS's, side by side; the import of ragas is no part of any time."""
    import_toolkit()
    large, small = manual(LARGE), manual(SMALL)
    with serving(latency=LATENCY) as server:
        few, many = generate(server, large, FEW), generate(server, large, MANY)
        timed = sorted((generate(server, small, MANY, seed=seed) for seed in SEEDS), key=lambda run: run.seconds / _ideal(run.calls))
        (their_few, their_many), (their_timed,) = ragas_itself.run(server, large, [FEW, MANY]), ragas_itself.run(server, small, [MANY])
    ours, middle = [few, many, *timed], timed[len(timed) // 2]
    own_tokens = sum(_tokens(run.testset) for run in ours)
    theirs = [their_few, their_timed]
    wall = f"wall time against calls x latency / {CONCURRENCY}, {SMALL} documents, {MANY} rows"
    seeds = f"median of {len(timed)} seeds"
    thirds = f"rows of the thirds of {LARGE} documents, {MANY} rows, largest less smallest"
    return [
        Figure(f"model calls per row, {LARGE} documents of 800 words, {FEW} rows", few.calls / len(few.testset.rows), 5, ""),
        Figure("RAGAS itself", their_few.calls / their_few.rows, None, ""),
        Figure(f"{wall}, {seeds}", middle.seconds / _ideal(middle.calls), 1.25, ""),
        Figure("the slowest of them", timed[-1].seconds / _ideal(timed[-1].calls), None, ""),
        Figure(f"RAGAS itself ({their_timed.rows} rows)", their_timed.seconds / _ideal(their_timed.calls), None, ""),
        Figure(f"seconds of the run in the middle ({middle.calls} calls)", middle.seconds, None, "s"),
        Figure(f"RAGAS itself ({their_timed.calls} calls)", their_timed.seconds, None, "s"),
        Figure("tokens that we count, of the endpoint's count missed", _missed(own_tokens, sum(run.tokens for run in ours)), 0, "%"),
        Figure("RAGAS itself", _missed(sum(run.own_tokens for run in theirs), sum(run.tokens for run in theirs)), None, "%"),
        Figure(f"{thirds}: {_shown(_homes(many.testset), large)}", _spread(_homes(many.testset), large), 1, ""),
        Figure(f"RAGAS itself: {_shown(their_many.homes, large)}", _spread(their_many.homes, large), None, ""),
    ]


def _ideal(calls: int) -> float:
    return calls * LATENCY / CONCURRENCY


def _tokens(testset: Testset) -> int:
    usage = testset.usage
    return usage.prompt_tokens + usage.completion_tokens + usage.embedding_tokens


def _missed(own: int, true: int) -> float:
    return 100 * abs(true - own) / true


def _homes(testset: Testset) -> list[str]:
    return [row.contexts[0].document_id for row in testset.rows]


def _thirds(homes: Iterable[str], corpus: Corpus) -> list[int]:
    numbers = {document.document_id: position * 3 // len(corpus.documents) for position, document in enumerate(corpus.documents)}
    found = [numbers[home] for home in homes if home in numbers]
    return [found.count(third) for third in range(3)]


def _spread(homes: Iterable[str], corpus: Corpus) -> int:
    thirds = _thirds(homes, corpus)
    return max(thirds) - min(thirds)


def _shown(homes: Iterable[str], corpus: Corpus) -> str:
    return " / ".join(map(str, _thirds(homes, corpus)))
