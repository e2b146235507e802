"""Files that a parser would read for minutes: skipped by name after a limit of time, and the others are read."""

from pathlib import Path

import pytest

from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.documents.formats.registry import extract
from golden_assets.adapters.documents.reader_process import FileReader
from golden_assets.domain.core.errors import DocumentError

LINKS = "a_ " * 40_000
PROSE = "The pump starts when the tank holds less than ten litres.\n\n" * 100


def test_a_file_that_takes_too_long_is_skipped_by_name_and_the_next_ones_are_read(tmp_path: Path) -> None:
    (tmp_path / "a-links.rst").write_text(LINKS)
    (tmp_path / "b-pump.rst").write_text(PROSE)
    (tmp_path / "c-links.rst").write_text(LINKS + "b")
    (tmp_path / "d-pump.html").write_text(f"<p>{PROSE}</p>")

    corpus = FolderSource(tmp_path, max_seconds=1.5).read()

    assert [document.document_id for document in corpus.documents] == ["b-pump.rst", "d-pump.html"]
    assert [(skipped.document_id, skipped.reason) for skipped in corpus.skipped] == [
        ("a-links.rst", "restructuredtext that takes more than 1.5 s to read"),
        ("c-links.rst", "restructuredtext that takes more than 1.5 s to read"),
    ]
    assert {skipped.remedy for skipped in corpus.skipped} == {"split the file, or raise max_document_seconds"}
    assert FolderSource(tmp_path, max_seconds=1.5).corpus_hash() == corpus.corpus_hash


def test_the_process_that_reads_gives_what_the_reader_gives_and_its_errors(tmp_path: Path) -> None:
    page = f"<title>Pump \u00e9</title><h1>Pump</h1><p>{PROSE}</p>".encode()
    with FileReader() as reader:
        assert reader.extract(".html", page) == extract(".html", page)
        with pytest.raises(DocumentError, match="not UTF-8 at byte 8000"):
            reader.extract(".html", b"a" * 8_000 + b"\xff")
        assert reader.extract(".rst", PROSE.encode()) == extract(".rst", PROSE.encode())


def test_comments_that_never_end_are_text_and_those_that_do_are_not() -> None:
    assert extract(".html", b"<p>Open <!-- hidden --> valve</p><!-- a <!-- b")[1].text == "Open valve\n\n<!-- a <!-- b\n"
