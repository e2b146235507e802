"""File formats: what a suffix stands for, and how a file's bytes become text.

Markdown and plain text stay as they are. reStructuredText and HTML become Markdown (headings as ``#`` lines, code in fences, tables
with pipes), so that whatever cuts documents into passages knows one notation. Text must be UTF-8; nothing is guessed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from golden_assets.adapters.documents.build_corpus import require_storable
from golden_assets.adapters.documents.formats.markdown_writer import one_line
from golden_assets.domain.core.errors import DocumentError

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A(?:---[ \t]*\n.*?\n(?:---|\.\.\.)|\+\+\+[ \t]*\n.*?\n\+\+\+)[ \t]*\n", re.DOTALL)
_TITLE_WITHIN = 20_000  # characters; text further down is not a title, and parsing megabytes for it takes seconds


@dataclass(frozen=True)
class Extract:
    """What a reader made of a file: its text, and the title that the format states beside the text, if any."""

    text: str
    title: str | None = None


def extract(suffix: str, data: bytes) -> tuple[str, Extract]:
    """Turn a file's bytes into (format name, extract); ``suffix`` is a key of `FORMATS`.

    Raises:
        DocumentError: the bytes are not what the suffix says, or hold no text.
    """
    name, read = FORMATS[suffix]
    try:
        found = read(data)
    except (DocumentError, MemoryError):
        raise
    except RecursionError as error:
        raise DocumentError(f"{name} that is nested too deeply", "flatten it, or leave the file out") from error
    except (
        Exception
    ) as error:  # on damaged files pypdf raises anything by its own account, docutils KeyError, the HTML parser AssertionError
        reason = f"{type(error).__name__}: {one_line(str(error))[:120]}"
        raise DocumentError(f"{name} that cannot be read ({reason})", "repair it or export it again, or leave the file out") from error
    if not require_storable(found.text).strip():
        raise DocumentError("no text in it", "leave the file out, or put text into it")
    return name, found


def decode(data: bytes) -> str:
    """UTF-8 text without its byte order mark.

    Raises:
        DocumentError: not UTF-8, or NUL bytes; names the first byte at fault.
    """
    if (place := data.find(b"\0")) >= 0:
        raise DocumentError(f"a NUL byte at byte {place}: binary data, or UTF-16", "save the file as UTF-8 text, or leave it out")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise DocumentError(f"not UTF-8 at byte {error.start} (0x{data[error.start]:02x})", "save the file as UTF-8") from error


def first_heading(text: str) -> str | None:
    """The text of the first Markdown heading, without markup; a front matter is passed over."""
    body, links = _FRONT_MATTER.sub("", text[:_TITLE_WITHIN], count=1), dict[str, Any]()
    for opening, line in pairwise(_blocks().parse(body, links)):
        if opening.type == "heading_open":
            parts: list[Token] = []
            _blocks().inline.parse(line.content, _blocks(), links, parts)
            return "".join(part.content for part in parts if part.type in ("text", "code_inline")) or None
    return None


@cache
def _blocks() -> "MarkdownIt":
    """A parser that leaves lines as they are: a title needs one of them, and they are most of the work."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").disable("inline")


def _read_markdown(data: bytes, *, is_mdx: bool = False) -> Extract:
    from golden_assets.adapters.documents.formats.markdown import front_matter_title, plain_markdown

    source = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    text = plain_markdown(source, is_mdx=is_mdx)
    return Extract(text, front_matter_title(source) or first_heading(text))


def _read_mdx(data: bytes) -> Extract:
    return _read_markdown(data, is_mdx=True)


def _read_text(data: bytes) -> Extract:
    return Extract(decode(data))


def _read_restructuredtext(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.restructuredtext import restructuredtext_to_markdown

    text = restructuredtext_to_markdown(decode(data))
    return Extract(text, first_heading(text))


def _read_html(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.html import html_to_markdown

    text, title = html_to_markdown(_decode_page(data))
    return Extract(text, first_heading(text) or title)


def _decode_page(data: bytes) -> str:
    """A page as UTF-8, else in the charset that it declares near its start, in ``meta`` or as XML. Raises as `decode`."""
    from bs4.dammit import EncodingDetector

    try:
        return decode(data)
    except DocumentError:
        declared = EncodingDetector.find_declared_encoding(data, is_html=True)
        if declared is None:
            raise
    try:
        return data.decode(declared)
    except (LookupError, ValueError) as error:
        problem = f"neither UTF-8 nor the charset that it declares, {declared!r}"
        raise DocumentError(problem, "save the file as UTF-8") from error


def _read_pdf(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.pdf import pdf_to_text

    return Extract(*pdf_to_text(data))


FORMATS: dict[str, tuple[str, Callable[[bytes], Extract]]] = {
    ".md": ("markdown", _read_markdown),
    ".markdown": ("markdown", _read_markdown),
    ".mdx": ("mdx", _read_mdx),
    ".rst": ("restructuredtext", _read_restructuredtext),
    ".txt": ("text", _read_text),
    ".html": ("html", _read_html),
    ".htm": ("html", _read_html),
    ".pdf": ("pdf", _read_pdf),
}
"""Format name and reader by suffix (lower case, with its dot)."""
