"""A testset as a folder that Hugging Face ``datasets`` loads: the rows as Parquet, and a card that names them as the split ``test``."""

import os
import shutil
from pathlib import Path

from golden_assets.adapters.exchange.files import partial_name, refuse_existing, writing
from golden_assets.adapters.exchange.parquet_files import render_parquet
from golden_assets.domain.core.errors import FileError
from golden_assets.domain.versions.versions import StoredVersion

_CARD = "README.md"
_ROWS = "data/test-00000-of-00001.parquet"
_CARD_TEXT = """\
---
pretty_name: {title}
configs:
- config_name: default
  data_files:
  - split: test
    path: {rows}
---
# {title}

{count} rows. Testset hash: `{testset_hash}`.

Load it with `datasets.load_dataset("path/of/this/folder", split="test")`.
"""


def write_folder(path: Path, stored: StoredVersion, *, force: bool) -> None:
    """Write the folder under a temporary name beside its place and rename it: it is there whole, or not at all.

    Raises:
        FileError: it exists and ``force`` is off; it exists and is not such a folder; or it cannot be written.
        TestsetError: a number does not fit into Parquet.
    """
    refuse_existing(path, force=force)
    rows, card = render_parquet(stored.testset.rows), _card(stored)
    partial = partial_name(path)
    with writing(path):
        try:
            (partial / _ROWS).parent.mkdir(parents=True)
            (partial / _ROWS).write_bytes(rows)
            (partial / _CARD).write_text(card, encoding="utf-8")
            _put_in_place(partial, path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _put_in_place(made: Path, path: Path) -> None:
    """Rename the finished folder; one that was written like it goes, anything else stays."""
    if path.exists():
        if not _is_ours(path):
            raise FileError(f"{path} was not written by an export, and is not deleted", "choose another name")
        former = path.with_name(f".{path.name}.{os.getpid()}.former")
        path.rename(former)
        made.rename(path)
        shutil.rmtree(former)
    else:
        made.rename(path)


def _is_ours(path: Path) -> bool:
    """Whether nothing but what `write_folder` writes is in there."""
    return path.is_dir() and {str(file.relative_to(path)) for file in path.rglob("*") if not file.is_dir()} <= {_CARD, _ROWS}


def _card(stored: StoredVersion) -> str:
    title = f"{stored.summary.testset_name} {stored.summary.version}"
    return _CARD_TEXT.format(title=title, rows=_ROWS, count=stored.summary.row_count, testset_hash=stored.summary.testset_hash)
