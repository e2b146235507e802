"""A file of rows as a testset, with the reason for each row that could not be taken."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from golden_assets.adapters.exchange.columns import EXTRA, FIELDS, OLD_NAMES, parse_object, with_our_names
from golden_assets.adapters.exchange.csv_files import read_csv, typed
from golden_assets.adapters.exchange.entries import Entry, Record
from golden_assets.adapters.exchange.files import decode, read_bytes, shown_name
from golden_assets.adapters.exchange.json_files import read_json
from golden_assets.adapters.exchange.mapping import Columns, names_in, normal, require_columns
from golden_assets.adapters.exchange.parquet_files import read_parquet
from golden_assets.adapters.exchange.phoenix_rows import is_published, published_rows
from golden_assets.adapters.exchange.rows import ReadRow, read_row, stored_row
from golden_assets.adapters.exchange.shapes import RAGAS, Shape, mapped, recognise, refuse_without_answers
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.testsets.testset import UNKNOWN, GenerationRequest, RowFailure, Testset, TestsetRow

FileFormat = Literal["json", "jsonl", "csv", "parquet"]
IMPORT_FORMATS: tuple[FileFormat, ...] = ("json", "jsonl", "csv", "parquet")
SOURCE = "import"
_OBJECTS = ("input", "inputs", "output", "outputs", "expected", "reference_outputs", "metadata")
_SUFFIXES: dict[str, FileFormat] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_OURS = frozenset({*FIELDS, *OLD_NAMES, EXTRA})
NAMED = Shape("the columns that you named", (), ())


@dataclass(frozen=True)
class ImportedFile:
    """What a file gave. ``testset.failures`` says of each row that was left out why; ``sha256`` is that of the file's bytes; ``places``
    is where each row that was taken begins, ``line 3`` or ``row 3``. ``shape`` is the tool whose names the file uses, ``columns`` which
    names these are, and ``notes`` says which fields could not be kept.
    """

    name: str
    sha256: str
    format: FileFormat
    row_count: int
    testset: Testset
    places: tuple[str, ...]
    shape: str
    columns: Columns
    notes: tuple[str, ...] = ()

    @property
    def metadata(self) -> dict[str, Any]:
        """What is kept with the version."""
        shape = {} if self.shape == RAGAS.name else {"source_shape": self.shape, "source_columns": self.columns.given}
        return shape | {
            "source": SOURCE,
            "source_file": self.name,
            "source_sha256": self.sha256,
            "source_format": self.format,
            "source_rows": self.row_count,
            "rows_left_out": len(self.testset.failures),
        }


def read_file(path: Path, file_format: FileFormat | None = None, columns: Columns | Mapping[str, str] | None = None) -> ImportedFile:
    """Read a file of rows (``-`` is standard input); equal rows are taken once. Without a format the suffix tells, or else the contents.

    Args:
        path: the file.
        file_format: its format.
        columns: where question, answer, contexts, id and metadata stand; what is not named is recognised.

    Raises:
        FileError: it cannot be read, or is too large.
        TestsetError: it is damaged, in another encoding than UTF-8 or another format, has no known columns, or no row can be taken.
    """
    chosen = file_format or _SUFFIXES.get(path.suffix.lower())
    return read_data(read_bytes(path), shown_name(path), chosen, columns)


def read_data(
    data: bytes, name: str, file_format: FileFormat | None = None, columns: Columns | Mapping[str, str] | None = None
) -> ImportedFile:
    """What `read_file` does, with the bytes of a file."""
    chosen = file_format or _recognise(data)
    entries = _entries(data, name, chosen)
    records = read_records(entries, name, Columns.of(columns), typeless=chosen == "csv")
    if not records.taken:
        first = records.failures[0]
        problem = f"none of the {len(entries)} rows in {name} can be taken ({first.subject}: {first.reason})"
        raise TestsetError(problem, first.remedy)
    places, rows = zip(*records.taken, strict=True)
    testset = outside_testset(rows, SOURCE, records.failures)
    return ImportedFile(
        name, hashlib.sha256(data).hexdigest(), chosen, len(entries), testset, places, records.shape, records.columns, records.notes
    )


class ReadRecords(NamedTuple):
    """What records gave: rows with their places, why others cannot be taken, notes on lost fields, and how the records were read."""

    taken: list[tuple[str, TestsetRow]]
    failures: tuple[RowFailure, ...]
    notes: tuple[str, ...]
    shape: str
    columns: Columns


def read_records(entries: Sequence[Entry], name: str, columns: Columns, *, typeless: bool = False) -> ReadRecords:
    """The rows of records from any file or frame.

    Args:
        entries: the records with their places.
        name: what they are called in messages.
        columns: the columns that the user named.
        typeless: all values are text, as in CSV; those of other fields get the types that they spell.

    Raises:
        TestsetError: there are none, or their columns are not known.
    """
    if not entries:
        raise TestsetError(f"{name} holds no rows", "name a file with at least one")
    entries = [entry._replace(value=_with_objects(entry.value)) if isinstance(entry.value, Mapping) else entry for entry in entries]
    records = [record for _, record in entries if isinstance(record, Mapping)]
    shape, chosen = _shape(records, name, columns) if records else (RAGAS, Columns())
    renamed = chosen if shape is not RAGAS or columns.given else None
    ready = [mapped(record, shape, renamed) if renamed else with_our_names(record) for record in records]
    ready = typed(ready, _OURS) if typeless else ready
    following = iter(ready)
    whole = [(place, record, next(following) if isinstance(record, Mapping) else {}) for place, record in entries]
    taken, failures, notes = _rows(whole)
    return ReadRecords(taken, failures, notes, shape.name, chosen)


def outside_testset(rows: tuple[TestsetRow, ...], source: str, failures: tuple[RowFailure, ...] = ()) -> Testset:
    """The testset of rows that came from outside: ``source`` says whence, ``failures`` which rows were left out."""
    models = sorted({row.model for row in rows})
    return Testset(
        rows=rows,
        corpus_hash=sha256_json(sorted({(c.document_id, c.document_hash) for row in rows for c in row.contexts})),
        request=GenerationRequest(size=len(rows), question_types={}),
        generator=source,
        generator_version=UNKNOWN,
        model=models[0] if len(models) == 1 else "several",
        embedding_model="none",
        failures=failures,
    )


def _with_objects(record: Record) -> Record:
    """The record with its objects for what a data frame's CSV made of them, where its input is one: ``{'question': ...}`` in a cell."""
    objects = {name: found for name in _OBJECTS if (found := parse_object(record.get(name))) is not None}
    return {**record, **objects} if "input" in objects or "inputs" in objects else record


def _recognise(data: bytes) -> FileFormat:
    if data.startswith(b"PAR1"):
        return "parquet"
    return "json" if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{") else "csv"


def _entries(data: bytes, name: str, file_format: FileFormat) -> list[Entry]:
    if file_format == "parquet":
        return read_parquet(data, name)
    text = decode(data, name)
    return read_csv(text, name) if file_format == "csv" else read_json(text, name)


def _shape(records: Sequence[Mapping[str, Any]], name: str, named: Columns) -> tuple[Shape, Columns]:
    """The shape of the records and their columns, those that the user named first. Raises `TestsetError` when it is not known."""
    require_columns(named, records, name)
    shape, columns = recognise(records) or (RAGAS, Columns())
    columns = replace(columns, **named.given)
    names = {normal(field) for record in records for field in record}
    needed = (("user_input (or question)", RAGAS.question, columns.question), ("reference (or ground_truth)", RAGAS.answer, columns.answer))
    missing = [field for field, known, path in needed if not path and not names & set(map(normal, known))]
    if missing and names:
        refuse_without_answers(records, name)
        problem = f"{name} has no field {' and no field '.join(missing)}, but {names_in(records)}"
        raise TestsetError(problem, "name the columns: --question COLUMN --answer COLUMN, dotted for objects")
    return (NAMED if named.question or named.answer else shape), columns


def _rows(
    entries: Sequence[tuple[str, Mapping[str, Any] | TestsetError, Mapping[str, Any]]],
) -> tuple[list[tuple[str, TestsetRow]], tuple[RowFailure, ...], tuple[str, ...]]:
    """The rows that can be taken, each with its place, why the others cannot, and what is said of those that lost a field."""
    taken: dict[str, tuple[str, TestsetRow]] = {}
    failures, notes = [], []
    for place, record, ready in entries:
        try:
            if isinstance(record, TestsetError):
                raise record
            row, lost = _read(record, ready)
            if row.row_hash in taken:
                raise TestsetError(f"it repeats {taken[row.row_hash][0]}", "leave it out")
            taken[row.row_hash] = place, row
            notes += [f"{place}: {_printable(note)}" for note in lost]
        except TestsetError as error:
            failures.append(RowFailure(subject=place, reason=_printable(error.problem), remedy=error.remedy))
    return list(taken.values()), tuple(failures), tuple(notes)


def _read(record: Mapping[str, Any], ready: Mapping[str, Any]) -> ReadRow:
    """A row of ours that came back, to the letter, or else what its columns say."""
    candidates = published_rows(record) if is_published(record) else [dict(record)]
    stored = next((row for candidate in candidates if (row := stored_row(candidate)) is not None), None)
    if stored is not None:
        return ReadRow(stored)
    return read_row(candidates[-1] if is_published(record) else ready)


def _printable(problem: str) -> str:
    """A reason that can be stored and printed on one line, whatever the field names that it quotes hold."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in problem)
