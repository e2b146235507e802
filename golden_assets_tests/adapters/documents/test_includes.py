"""What documents include is read where it is included, once, and from nowhere but their folder."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.domain.corpus.locations import Patterns

RST = "Pump\n====\n\n.. include:: {}\n\nEnd.\n"
SENTENCE = "The pump starts when the tank holds less than ten litres of water."

BETWEEN = f"No.\n\nBEGIN\n\n{SENTENCE}\n\nEND No."
SECTION = f"No.\n<!-- --8<-- [start:start] -->\n{SENTENCE}\n# --8<-- [end:start]\n"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def texts(folder: Path, *exclude: str) -> dict[str, str]:
    corpus = FolderSource(folder, patterns=Patterns(exclude=exclude)).read()
    return {document.document_id: document.text for document in corpus.documents}


@pytest.mark.parametrize(
    ("name", "including", "included"),
    [
        ("a.rst", RST.format("parts/pump.inc"), SENTENCE),
        ("guide/a.rst", RST.format("../parts/pump.inc\n   :start-after: BEGIN\n   :end-before: END"), BETWEEN),
        ("guide/a.rst", "Pump\n====\n\n.. note::\n\n   .. include:: /parts/pump.inc\n      :start-line: 1\n\nEnd.\n", f"No.\n{SENTENCE}"),
        ("a.md", "# Pump\n\n```{include} parts/pump.inc\n:start-after: BEGIN\n```\n\nEnd.\n", f"No. BEGIN\n{SENTENCE}"),
        ("a.md", "# Pump\n\n:::{include} parts/pump.inc\n:::\n\nEnd.\n", SENTENCE),
        ("guide/a.md", '# Pump\n\n--8<-- "parts/pump.inc"\n\nEnd.\n', SENTENCE),
        ("a.md", "# Pump\n\n--8<--\nparts/pump.inc\n; parts/other.inc\n--8<--\n\nEnd.\n", SENTENCE),
        ("a.md", '# Pump\n\n!!! note\n    --8<-- "parts/pump.inc:start"\n\nEnd.\n', SECTION),
    ],
)  # fmt: skip
def test_a_file_is_read_where_it_is_included(tmp_path: Path, name: str, including: str, included: str) -> None:
    (text,) = texts(write(tmp_path, {name: including, "parts/pump.inc": included})).values()
    assert " ".join(text.split()) == f"# Pump {SENTENCE} End."


def test_an_included_document_is_read_once_and_with_the_other_one_where_it_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"a.rst": "A pump.\n\n.. include:: part.rst\n", "part.rst": f"{SENTENCE}\n"})
    assert texts(tmp_path) == {"a.rst": "A pump.\n", "part.rst": f"{SENTENCE}\n"}
    assert texts(tmp_path, "part.rst") == {"a.rst": f"A pump.\n\n{SENTENCE}\n"}


def test_includes_neither_leave_the_folder_nor_run_in_circles(tmp_path: Path) -> None:
    write(tmp_path, {"secret.inc": "A secret.\n"})
    docs = tmp_path / "docs"
    write(docs, {"a.rst": "A pump.\n\n.. include:: ../secret.inc\n\n.. include:: link.inc\n\n.. include:: one.inc\n"})
    write(docs, {"one.inc": "One.\n\n.. include:: two.inc\n", "two.inc": "Two.\n\n.. include:: one.inc\n"})
    (docs / "link.inc").symlink_to("../secret.inc")
    assert texts(docs) == {"a.rst": "A pump.\n\nOne.\n\nTwo.\n"}


def test_a_bomb_of_includes_ends(tmp_path: Path) -> None:
    write(tmp_path, {f"{depth}.inc": f"Line {depth}.\n\n" + f".. include:: {depth + 1}.inc\n\n" * 9 for depth in range(12)})
    write(tmp_path, {"a.rst": "A pump.\n\n.. include:: 0.inc\n"})
    (text,) = texts(tmp_path).values()
    assert text.count("Line") <= 200
    assert "Line 8" not in text


def test_code_and_what_is_no_text_are_not_included(tmp_path: Path) -> None:
    write(tmp_path, {"a.rst": "A pump.\n\n.. include:: a.inc\n   :literal:\n\n.. include:: b.inc\n\n.. include:: c.py\n"})
    write(tmp_path, {"a.inc": "Code.", "c.py": "code = 1\n"})
    (tmp_path / "b.inc").write_bytes(b"\xff\xfe")
    assert texts(tmp_path) == {"a.rst": "A pump.\n"}


def test_a_change_of_an_included_file_is_a_change_of_the_documents(tmp_path: Path) -> None:
    write(tmp_path, {"a.rst": "A pump.\n\n.. include:: one.inc\n", "one.inc": ".. include:: two.inc\n", "two.inc": SENTENCE})
    source = FolderSource(tmp_path)
    fingerprint, corpus_hash = source.fingerprint(), source.corpus_hash()
    assert FolderSource(tmp_path).fingerprint() == fingerprint
    write(tmp_path, {"two.inc": "It stops."})
    assert source.fingerprint() != fingerprint
    assert corpus_hash != source.corpus_hash() == source.read().corpus_hash
