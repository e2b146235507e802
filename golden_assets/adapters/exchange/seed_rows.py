"""A file of human-written rows: strict, because a row that is left out in silence would be missed by nobody but its author."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from golden_assets.adapters.exchange.files import MAX_FILE_BYTES
from golden_assets.adapters.exchange.reading import FileFormat, read_file
from golden_assets.adapters.exchange.rows import named_by
from golden_assets.domain.errors import TestsetError
from golden_assets.domain.testsets import HUMAN, QUESTION_TYPES, UNKNOWN, RowFailure, TestsetRow
from golden_assets.settings.kinds import PLAN_NAMES


def read_seed_rows(path: Path) -> tuple[TestsetRow, ...]:
    """The rows of a JSON Lines or CSV file (JSON and Parquet too), in order, as `read_file` understands them, marked as human.

    Without a question type a row is ``multi_hop_specific`` when it cites several passages, else ``single_hop_specific``.

    Raises:
        FileError: it cannot be read.
        TestsetError: it is no such file, or one of its rows cannot be taken; names file and line.
    """
    read = read_file(path)
    if read.testset.failures:
        raise _error(path, read.format, read.testset.failures[0])
    return tuple(_marked(row, f"row {number} of {read.name}") for number, row in enumerate(read.testset.rows, start=1))


def _marked(row: TestsetRow, place: str) -> TestsetRow:
    """The row as a person's: what may be said of a generator is dropped. Raises `TestsetError` for hops that are none, or another type."""
    hops = len({context.text for context in row.contexts})
    question_type = PLAN_NAMES.get(row.question_type, row.question_type)
    if question_type not in QUESTION_TYPES and question_type not in ("", UNKNOWN, named_by(row.synthesizer_name)):
        raise TestsetError(f"{place} is of the unknown type {question_type!r}", f"name one of {', '.join(QUESTION_TYPES)}, or none")
    if question_type not in QUESTION_TYPES:
        question_type = "multi_hop_specific" if hops > 1 else "single_hop_specific"
    if question_type.startswith("multi_hop") and hops < 2:
        raise TestsetError(
            f"{place} is {question_type} and cites {hops} passages", "cite two different ones, or call it single_hop_specific"
        )
    marks = {"question_type": question_type, "synthesizer_name": HUMAN, "model": HUMAN}
    return row.model_copy(update={**marks, "prompt_hash": None, "seed": None, "call_ids": (), "run_id": None})


def _error(path: Path, file_format: FileFormat, failure: RowFailure) -> TestsetError:
    """The failure of ``row N``, with the line where that row begins if rows have lines."""
    number = int(failure.subject.removeprefix("row "))
    text = path.read_text("utf-8-sig") if file_format in ("jsonl", "csv") else ""
    starts = _csv_lines(text) if file_format == "csv" else _jsonl_lines(text)
    line = next(islice(starts, number - 1, None), None)
    place = f"line {line}" if line else failure.subject
    return TestsetError(f"{path.name}, {place}: {failure.reason}", failure.remedy)


def _jsonl_lines(text: str) -> Iterator[int]:
    """The line of each object, as long as each has one line."""
    return (number for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _csv_lines(text: str) -> Iterator[int]:
    """The line where each record after the header begins."""
    limit = csv.field_size_limit(MAX_FILE_BYTES)
    try:
        reader, starts, end = csv.reader(io.StringIO(text, newline="")), [], 0
        for cells in reader:
            starts += [end + 1] if cells else []
            end = reader.line_num
        return iter(starts[1:])
    finally:
        csv.field_size_limit(limit)
