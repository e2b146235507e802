"""Bytes from and to disk: bounded when read, whole or not at all when written."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from golden_assets.domain.core.errors import FileError, TestsetError

STDIN = Path("-")
MAX_FILE_BYTES = 256 * 2**20
"""PostgreSQL holds no JSONB value beyond 255 MiB, so a larger file could not become one version."""

_BYTE_ORDER_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_ARCHIVES = {b"PK\x03\x04": "a ZIP archive or an Excel workbook", b"\x1f\x8b": "a gzip archive"}


def read_bytes(path: Path) -> bytes:
    """The contents of a file; ``-`` is standard input.

    Raises:
        FileError: it cannot be read, or is larger than `MAX_FILE_BYTES`.
        TestsetError: it is empty.
    """
    try:
        with nullcontext(sys.stdin.buffer) if path == STDIN else path.open("rb") as opened:
            data = opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise FileError(f"{path} cannot be read ({error.strerror})", "name a file that you may read") from error
    if len(data) > MAX_FILE_BYTES:
        raise FileError(f"{path} is larger than {MAX_FILE_BYTES // 2**20} MiB", "split it into several testsets")
    if not data.strip():
        raise TestsetError(f"{shown_name(path)} is empty", "name a file that holds rows")
    return data


def shown_name(path: Path) -> str:
    """What a file is called in messages and metadata."""
    return "standard input" if path == STDIN else path.name.encode("utf-8", "replace").decode("utf-8")


def decode(data: bytes, name: str) -> str:
    """UTF-8 with or without byte order mark, as text. Raises `TestsetError` that names the encoding found instead."""
    for magic, kind in _ARCHIVES.items():
        if data.startswith(magic):
            raise TestsetError(f"{name} is {kind}", "unpack it, or save it as CSV")
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    if marked or b"\x00" in data[:2]:  # every second byte of ASCII in UTF-16 is zero
        raise _encoding_error(f"{name} is {marked or 'UTF-16'}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02X} in line {line}, perhaps Windows-1252 or Latin-1"
        raise _encoding_error(f"{name} is not UTF-8 ({found})") from None


def write_file(path: Path, data: bytes, *, force: bool) -> None:
    """Write a file under a temporary name beside it and rename it: it is there whole, or not at all.

    Raises:
        FileError: it exists and ``force`` is off, or it cannot be written.
    """
    refuse_existing(path, force=force)
    partial = partial_name(path)
    with writing(path):
        try:
            with partial.open("xb") as opened:
                opened.write(data)
                opened.flush()
                os.fsync(opened.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raise `FileError` for a target that is there already, unless that is wanted."""
    if path.exists() and not force:
        raise FileError(f"{path} exists", "choose another name, or overwrite it with --force")


def partial_name(path: Path) -> Path:
    """Where a file is made before it gets its name: in the same folder, so that renaming it is one step."""
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a `FileError` about ``path``."""
    try:
        yield
    except OSError as error:
        raise FileError(f"{path} cannot be written ({error.strerror})", "choose a place that exists and that you may write to") from error


def _encoding_error(problem: str) -> TestsetError:
    return TestsetError(problem, "save it as UTF-8")
