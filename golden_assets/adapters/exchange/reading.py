"""A file of rows as a testset, with the reason for each row that could not be taken."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from golden_assets.adapters.exchange.csv_files import read_csv
from golden_assets.adapters.exchange.entries import Entry
from golden_assets.adapters.exchange.files import decode, read_bytes, shown_name
from golden_assets.adapters.exchange.json_files import read_json
from golden_assets.adapters.exchange.parquet_files import read_parquet
from golden_assets.adapters.exchange.rows import read_row
from golden_assets.adapters.frames import outside_testset
from golden_assets.domain.errors import TestsetError
from golden_assets.domain.printable import one_line
from golden_assets.domain.testsets import RowFailure, Testset, TestsetRow

FileFormat = Literal["json", "jsonl", "csv", "parquet"]
IMPORT_FORMATS: tuple[FileFormat, ...] = ("json", "jsonl", "csv", "parquet")
SOURCE = "import"
_SUFFIXES: dict[str, FileFormat] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_NEEDED = {"user_input": ("user_input", "question"), "reference": ("reference", "ground_truth", "ground_truths")}
_SHOWN_NAMES = 20


@dataclass(frozen=True)
class ImportedFile:
    """What a file gave. ``testset.failures`` says of each row that was left out why; ``sha256`` is that of the file's bytes; ``places``
    is where each row that was taken begins, ``line 3`` or ``row 3``.
    """

    name: str
    sha256: str
    format: FileFormat
    row_count: int
    testset: Testset
    places: tuple[str, ...]

    @property
    def metadata(self) -> dict[str, Any]:
        """What is kept with the version."""
        return {
            "source": SOURCE,
            "source_file": self.name,
            "source_sha256": self.sha256,
            "source_format": self.format,
            "source_rows": self.row_count,
            "rows_left_out": len(self.testset.failures),
        }


def read_file(path: Path, file_format: FileFormat | None = None) -> ImportedFile:
    """Read a file of rows (``-`` is standard input); equal rows are taken once. Without a format the suffix tells, or else the contents.

    Raises:
        FileError: it cannot be read, or is too large.
        TestsetError: it is damaged, in another encoding than UTF-8 or another format, has no known columns, or no row can be taken.
    """
    data = read_bytes(path)
    name = shown_name(path)
    chosen = file_format or _SUFFIXES.get(path.suffix.lower()) or _recognise(data)
    entries = _entries(data, name, chosen)
    _require_columns(entries, name)
    taken, failures = _rows(entries)
    if not taken:
        first = failures[0]
        problem = f"none of the {len(entries)} rows in {name} can be taken ({first.subject}: {first.reason})"
        raise TestsetError(problem, first.remedy)
    places, rows = zip(*taken, strict=True)
    return ImportedFile(name, hashlib.sha256(data).hexdigest(), chosen, len(entries), outside_testset(rows, SOURCE, failures), places)


def _recognise(data: bytes) -> FileFormat:
    if data.startswith(b"PAR1"):
        return "parquet"
    return "json" if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{") else "csv"


def _entries(data: bytes, name: str, file_format: FileFormat) -> list[Entry]:
    if file_format == "parquet":
        return read_parquet(data, name)
    text = decode(data, name)
    return read_csv(text, name) if file_format == "csv" else read_json(text, name)


def _require_columns(entries: Sequence[Entry], name: str) -> None:
    if not entries:
        raise TestsetError(f"{name} holds no rows", "name a file with at least one")
    found = dict.fromkeys(column for _, record in entries if isinstance(record, Mapping) for column in record)
    missing = [f"{new} (or {names[1]})" for new, names in _NEEDED.items() if not found.keys() & set(names)]
    if missing and found:
        shown = ", ".join(repr(column)[:60] for column in list(found)[:_SHOWN_NAMES])
        more = f" and {len(found) - _SHOWN_NAMES} more" if len(found) > _SHOWN_NAMES else ""
        raise TestsetError(f"{name} has no field {' and no field '.join(missing)}, but {shown}{more}", "rename its fields")


def _rows(entries: Sequence[Entry]) -> tuple[list[tuple[str, TestsetRow]], tuple[RowFailure, ...]]:
    """The rows that can be taken, each with its place, and why the others cannot."""
    taken: dict[str, tuple[str, TestsetRow]] = {}
    failures = []
    for place, record in entries:
        try:
            if isinstance(record, TestsetError):
                raise record
            row = read_row(record)
            if row.row_hash in taken:
                raise TestsetError(f"it repeats {taken[row.row_hash][0]}", "leave it out")
            taken[row.row_hash] = place, row
        except TestsetError as error:
            failures.append(RowFailure(subject=place, reason=one_line(error.problem), remedy=error.remedy))
    return list(taken.values()), tuple(failures)
