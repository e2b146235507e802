"""File formats: what a suffix stands for, and how a file's bytes become text.

Markdown and plain text stay as they are. All others become Markdown (headings as ``#`` lines, code in fences, tables with pipes), so that
whatever cuts documents into passages knows one notation. A format's module is imported with the first file of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from golden_assets.adapters.documents.build_corpus import require_storable
from golden_assets.adapters.documents.formats.decoding import decode, decode_page
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

    text, title = html_to_markdown(decode_page(data))
    return Extract(text, first_heading(text) or title)


def _read_pdf(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.pdf import pdf_to_text

    return Extract(*pdf_to_text(data))


def _read_asciidoc(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.asciidoc import asciidoc_to_markdown

    text = asciidoc_to_markdown(decode(data))
    return Extract(text, first_heading(text))


def _read_notebook(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.notebooks import notebook_to_markdown

    text = notebook_to_markdown(decode(data))
    return Extract(text, first_heading(text))


def _read_word(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.office import word_to_markdown

    text, title = word_to_markdown(data)
    return Extract(text, title or first_heading(text))


def _read_slides(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.office import slides_to_markdown

    text, title = slides_to_markdown(data)
    return Extract(text, title or first_heading(text))


def _read_workbook(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.office import workbook_to_markdown

    text, title = workbook_to_markdown(data)
    return Extract(text, title or first_heading(text))


def _read_book(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.books import book_to_markdown

    text, title = book_to_markdown(data)
    return Extract(text, title or first_heading(text))


def _read_mail(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.books import mail_to_markdown

    text, title = mail_to_markdown(data)
    return Extract(text, title or first_heading(text))


def _read_table(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.records import table_to_markdown

    return Extract(table_to_markdown(decode(data)))


def _read_json(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.records import json_to_markdown

    return Extract(json_to_markdown(decode(data)))


def _read_json_lines(data: bytes) -> Extract:
    from golden_assets.adapters.documents.formats.records import json_lines_to_markdown

    return Extract(json_lines_to_markdown(decode(data)))


FORMATS: dict[str, tuple[str, Callable[[bytes], Extract]]] = {
    ".md": ("markdown", _read_markdown),
    ".markdown": ("markdown", _read_markdown),
    ".mdx": ("mdx", _read_mdx),
    ".rst": ("restructuredtext", _read_restructuredtext),
    ".txt": ("text", _read_text),
    ".html": ("html", _read_html),
    ".htm": ("html", _read_html),
    ".pdf": ("pdf", _read_pdf),
    ".adoc": ("asciidoc", _read_asciidoc),
    ".asciidoc": ("asciidoc", _read_asciidoc),
    ".ipynb": ("notebook", _read_notebook),
    ".docx": ("word", _read_word),
    ".pptx": ("powerpoint", _read_slides),
    ".xlsx": ("excel", _read_workbook),
    ".epub": ("epub", _read_book),
    ".eml": ("e-mail", _read_mail),
    ".csv": ("csv", _read_table),
    ".tsv": ("tsv", _read_table),
    ".json": ("json", _read_json),
    ".jsonl": ("json lines", _read_json_lines),
}
"""Format name and reader by suffix (lower case, with its dot)."""
ON_REQUEST = frozenset({".csv", ".tsv", ".json", ".jsonl"})
"""Suffixes that mostly are data and settings: read in a folder only where a pattern of ``--include`` ends in them."""
