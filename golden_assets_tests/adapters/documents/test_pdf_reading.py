"""PDF files: text by page, and the ways in which a PDF can be of no use."""

import logging
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from golden_assets.adapters.documents.formats.pdf import _plain
from golden_assets.adapters.documents.formats.registry import extract
from golden_assets.adapters.ragas.planning.markdown_blocks import blocks_of, chunk_document
from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.corpus.documents import Document


def encrypted(data: bytes, user_password: str) -> bytes:
    """The same PDF, encrypted with AES."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(user_password, owner_password="owner", algorithm="AES-256")
    return saved(writer)


def saved(writer: PdfWriter) -> bytes:
    """The file that a writer makes."""
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def test_pages_are_separated_and_hyphenated_words_joined(make_pdf) -> None:
    name, found = extract(
        ".pdf", make_pdf([["The ferry has a wheel-", "house of steel."], ["It was built in 1998-", "99 by Orrin-", "Werft."]])
    )
    assert name == "pdf"
    assert found.text == "The ferry has a wheelhouse of steel.\n\nIt was built in 1998-\n99 by Orrin-\nWerft.\n"
    assert found.title == "Tide Tables"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (["It is clas-", "siﬁed ﬁrst."], "It is classified first.\n"),
        (["Text runs right-to-", "left there."], "Text runs right-to-left there.\n"),
        (["They offer services.34 The port pays.5", "Ships wait."], "They offer services. The port pays.\nShips wait.\n"),
        (["Release 3.34 The 10-", "litre tank"], "Release 3.34 The 10-\nlitre tank\n"),
    ],
    ids=["ligatures", "a hyphen that belongs", "footnotes", "numbers that belong"],
)
def test_a_page_is_read_as_people_would_type_it(page: list[str], text: str) -> None:
    assert _plain("\n".join(page)) + "\n" == text


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Eligibility Any ferry may apply.", "It needs a mast."], "Eligibility\n\nAny ferry may apply.\nIt needs a mast.\n"),
        (["It rains.", "Quality assessment Two pilots rate it."], "It rains.\n\nQuality assessment\n\nTwo pilots rate it.\n"),
        (["It rains on the", "Port The ferry waits."], "It rains on the\nPort The ferry waits.\n"),
        (["The ferry of Orrin waits.", "Every Monday it leaves."], "The ferry of Orrin waits.\nEvery Monday it leaves.\n"),
    ],
)
def test_a_heading_that_runs_into_a_sentence_is_no_part_of_it(make_pdf, lines: list[str], text: str) -> None:
    assert extract(".pdf", make_pdf([lines]))[1].text == text


def test_titles_in_a_list_of_references_give_no_passage(make_pdf) -> None:
    prose = ["The ferry leaves the northern pier at nine every day.", "Its captain closes the gate two minutes before it leaves."]
    entries = [
        "[1] A. Ames. Ferries move people over water. 2019.",
        "[2] B. Boe. Piers carry ferries well. 2020.",
        "[3] C. Coe. Gates.",
    ]
    more = ["Dee, D. Ropes hold ferries. Port Press, 2001."]
    found = extract(
        ".pdf", make_pdf([[*prose, "References", *entries], [*more, "Appendix A", "The log lists every trip of the ferry by its day."]])
    )[1]
    (chunk,) = chunk_document(Document.of("a.pdf", found.text))
    kinds = {found.text[block.start : block.end].split("\n")[0]: block.kind for block in blocks_of(found.text)}
    assert kinds == {prose[0]: "prose", "```": "other", "Appendix A": "prose"}
    assert "\n".join(entries) in found.text
    assert "every trip" in chunk.text


def test_references_within_prose_are_prose(make_pdf) -> None:
    lines = ["References", "A reference names a ferry. The pilot writes it down.", "It stays in the log."]
    assert extract(".pdf", make_pdf([lines]))[1].text == "\n".join(lines) + "\n"


def test_a_pdf_without_a_user_password_is_read_though_it_is_encrypted(make_pdf) -> None:
    assert extract(".pdf", encrypted(make_pdf([["High water is at ten."]]), ""))[1].text == "High water is at ten.\n"


def test_a_pdf_protected_by_a_password_says_so(make_pdf) -> None:
    with pytest.raises(DocumentError, match=r"^a PDF protected by a password: save a copy without the password\.$"):
        extract(".pdf", encrypted(make_pdf([["High water is at ten."]]), "secret"))


def test_a_pdf_of_pictures_asks_for_text_recognition() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_blank_page(100, 100)
    with pytest.raises(DocumentError, match=r"^a PDF without text \(2 pages\): run text recognition"):
        extract(".pdf", saved(writer))


def test_a_broken_pdf_is_refused_in_one_line(make_pdf) -> None:
    whole = make_pdf([["High water is at ten."]])
    for broken in (
        b"not a pdf",
        b"%PDF-1.4\n",
        whole[: len(whole) // 3],
        whole.replace(b"/Type /Catalog /Pages 2 0 R", b"/Type /Catalog /Pages (no)  "),
    ):
        with pytest.raises(DocumentError, match="pdf that cannot be read") as caught:
            extract(".pdf", broken)
        assert "\n" not in str(caught.value)


def test_a_pdf_with_a_damaged_index_is_read_without_a_word(
    make_pdf, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    damaged = make_pdf([["High water is at ten."]]).replace(b"startxref\n", b"startxref\n9")
    assert extract(".pdf", damaged)[1].text == "High water is at ten.\n"
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    assert logging.getLogger("pypdf").level == logging.NOTSET
