"""Word, PowerPoint, Excel, EPUB, notebooks, AsciiDoc, e-mails and tables, in files that pandoc and LibreOffice wrote."""

import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.documents.formats.decoding import MAX_UNPACKED
from golden_assets.adapters.documents.formats.office import MAX_CELLS
from golden_assets.adapters.documents.formats.registry import Extract, extract
from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.corpus.locations import Patterns

FILES = Path(__file__).with_name("files")
OFFICE = ("libreoffice.docx", "slides.pptx", "alarms.xlsx", "book.epub")
MEASURES = "The station at the north pier measures the height of the water every ten minutes."
ALARM = "An alarm is raised when the water stands more than 80 centimetres above the mean."


def read(name: str) -> Extract:
    path = FILES / name
    return extract(path.suffix, path.read_bytes())[1]


@pytest.mark.parametrize("name", ["pandoc.docx", "libreoffice.docx", "book.epub"])
def test_a_manual_keeps_headings_lists_tables_and_notes(name: str) -> None:
    found = read(name)
    assert found.title == "The tide station"
    for block in (
        f"# The tide station\n\n{MEASURES}\n\n## Alarms\n\n{ALARM}\n\n- The first alarm goes to the harbour master.\n- The second",
        "| Alarm | Height |\n|---|---|\n| first | 80 cm |\n| second | 120 cm |",
        "1. The mean is that of the last nineteen years.",
    ):
        assert block in found.text
    assert "mean.1" not in found.text, "the mark of a note is no part of its sentence"


def test_slides_are_sections_with_what_they_show() -> None:
    text = read("slides.pptx").text
    assert MEASURES in text
    assert "## Notes\n\n1. The mean is that of the last nineteen years." in text
    assert "| first | 80 cm |" in text


def test_a_workbook_is_a_table_a_sheet_with_values_as_people_write_them() -> None:
    assert read("alarms.xlsx").text == (
        "## alarms\n\n| Alarm | Height | Since |\n|---|---|---|\n| first | 80 | 2024-05-01 |\n| second | 120.5 |  |\n"
    )


def test_hidden_sheets_stay_hidden_and_formulas_give_their_last_value() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Pier", "North"])
    hidden = book.create_sheet("Salaries")
    hidden.append(["Ann", 100])
    hidden.sheet_state = "hidden"
    assert workbook_text(book) == "## Sheet\n\n| Pier | North |\n|---|---|\n"


def test_a_notebook_is_its_text_and_code_without_outputs() -> None:
    notebook = json.loads((FILES / "notebook.ipynb").read_text())
    notebook["cells"] += [
        {"cell_type": "code", "source": ["tide(80)\n", "tide(120)"], "outputs": [{"text": "z" * 5_000_000}]},
        {"cell_type": "raw", "source": "left out"},
    ]
    text = extract(".ipynb", json.dumps(notebook).encode())[1].text
    assert text.startswith("# The tide station\n\nThe station at the north pier measures")
    assert text.endswith("```\ntide(80)\ntide(120)\n```\n")
    older = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": "Alarms"}]}]}
    assert extract(".ipynb", json.dumps(older).encode())[1].text == "## Alarms\n"


def test_asciidoc_keeps_prose_lists_and_tables_and_drops_its_machinery() -> None:
    found = read("manual.adoc")
    assert found.title == "Pump Manual"
    for block in (
        "# Pump Manual\n\nThe Hydra pump starts when the tank holds less than ten litres of water. See the limits and the site.",
        "## Limits\n\nThe `max_flow` value is read once.\n\nNever run the pump dry.",
        "- Start the pump:\n\n```\npump start\n```\n\n- Close it.",
        "- **Pressure**: The force on the wall.",
        "- **Flow**: Litres a minute.",
        "| Name | Meaning |\n|---|---|\n| flow | Litres a minute. |\n| pressure | Force. |",
        "Conditional sentence stays.",
    ):
        assert block in found.text
    for machinery in ("Jane", ":product:", "a comment", "include::", "image::", "ifdef", "[[", "[source", "footnote", "NOTE:", "===="):
        assert machinery not in found.text


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("See xref:other.adoc#top[the top], link:x.html[] and mailto:a@b.c[Ann].", "See the top, and Ann."),
        ("Press kbd:[F1], then menu:File[Save].", "Press F1, then File > Save."),
        ("Call `*run*`, not *run*.", "Call `*run*`, not run."),
        ("{undefined} stays, and 2{nbsp}litres.", "{undefined} stays, and 2 litres."),
        ("See https://example.org/a_b_c[the `open` page].", "See the `open` page."),
    ],
)
def test_asciidoc_lines_read_as_readers_see_them(source: str, shown: str) -> None:
    assert extract(".adoc", source.encode())[1].text.strip() == shown


def test_a_mail_is_its_subject_and_text_without_attachments() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Tide alarm", "ann@example.org"
    mail.set_content(f"{ALARM}\n")
    mail.add_alternative(f"<p>{ALARM}</p>", subtype="html")
    mail.add_attachment(b"secret", maintype="text", subtype="plain", filename="secret.txt")
    assert extract(".eml", mail.as_bytes())[1] == Extract(f"# Tide alarm\n\n{ALARM}\n", "Tide alarm")


def test_tables_and_records_become_tables_and_sections() -> None:
    assert extract(".csv", b'pier;note\nnorth;"deep; wide"\n')[1].text == "| pier | note |\n|---|---|\n| north | deep; wide |\n"
    assert extract(".tsv", b"pier\tmax\nnorth\t3\n")[1].text == "| pier | max |\n|---|---|\n| north | 3 |\n"
    source = {"piers": [{"title": "North", "text": "Deep.\n\nWide.", "boats": ["ferry", "tug"]}, {"max": 3}], "none": None}
    assert extract(".json", json.dumps(source).encode())[1].text == (
        "## piers\n\n### North\n\n**text**: Deep.\n\nWide.\n\n#### boats\n\n- ferry\n- tug\n\n### Record 2\n\n**max**: 3\n"
    )
    lines = b'{"question": "Where?", "answer": "North."}\n\n{"answer": "South."}\n'
    assert extract(".jsonl", lines)[1].text == ("## Where?\n\n**answer**: North.\n\n## Record 2\n\n**answer**: South.\n")


def test_data_files_are_documents_only_when_a_pattern_names_them(tmp_path: Path) -> None:
    (tmp_path / "manual.md").write_text(f"# Tide\n\n{ALARM}\n")
    (tmp_path / "package.json").write_text('{"name": "tide"}')
    assert [document.document_id for document in FolderSource(tmp_path).read().documents] == ["manual.md"]
    named = FolderSource(tmp_path, patterns=Patterns(include=("*.md", "*.json")))
    assert [document.document_id for document in named.read().documents] == ["manual.md", "package.json"]


def workbook_text(book: openpyxl.Workbook) -> str:
    stored = io.BytesIO()
    book.save(stored)
    return extract(".xlsx", stored.getvalue())[1].text


def bomb() -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * (64 * 2**20))
    return stored.getvalue()


def encrypted(data: bytes) -> bytes:
    """With the flag of a password on its first member, as in the list at the end."""
    place = data.index(b"PK\x01\x02") + 8
    return data[:place] + bytes([data[place] | 1]) + data[place + 1 :]


@pytest.mark.parametrize("name", OFFICE)
@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        (lambda data: data[: len(data) // 2], "not the zip archive that this format is"),
        (lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data, "protected by a password, or saved in the format of before 2007"),
        (encrypted, "protected by a password"),
        (lambda _: bomb(), "unpack to 64 MB: it may be made to fill the memory"),
    ],
    ids=["cut", "older", "password", "bomb"],
)
def test_spoiled_archives_are_refused_before_they_are_unpacked(name: str, spoiled, told: str) -> None:
    path = FILES / name
    with pytest.raises(DocumentError, match=told):
        extract(path.suffix, spoiled(path.read_bytes()))


def test_an_archive_that_states_too_small_a_size_gives_no_more_than_that() -> None:
    """The sizes that are counted are those that the reader stops at."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", b"<container/>" + b" " * 1_000_000)
    data = bytearray(stored.getvalue())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.index(mark) + offset
        data[place : place + 4] = (50).to_bytes(4, "little")
    with pytest.raises(DocumentError):
        extract(".epub", bytes(data))


def test_a_workbook_of_data_is_no_document() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("data")
    for _ in range(MAX_CELLS // 100 + 1):
        sheet.append(["x"] * 100)
    with pytest.raises(DocumentError, match=r"more than 100,000 filled cells"):
        workbook_text(book)


@pytest.mark.parametrize(
    ("suffix", "data", "told"),
    [
        (".ipynb", b"{", "not a notebook: line 1 is not JSON"),
        (".ipynb", b"[]", "not a notebook: it has no cells"),
        (".json", b'{\n"a": }', "not JSON at line 2"),
        (".jsonl", b'{"a": 1}\n{"a"\n', "not JSON at line 2"),
        (".csv", b'a,b\n"open', "a table that cannot be read"),
        (".csv", b"a,b\n" * (MAX_CELLS // 2 + 1), "a table with 100,002 filled cells"),
        (".eml", b"Content-Type: image/png\n\nxx", "an e-mail without text"),
        (".docx", b"PK\x05\x06" + b"\0" * 18, "word that cannot be read"),
        (".adoc", b"// nothing but a comment\n", "no text in it"),
    ],
)
def test_bad_files_are_told_with_what_is_wrong(suffix: str, data: bytes, told: str) -> None:
    with pytest.raises(DocumentError, match=told):
        extract(suffix, data)


def test_what_a_word_file_names_outside_of_itself_is_not_read(tmp_path: Path) -> None:
    """Pictures and styles may be links to files and hosts: nothing of them is opened."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    target = f'Target="{secret.as_uri()}" TargetMode="External"'
    with zipfile.ZipFile(FILES / "libreoffice.docx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    relations = members["word/_rels/document.xml.rels"].decode()
    picture = f'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" {target}/>'
    members["word/_rels/document.xml.rels"] = relations.replace("</Relationships>", f"{picture}</Relationships>").encode()
    drawing = '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="rIdX"/></v:shape></w:pict></w:r></w:p>'
    members["word/document.xml"] = members["word/document.xml"].replace(b"<w:body>", b"<w:body>" + drawing.encode())
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert "hunter2" not in extract(".docx", stored.getvalue())[1].text


def test_the_limit_of_what_is_unpacked_is_above_what_people_write() -> None:
    for name in OFFICE:
        with zipfile.ZipFile(FILES / name) as archive:
            assert sum(member.file_size for member in archive.infolist()) < MAX_UNPACKED / 100
