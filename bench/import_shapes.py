"""How much of a folder of testset files of other projects is read: `python -m bench.import_shapes FOLDER`.

For each file its shape, its columns and how many rows were read, or why it was refused; last the totals.
"""

import sys
from collections import Counter
from pathlib import Path

from golden_assets.adapters.exchange import ImportedFile, read_file
from golden_assets.domain.core.errors import GoldenAssetsError

SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".pq"})


def report(folder: Path) -> list[str]:
    """One line for each file below the folder, and the totals."""
    read = {path: _read(path) for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES}
    taken = [result for result in read.values() if not isinstance(result, str)]
    shapes = Counter(result.shape for result in taken)
    rows = f"{sum(len(result.testset.rows) for result in taken)} of {sum(result.row_count for result in taken)} rows"
    named = ", ".join(f"{shape} {times}" for shape, times in shapes.most_common())
    return [
        *(f"{path.relative_to(folder)}: {_line(result)}" for path, result in read.items()),
        f"{len(taken)} of {len(read)} files, {rows}: {named}",
    ]


def _read(path: Path) -> ImportedFile | str:
    try:
        return read_file(path)
    except GoldenAssetsError as error:
        return str(error)


def _line(result: ImportedFile | str) -> str:
    if isinstance(result, str):
        return f"refused: {result}"
    columns = ", ".join(f"{kind} from {column}" for kind, column in result.columns.given.items())
    return f"{result.shape}, {len(result.testset.rows)} of {result.row_count} rows ({columns})"


if __name__ == "__main__":
    print("\n".join(report(Path(sys.argv[1]))))
