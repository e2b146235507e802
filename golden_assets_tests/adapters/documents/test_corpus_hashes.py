"""What changes a corpus hash, and what does not: read from real files."""

import unicodedata
from pathlib import Path

from golden_assets.adapters.documents.build_corpus import assemble
from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.domain.corpus.documents import Corpus, Document

LINES = ["# Ferry", "", "The ferry to Zürich leaves at nine."]


def corpus_of(folder: Path, **files: str) -> Corpus:
    """The corpus of a new folder with these Markdown files."""
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.md").write_bytes(text.encode())
    return FolderSource(folder).read()


def test_line_ends_trailing_blanks_and_unicode_forms_are_the_same_content(tmp_path: Path) -> None:
    unix = "\n".join(LINES)
    variants = {
        "windows": "\r\n".join(LINES),
        "old-mac": "\r".join(LINES),
        "trailing": "\n".join(f"{line} \t" for line in LINES) + "\n\n",
        "decomposed": "\ufeff" + unicodedata.normalize("NFD", unix),
    }
    plain = corpus_of(tmp_path / "unix", a=unix)
    assert variants["decomposed"].removeprefix("\ufeff") != unix
    assert {corpus_of(tmp_path / name, a=text).corpus_hash for name, text in variants.items()} == {plain.corpus_hash}


def test_an_edited_renamed_added_or_removed_document_is_another_corpus(tmp_path: Path) -> None:
    hashes = [
        corpus_of(tmp_path / "0", a="one", b="two").corpus_hash,
        corpus_of(tmp_path / "1", a="one", b="two!").corpus_hash,
        corpus_of(tmp_path / "2", a="one", c="two").corpus_hash,
        corpus_of(tmp_path / "3", a="one", b="two", c="three").corpus_hash,
        corpus_of(tmp_path / "4", a="one").corpus_hash,
        corpus_of(tmp_path / "5", a="two", b="one").corpus_hash,
    ]
    assert len(set(hashes)) == len(hashes)


def test_the_corpus_hash_does_not_depend_on_the_order_of_arrival() -> None:
    documents = [Document.of(f"d{number}", f"text {number}") for number in range(20)]
    forwards, backwards = assemble("s", documents, ()), assemble("s", reversed(documents), ())
    assert forwards == backwards
    assert forwards.corpus_hash == Corpus(source="s", documents=tuple(reversed(documents))).corpus_hash


def test_metadata_change_the_metadata_hash_alone(tmp_path: Path) -> None:
    one = Document.of("a", "text", {"title": "One"})
    two = Document.of("a", "text", {"title": "Two"})
    assert one.content_hash == two.content_hash
    assert one.metadata_hash != two.metadata_hash
    first, second = assemble("s", [one], ()), assemble("s", [two], ())
    assert first.corpus_hash == second.corpus_hash
    assert first.snapshot_hash != second.snapshot_hash


def test_the_same_files_in_another_folder_are_the_same_corpus(tmp_path: Path) -> None:
    assert corpus_of(tmp_path / "here", a="one", b="two").corpus_hash == corpus_of(tmp_path / "there", b="two", a="one").corpus_hash
