"""A file of human-written rows: strict, because a row that is left out in silence would be missed by its author alone."""

from collections.abc import Sequence
from pathlib import Path

from golden_assets.adapters.exchange.import_file import read_file
from golden_assets.adapters.exchange.rows import named_by
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.similarity.duplicates import cluster_duplicates
from golden_assets.domain.testsets.testset import HUMAN, QUESTION_TYPES, UNKNOWN, TestsetRow
from golden_assets.settings.types import PLAN_NAMES


def read_seed_rows(path: Path, max_question_similarity: float) -> tuple[TestsetRow, ...]:
    """The rows of a JSON Lines or CSV file (JSON and Parquet too), in order, as `read_file` understands them, marked as human.

    Without a question type a row is ``multi_hop_specific`` when it cites several passages, else ``single_hop_specific``.

    Args:
        path: the file.
        max_question_similarity: from which on two questions are one, 0 to 100, as the gate `questions_are_unique` has it: it lets no
            version pass that holds both.

    Raises:
        FileError: it cannot be read.
        TestsetError: the file cannot be read, one of its rows cannot be taken, or two ask the same; names file and line (the row, in a JSON
            array or Parquet).
    """
    read = read_file(path)
    for failure in read.testset.failures[:1]:
        raise TestsetError(f"{read.name}, {failure.subject}: {failure.reason}", failure.remedy)
    rows = tuple(_marked(row, f"{read.name}, {place}") for place, row in zip(read.places, read.testset.rows, strict=True))
    _require_different(rows, read.places, read.name, max_question_similarity)
    return rows


def _marked(row: TestsetRow, place: str) -> TestsetRow:
    """The row as a person's: what may be said of a generator is dropped. Raises `TestsetError` for empty hops, or another type."""
    hops = len({context.text for context in row.contexts})
    question_type = PLAN_NAMES.get(row.question_type, row.question_type)
    if question_type not in QUESTION_TYPES and question_type not in ("", UNKNOWN, named_by(row.synthesizer_name)):
        raise TestsetError(f"{place}: the question type {question_type!r} is unknown", f"name one of {', '.join(QUESTION_TYPES)}, or none")
    if question_type not in QUESTION_TYPES:
        question_type = "multi_hop_specific" if hops > 1 else "single_hop_specific"
    if question_type.startswith("multi_hop") and hops < 2:
        raise TestsetError(
            f"{place}: it is {question_type} and cites {hops} passages", "cite two different ones, or call it single_hop_specific"
        )
    marks = {"question_type": question_type, "synthesizer_name": HUMAN, "model": HUMAN}
    return row.model_copy(update={**marks, "prompt_hash": None, "seed": None, "call_ids": (), "run_id": None})


def _require_different(rows: Sequence[TestsetRow], places: Sequence[str], name: str, max_similarity: float) -> None:
    """Raise `TestsetError` for rows that ask the same, now: the gate would find them when everything was paid for."""
    clusters = cluster_duplicates(rows, max_similarity)
    if clusters:
        alike = "; ".join(f"{' and '.join(places[position] for position in cluster)} ask the same" for cluster in clusters)
        raise TestsetError(
            f"{name}: {alike} (a similarity of {max_similarity:g} or more of 100), which the gate questions_are_unique would fail",
            "word one of each differently, leave it out, or raise thresholds.max_question_similarity if they do differ",
        )
