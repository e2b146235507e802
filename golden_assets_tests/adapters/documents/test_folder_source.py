"""`FolderSource`: what becomes a document, what is skipped and why, and when there is nothing at all."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from golden_assets.adapters.documents import folder
from golden_assets.adapters.documents.folder import MAX_BYTES, FolderSource
from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.corpus.documents import Corpus

TEXT = "The ferry leaves at nine."


def read_with(folder: Path, name: str, data: bytes) -> Corpus:
    """The corpus of a folder with one good document and the file in question."""
    (folder / "good.md").write_text(f"# Ferry\n\n{TEXT}\n")
    (folder / name).write_bytes(data)
    return FolderSource(folder).read()


def only_skipped(corpus: Corpus) -> tuple[str, str]:
    """Id and reason of the one skipped document; every other one must have been read."""
    assert [document.document_id for document in corpus.documents] == ["good.md"]
    (skipped,) = corpus.skipped
    assert skipped.remedy
    return skipped.document_id, skipped.reason


def test_reads_every_format_below_the_folder_in_the_order_of_paths(tmp_path: Path, make_pdf) -> None:
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "sub" / "deep" / "a.rst").write_text("Quay\n====\n\nThe quay is long.\n")
    (tmp_path / "sub.HTM").write_text("<h1>Crew</h1><p>The crew has six members.</p>")
    (tmp_path / "b.MD").write_text("# Harbour\n\nThe harbour is deep.\n")
    (tmp_path / "c.markdown").write_text("Fares rise in May.\n")
    (tmp_path / "n.txt").write_text("# not a heading in plain text\n")
    (tmp_path / "t.pdf").write_bytes(make_pdf([["High water is at ten."]]))
    corpus = FolderSource(tmp_path).read()
    assert corpus.skipped == ()
    assert [(document.document_id, document.metadata["format"], document.metadata.get("title")) for document in corpus.documents] == [
        ("b.MD", "markdown", "Harbour"),
        ("c.markdown", "markdown", None),
        ("n.txt", "text", None),
        ("sub.HTM", "html", "Crew"),
        ("sub/deep/a.rst", "restructuredtext", "Quay"),
        ("t.pdf", "pdf", "Tide Tables"),
    ]
    assert corpus.source == str(tmp_path)


def test_markdown_and_text_stay_as_they_are_but_for_the_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    body = "  # Zürich\r\n\r\n| a |\r\n```\r\ncode  \r\n```\r\n"
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf" + body.encode())
    (document,) = FolderSource(tmp_path).read().documents
    assert document.text == body.replace("\r\n", "\n")
    assert document.metadata == {"format": "markdown", "bytes": 3 + len(body.encode()), "title": "Zürich"}


def test_the_title_passes_over_front_matter_and_code_and_loses_its_markup(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ndraft: yes\n---\n\n```\n# no\n```\n\nThe `tide` *table* of [May](m.md)\n===\n\n# Later\n")
    (document,) = FolderSource(tmp_path).read().documents
    assert document.metadata["title"] == "The tide table of May"


def test_a_document_of_one_word_is_kept(tmp_path: Path) -> None:
    (tmp_path / "word.txt").write_text("Ferry")
    assert [document.word_count for document in FolderSource(tmp_path).read().documents] == [1]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("latin.txt", "Die Fähre".encode("latin-1"), "not UTF-8 at byte 5 (0xe4)"),
        ("bom.md", b"\xef\xbb\xbfabc\xff", "not UTF-8 at byte 6 (0xff)"),
        ("utf16.txt", "Ferry".encode("utf-16"), "a NUL byte at byte 3: binary data, or UTF-16"),
        ("nul.md", b"The ferry\x00 leaves", "a NUL byte at byte 9: binary data, or UTF-16"),
        ("surrogate.txt", b"a\xed\xa0\x80", "not UTF-8 at byte 1 (0xed)"),
        ("empty.md", b"", "empty"),
        ("blank.txt", b" \n\t\r\n", "empty"),
        ("nobreak.md", "\u00a0\n".encode(), "no text in it"),
        ("script.html", b"<script>var a = 1</script><nav>Home</nav>", "no text in it"),
        ("comment.rst", b".. only a comment\n", "no text in it"),
        ("longer.txt", f"# Ferry  \r\n\r\n{TEXT}\r\n\r\n".encode(), "has the same content as good.md"),
    ],
)
def test_a_file_without_usable_text_is_skipped_with_its_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    assert only_skipped(read_with(tmp_path, name, data)) == (name, reason)


def test_of_two_files_with_the_same_content_the_second_by_path_is_skipped(tmp_path: Path) -> None:
    corpus = read_with(tmp_path, "copy.txt", f"# Ferry\n\n{TEXT}\n".encode())
    assert [document.document_id for document in corpus.documents] == ["copy.txt"]
    assert [(skipped.document_id, skipped.reason) for skipped in corpus.skipped] == [("good.md", "has the same content as copy.txt")]


def test_a_file_of_fifty_megabytes_is_skipped_without_being_opened(tmp_path: Path) -> None:
    with (tmp_path / "export.txt").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    name, reason = only_skipped(read_with(tmp_path, "good.md", b"The ferry."))
    assert (name, reason) == ("export.txt", f"52,428,800 bytes, more than the limit of {MAX_BYTES:,}")


def test_the_limit_is_the_largest_size_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("12345")
    (tmp_path / "b.txt").write_text("123456")
    corpus = FolderSource(tmp_path, max_bytes=5).read()
    assert [document.document_id for document in corpus.documents] == ["a.txt"]
    assert [skipped.document_id for skipped in corpus.skipped] == ["b.txt"]


READ_AS_NOBODY = """
import os, sys
from pathlib import Path
from golden_assets.adapters.documents.folder import FolderSource
source = FolderSource(Path(sys.argv[1]))
source.read()  # as root, so that every module is loaded before the rights are gone
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print(source.read().model_dump_json())
"""


def test_a_file_or_folder_that_may_not_be_opened_is_skipped() -> None:
    """Root may open everything, so a root that runs this test becomes nobody; pytest's own folders are closed to nobody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "good.md").write_text(TEXT)
        (folder / "secret.md").write_text("The code is 4711.")
        (folder / "secret.md").chmod(0)
        (folder / "closed").mkdir(mode=0)
        unmeasured = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}  # nobody cannot write figures
        call = [sys.executable, "-c", READ_AS_NOBODY, name]
        done = subprocess.run(call, capture_output=True, text=True, check=False, env=unmeasured)
        (folder / "closed").chmod(0o700)
    assert done.stderr == ""
    corpus = Corpus.model_validate_json(done.stdout)
    assert [document.document_id for document in corpus.documents] == ["good.md"]
    assert [(skipped.document_id, skipped.reason) for skipped in corpus.skipped] == [
        ("closed/", "cannot be opened (Permission denied)"),
        ("secret.md", "cannot be opened (Permission denied)"),
    ]


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    for method in (FolderSource(tmp_path / "docs").read, FolderSource(tmp_path / "docs").fingerprint):
        with pytest.raises(DocumentError, match=rf"^the folder {tmp_path}/docs does not exist: name a folder with documents\.$"):
            method()


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "docs.md").write_text(TEXT)
    with pytest.raises(DocumentError, match=r"docs\.md is not a folder: name the folder that the documents are in"):
        FolderSource(tmp_path / "docs.md").read()


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"no usable document in the folder .*: 0 skipped, 0 other files ignored: add documents"):
        FolderSource(tmp_path).read()


def test_a_folder_with_nothing_usable_says_what_is_there_instead(tmp_path: Path) -> None:
    for name in ("a.doc", "b.doc", "logo.png", ".hidden.md", "Makefile"):
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "empty.md").touch()
    with pytest.raises(DocumentError) as caught:
        FolderSource(tmp_path).read()
    assert "2 skipped, 5 other files ignored (2 .doc" in str(caught.value)
    assert (
        "first skipped: *.doc, 2 files in a format that is not read: add documents (.md .markdown .mdx .rst .txt .html .htm .pdf .adoc"
        in str(caught.value)
    )
    assert "\n" not in str(caught.value)


def test_the_fingerprint_follows_content_names_and_times_but_not_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    source = FolderSource(tmp_path)
    seen = [source.fingerprint()]
    (tmp_path / "logo.png").write_text("not a document")
    assert source.fingerprint() == seen[0]
    (tmp_path / "a.md").write_text("three")
    seen.append(source.fingerprint())
    os.utime(tmp_path / "a.md", ns=(1, 1))
    seen.append(source.fingerprint())
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    seen.append(source.fingerprint())
    (tmp_path / "c.md").write_text("two")
    seen.append(source.fingerprint())
    assert len(set(seen)) == len(seen)
    (tmp_path / "c.md").unlink()
    assert source.fingerprint() == seen[-2]


def test_the_fingerprint_opens_no_file(tmp_path: Path) -> None:
    """A pipe named like a document would block whoever opens it."""
    (tmp_path / "a.md").write_text("one")
    os.mkfifo(tmp_path / "pipe.md")
    assert len(FolderSource(tmp_path).fingerprint()) == 64


def test_the_corpus_hash_is_that_of_a_reading_whatever_happens_to_the_folder(tmp_path: Path) -> None:
    source = FolderSource(tmp_path, max_bytes=200)

    def look() -> str:
        assert source.corpus_hash() == source.read().corpus_hash
        return source.corpus_hash()

    (tmp_path / "a.md").write_text("one")
    (tmp_path / "b.md").write_text("two")
    seen = [look()]
    (tmp_path / "copy.md").write_text("one")
    (tmp_path / "large.md").write_text("x" * 201)
    (tmp_path / "latin1.md").write_bytes(b"caf\xe9")
    assert look() == seen[0], "what is skipped changes nothing"
    (tmp_path / "a.md").write_text("other text")
    seen.append(look())
    (tmp_path / "b.md").unlink()
    seen.append(look())
    (tmp_path / "copy.md").rename(tmp_path / "c.md")
    seen.append(look())
    assert len(set(seen)) == len(seen)


def test_only_files_that_moved_are_opened_for_the_corpus_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.md", "b.md", "empty.md"):
        (tmp_path / name).write_text("" if name == "empty.md" else name)
    FolderSource(tmp_path).corpus_hash()
    opened = []
    load = FolderSource._load
    monkeypatch.setattr(FolderSource, "_load", lambda self, file, *more: opened.append(file.document_id) or load(self, file, *more))
    FolderSource(tmp_path).corpus_hash()
    assert opened == []
    (tmp_path / "b.md").write_text("changed")
    FolderSource(tmp_path).corpus_hash()
    assert opened == ["b.md"]
    with pytest.raises(DocumentError, match="no usable document"):
        FolderSource(tmp_path, max_bytes=3).corpus_hash()


def test_what_is_remembered_of_files_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_REMEMBERED", 2)
    for number in range(5):
        (tmp_path / f"{number}.md").write_text(f"document {number}")
    assert FolderSource(tmp_path).corpus_hash() == FolderSource(tmp_path).read().corpus_hash
    assert len(folder._REMEMBERED) <= 2
