"""PDF to text, through pypdf: pages in order, words that a line end hyphenated joined again. Nothing is recognised in pictures.

Headings that run into a sentence get a paragraph of their own, and lists of references a fence: neither is a sentence to ask about.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from pypdf import PasswordType, PdfReader

from golden_assets.adapters.documents.formats.markdown_writer import fence, join_blocks, one_line
from golden_assets.domain.core.errors import DocumentError

_HYPHENATED = re.compile(r"(?<![\w-])(?P<word>(?:[^\W_]+-)*[^\W_]*[^\W\d_])-\n(?=[a-zß-öø-ÿ])")
_NOTE_NUMBER = re.compile(r"(?<=[a-zß-öø-ÿ)][.!?])\d{1,3}(?=\s+[A-ZÀ-Þ])")
"""The number of a footnote behind the full stop of a sentence: raised on the page, and no part of it."""
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)


_REFERENCES = re.compile(
    r"^[ \t]*(?:(?:\d+|[IVX]+)\.?[ \t]+)?(?:references|bibliography|works cited|literature cited|literaturverzeichnis)[ \t]*:?$",
    re.IGNORECASE | re.MULTILINE,
)
"""The heading of a reference list, in a line of its own."""
_ENTRY = re.compile(
    r"^[ \t]*(?:\[[\w+.-]{1,12}\]|\d{1,3}\.[ \t]+(?=[A-Z])|(?=[A-Z][\w'’-]+,[ \t]+[A-Z]\.)|.{0,120}\(?\b(?:19|20)\d\d[a-z]?\b\)?[.,;:])",
    re.MULTILINE,
)
"""How a line of a reference list looks: a label in brackets, a number, an author with initials, or a year that a sign follows."""
_MIN_ENTRIES = 3
"""Fewer lines of this look are no list."""
_AFTER_REFERENCES = re.compile(
    r"^[ \t]*(?:(?:[A-Z]|\d+|[IVX]+)\.?[ \t]+)?(?:appendi(?:x|ces)|annex|supplement(?:ary material)?|index|anhang)\b.{0,80}$",
    re.IGNORECASE | re.MULTILINE,
)
"""What ends a reference list: the heading of what may follow it."""
_RUN_IN = re.compile(
    r"(?P<before>\A|[.!?]\n)(?P<heading>(?:\d+(?:\.\d+)*\.?[ \t]+)?[A-Z][A-Za-z-]*(?:[ \t]+[a-z][a-z-]*){0,3}?)[ \t]+"
    r"(?=(?:A|An|The|Any|All|Each|Every|We|Our|Two|Three|In|This|These|Those|There|For|To|If|When|As|It|Its|No|Some|Most|Both|On|At|From)"
    r"[ \t]+\w)"
)
"""A heading of up to four words at the start of a paragraph's first line, with the sentence behind it: the next word has a capital, too."""


def pdf_to_text(data: bytes) -> tuple[str, str | None]:
    """(text with a blank line between pages, title from the document information).

    Raises:
        DocumentError: protected by a password, or without a text layer.
    """
    with _without_chatter():
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise DocumentError("a PDF protected by a password", "save a copy without the password")
        pages = [page.extract_text() for page in reader.pages]
        title = reader.metadata.title if reader.metadata else None
    if not any(page.strip() for page in pages):
        raise DocumentError(f"a PDF without text ({len(pages)} pages)", "run text recognition (OCR) on it, or leave it out")
    return _with_marked_references(join_blocks(map(_plain, pages))), one_line(title or "") or None


def _plain(page: str) -> str:
    """The text of a page as people type it: no ligatures, no words cut at line ends, no numbers of footnotes."""
    text = _HYPHENATED.sub(_joined, page.strip().translate(_LIGATURES))
    return _RUN_IN.sub(_apart, _NOTE_NUMBER.sub("", text))


def _apart(found: re.Match[str]) -> str:
    """A run-in heading in a paragraph of its own, so that it is not part of the next sentence."""
    return f"{found['before']}\n{found['heading']}\n\n" if found["before"] else f"{found['heading']}\n\n"


def _with_marked_references(text: str) -> str:
    """The text with its reference lists in fences: they stay, but no question is asked about the titles in them."""
    for found in reversed([*_REFERENCES.finditer(text)]):
        after = _AFTER_REFERENCES.search(text, found.end())
        end = after.start() if after else len(text)
        entries = text[found.end() : end].strip("\n")
        if len(_ENTRY.findall(entries)) >= _MIN_ENTRIES:
            text = f"{text[: found.end()]}\n\n{fence(entries)}\n" + (f"\n{text[end:]}" if after else "")
    return text


def _joined(cut: re.Match[str]) -> str:
    """The first part of a word that a line end hyphenates; the hyphen stays in a word that has another one, as in *right-to-left*."""
    return f"{cut['word']}-" if "-" in cut["word"] else cut["word"]


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Hold back pypdf's warnings about sloppy but readable files; its errors are exceptions and pass."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
