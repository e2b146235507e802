"""Reports on 10,000 rows, on 10,000 and 100,000 in a process of their own, and on 1,000 beside scikit-learn's TF-IDF and a loop over pairs.

Vectors of the reports are drawn, not embedded; what embedding costs, and what the cache spares, is measured apart. Run as a module with
a number of rows it prints the seconds of a whole report on them and the peak memory in MiB; ``alike`` behind it makes them all one row.
"""

import asyncio
import json
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

import numpy as np

from bench.figures import ROOT, Figure
from bench.registry import _words
from golden_assets.adapters.models.cached_embedder import CachedEmbedder
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.adapters.postgres import Pooling, PostgresVectorCache, migrate
from golden_assets.adapters.reference_data import detect_languages
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.testsets.testset import Context, GenerationRequest, QuestionType, Testset, TestsetRow
from golden_assets.embedded.postgres import ensure_postgres, stop_postgres

HOME = ROOT / ".bench" / "measures"
ROWS, MANY, FEW, ROUNDS = 10_000, 100_000, 1_000, 3
ALIKE = "alike"
DOCUMENT_WORDS, PASSAGE_WORDS, DIMENSIONS, REPEATED = 300, 80, 384, 0.05
TYPES: tuple[QuestionType, ...] = ("single_hop_specific", "multi_hop_specific", "single_hop_specific", "multi_hop_abstract")
OPENINGS = ("How does", "What is", "Why would", "When should", "Which part of", "Where does", "Who checks", "How often is")
Vectors = Sequence[Sequence[float]]


def measure() -> list[Figure]:
    """The reports in this process by their median; those in a process of their own with what loading libraries and a model takes, and for
    their memory.
    """
    testset, corpus = testset_of(ROWS)
    vectors = vectors_of(testset)
    report_on(*testset_of(100), vectors[:100])
    small, small_corpus = testset_of(FEW)
    ours, peers = zip(*[_both(small, small_corpus, vectors[:FEW]) for _ in range(ROUNDS)], strict=True)
    fresh = median(_alone(ROWS)[0] for _ in range(ROUNDS))
    seconds, mebibytes = _alone(MANY)
    alike_seconds, alike_mebibytes = _alone(MANY, ALIKE)
    return [
        Figure(f"report on {ROWS:,} rows, without embedding", median(_times(lambda: report_on(testset, corpus, vectors))), 5, "s"),
        Figure(f"report on {ROWS:,} rows, without embedding, in a fresh process", fresh, 5, "s"),
        Figure(f"report on {MANY:,} rows, without embedding", seconds, 240, "s"),
        Figure(f"report on {MANY:,} rows, peak memory", mebibytes, 2048, "MiB"),
        Figure(f"report on {MANY:,} duplicates of one row, without embedding", alike_seconds, 240, "s"),
        Figure(f"report on {MANY:,} duplicates of one row, peak memory", alike_mebibytes, 2048, "MiB"),
        Figure(f"report on {FEW:,} rows, against TF-IDF and a loop over pairs", median(ours) / median(peers), 1, "times"),
        Figure(f"TF-IDF and a loop over pairs of {FEW:,} rows", median(peers), None, "s"),
        *_embedding([row.user_input for row in small.rows]),
    ]


def report_on(testset: Testset, corpus: Corpus, vectors: Vectors) -> None:
    """Everything that the asset does but embedding and storing: languages, measures, critics, gates."""
    background = Background(languages=detect_languages([f"{row.user_input}\n{row.reference}" for row in testset.rows]))
    assert write_report(testset, corpus, vectors, "bench", Thresholds(), background=background).report_hash


def peer(questions: Sequence[str]) -> tuple[float, int]:
    """Mean pairwise distance of TF-IDF vectors and the number of pairs that are spelt alike, as one would write it in a notebook."""
    from rapidfuzz import fuzz
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_similarity

    similarities = cosine_similarity(TfidfVectorizer().fit_transform(questions))
    distances, alike = 0.0, 0
    for i in range(len(questions)):
        for j in range(i):
            distances += 1 - similarities[i, j]
            alike += fuzz.token_sort_ratio(questions[i], questions[j]) >= Thresholds().max_question_similarity
    return distances / (len(questions) * (len(questions) - 1) / 2), alike


def testset_of(size: int) -> tuple[Testset, Corpus]:
    """Questions of 6 to 20 words over passages of 80 words; one in twenty repeats an earlier one with a typo."""
    draw, words = random.Random(size), _words()  # noqa: S311
    texts = [" ".join(words[start : start + DOCUMENT_WORDS]) for start in range(0, len(words) - DOCUMENT_WORDS, DOCUMENT_WORDS)]
    corpus = Corpus(source="bench", documents=tuple(Document.of(f"document-{n:03}.md", text) for n, text in enumerate(texts)))
    rows: list[TestsetRow] = []
    for number in range(size):
        row = _row(number, draw, corpus)
        if rows and draw.random() < REPEATED:
            row = row.model_copy(update={"user_input": _misspelt(draw.choice(rows).user_input, draw)})
        rows.append(row)
    request = GenerationRequest(size=size, question_types={name: TYPES.count(name) / len(TYPES) for name in dict.fromkeys(TYPES)})
    made = Testset(
        rows=tuple(rows),
        corpus_hash=corpus.corpus_hash,
        request=request,
        generator="bench",
        generator_version="1",
        model="bench",
        embedding_model="none",
    )
    assert made.draft_hash  # the store checks it when it hands out a testset
    return made, corpus


def vectors_of(testset: Testset) -> list[Sequence[float]]:
    """Drawn vectors in single precision, as the cache gives them."""
    drawn = np.random.default_rng(0).normal(size=(len(testset.rows), DIMENSIONS)).astype(np.single)
    return [row.data for row in drawn]


def _row(number: int, draw: random.Random, corpus: Corpus) -> TestsetRow:
    question_type = TYPES[number % len(TYPES)]
    passages = tuple(_passage(draw, corpus) for _ in range(1 + question_type.startswith("multi_hop")))
    said = " ".join(passages[0].text.split()[10:40])
    asked = " ".join(passages[0].text.split()[8 : draw.randint(14, 26)])
    return TestsetRow(
        user_input=f"{draw.choice(OPENINGS)} {asked}?",
        reference=said,
        contexts=passages,
        question_type=question_type,
        synthesizer_name=question_type,
        model="bench",
        seed=number,
    )


def _passage(draw: random.Random, corpus: Corpus) -> Context:
    document = draw.choice(corpus.documents)
    words = document.text.split(" ")
    first = draw.randrange(len(words) - PASSAGE_WORDS)
    start = len(" ".join(words[:first])) + bool(first)
    text = " ".join(words[first : first + PASSAGE_WORDS])
    return Context(
        text=text,
        document_id=document.document_id,
        document_hash=document.content_hash,
        chunk_hash=f"{document.document_id}:{first}",
        start=start,
        end=start + len(text),
    )


def _misspelt(question: str, draw: random.Random) -> str:
    place = draw.randrange(len(question))
    return question[:place] + "x" + question[place + 1 :]


def _embedding(questions: Sequence[str]) -> list[Figure]:
    """The same questions embedded by the model, and again from the cache, on a PostgreSQL of its own that is gone afterwards."""
    try:
        url = ensure_postgres(HOME).url()
        migrate(url)
        embedders = [CachedEmbedder(MiniLMEmbedder(), PostgresVectorCache(url, Pooling.PER_USE)) for _ in range(1 + ROUNDS)]
        asyncio.run(embedders[0].embed(questions[:1]))  # loads the model
        first = _seconds(lambda: asyncio.run(embedders[0].embed(questions)))
        again = [_seconds(lambda embedder=embedder: asyncio.run(embedder.embed(questions))) for embedder in embedders[1:]]
    finally:
        stop_postgres(HOME)
        shutil.rmtree(HOME, ignore_errors=True)
    return [
        Figure(f"embedding {len(questions):,} questions again, against the first time", median(again) / first, 0.1, "times"),
        Figure(f"embedding {len(questions):,} questions the first time", first, None, "s"),
    ]


def _both(testset: Testset, corpus: Corpus, vectors: Vectors) -> tuple[float, float]:
    """Seconds of ours and of the peer, one after the other."""
    return _seconds(lambda: report_on(testset, corpus, vectors)), _seconds(lambda: peer([row.user_input for row in testset.rows]))


def _times(action: Callable[[], object]) -> list[float]:
    return [_seconds(action) for _ in range(ROUNDS)]


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _alone(size: int, *options: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.measures", str(size), *options]
    seconds, mebibytes = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    return seconds, mebibytes


if __name__ == "__main__":
    large, documents = testset_of(int(sys.argv[1]))
    drawn = vectors_of(large)
    if ALIKE in sys.argv:
        large, drawn = large.model_copy(update={"rows": large.rows[:1] * len(large.rows)}), drawn[:1] * len(drawn)
    elapsed = _seconds(lambda: report_on(large, documents, drawn))
    print(json.dumps([elapsed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
