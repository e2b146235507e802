"""How many rewordings of one question the gates find, on pairs that people made: ``python -m bench.duplicates FILE ...``.

A file is CSV of question, question, 1 for the same or 0 for different ones; further columns before these and a heading are skipped. Each
pair becomes two rows with one passage and one short answer, so that the questions alone decide: the hardest case for telling them apart.
"""

import asyncio
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.planted_defects import Count
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Document
from golden_assets.domain.similarity.duplicates import ask_the_same, cluster_duplicates
from golden_assets.domain.testsets.testset import Context, TestsetRow

PASSAGE = Document.of("passage.md", "It is said here.")
ANSWER = "40 bar."


class Pair(NamedTuple):
    """Two questions, and whether people say that they are one."""

    one: str
    other: str
    is_same: bool


class Found(NamedTuple):
    """How many of the pairs of one kind are found by their words, by their vectors, and by either."""

    by_words: Count
    by_vectors: Count
    by_either: Count


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a file, by its last three columns; lines without a label of 0 or 1 are skipped."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = [line[-3:] for line in csv.reader(file) if len(line) > 2]
    return [Pair(one, other, label.strip()[:1] == "1") for one, other, label in lines if label.strip() in ("0", "1", "0.0", "1.0")]


def measure(pairs: Sequence[Pair], limits: Thresholds | None = None) -> dict[str, Found]:
    """What the gates find among the pairs that are one question, and among those that are two."""
    limits = limits or Thresholds()
    vectors = asyncio.run(MiniLMEmbedder().embed([question for pair in pairs for question in pair[:2]]))
    found: dict[str, list[tuple[bool, bool]]] = {"the same question": [], "different questions": []}
    for pair, one, other in zip(pairs, vectors[::2], vectors[1::2], strict=True):
        rows = [_row(pair.one), _row(pair.other)]
        by_words = bool(cluster_duplicates(rows, limits.max_question_similarity))
        by_vectors = sum(a * b for a, b in zip(one, other, strict=True)) >= limits.max_semantic_similarity and ask_the_same(*rows)
        found["the same question" if pair.is_same else "different questions"].append((by_words, by_vectors))
    return {kind: _counted(flags) for kind, flags in found.items()}


def main(files: Sequence[str]) -> None:
    """Print a Markdown table for each file."""
    for name in files:
        print(f"{Path(name).name}\n\n| pairs | n | by words | by vectors | by either |\n|---|---|---|---|---|")
        for kind, (by_words, by_vectors, by_either) in measure(read_pairs(Path(name))).items():
            print(f"| {kind} | {by_either.n:,} | {_exactly(by_words)} | {_exactly(by_vectors)} | {_exactly(by_either)} |")
        print()


def _row(question: str) -> TestsetRow:
    context = Context(
        text=PASSAGE.text,
        document_id=PASSAGE.document_id,
        document_hash=PASSAGE.content_hash,
        chunk_hash=PASSAGE.content_hash,
        start=0,
        end=len(PASSAGE.text),
    )
    kind = "single_hop_specific"
    return TestsetRow(user_input=question, reference=ANSWER, contexts=(context,), question_type=kind, synthesizer_name=kind, model="people")


def _counted(flags: Sequence[tuple[bool, bool]]) -> Found:
    n = len(flags)
    return Found(Count(sum(w for w, _ in flags), n), Count(sum(v for _, v in flags), n), Count(sum(w or v for w, v in flags), n))


def _exactly(count: Count) -> str:
    low, high = count.interval
    return f"{count.share:.1%} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    main(sys.argv[1:])
