"""PDF to text, through pypdf: pages in order, words that a line end hyphenated joined again. Nothing is recognised in pictures."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from pypdf import PasswordType, PdfReader

from golden_assets.adapters.documents.notation import join_blocks, one_line
from golden_assets.domain.errors import DocumentError

_HYPHENATED = re.compile(r"(?<![\w-])(?P<word>(?:[^\W_]+-)*[^\W_]*[^\W\d_])-\n(?=[a-zß-öø-ÿ])")
_NOTE_NUMBER = re.compile(r"(?<=[a-zß-öø-ÿ)][.!?])\d{1,3}(?=\s+[A-ZÀ-Þ])")
"""The number of a footnote behind the full stop of a sentence: raised on the page, and no part of it."""
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)


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
    return join_blocks(map(_plain, pages)), one_line(title or "") or None


def _plain(page: str) -> str:
    """The text of a page as people type it: no ligatures, no words cut at line ends, no numbers of footnotes."""
    text = _HYPHENATED.sub(_joined, page.strip().translate(_LIGATURES))
    return _NOTE_NUMBER.sub("", text)


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
