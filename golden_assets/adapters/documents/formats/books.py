"""EPUB books and e-mails to Markdown. A book's chapters come in its reading order; of a mail its subject and its text, no attachments."""

import posixpath
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote
from xml.etree import ElementTree
from zipfile import ZipFile

from golden_assets.adapters.documents.formats.decoding import decode_page, open_archive
from golden_assets.adapters.documents.formats.html import html_to_markdown
from golden_assets.adapters.documents.formats.markdown_writer import heading, join_blocks, one_line
from golden_assets.domain.core.errors import DocumentError

_PAGES = frozenset({"application/xhtml+xml", "text/html"})


def book_to_markdown(data: bytes) -> tuple[str, str | None]:
    """(text of an .epub, its title). Raises `DocumentError` for what is not one, and as `open_archive`."""
    archive = open_archive(data)
    try:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))  # noqa: S314  expat bounds what entities expand to
        path = next(found.attrib["full-path"] for found in container.iter() if found.tag.endswith("}rootfile"))
        package = ElementTree.fromstring(archive.read(path))  # noqa: S314
    except (KeyError, StopIteration, ElementTree.ParseError) as error:
        raise DocumentError("not an EPUB book: its list of contents is missing or damaged", "export it again, or leave it out") from error
    title = next((found.text for found in package.iter("{http://purl.org/dc/elements/1.1/}title")), None)
    return join_blocks(_chapters(archive, package, posixpath.dirname(path))), one_line(title or "") or None


def mail_to_markdown(data: bytes) -> tuple[str, str | None]:
    """(text of an .eml, its subject). Raises `DocumentError` for a mail without text."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  as the policy makes it
    body = message.get_body(("plain", "html"))
    if body is None:
        raise DocumentError("an e-mail without text", "save it as .eml with its text, or leave it out")
    try:
        content = str(body.get_content())
    except LookupError as error:
        raise DocumentError(f"an e-mail in an unknown charset ({error})", "save it as UTF-8") from error
    text = html_to_markdown(content)[0] if body.get_content_subtype() == "html" else content.replace("\r\n", "\n")
    subject = one_line(str(message.get("subject", "")))
    return join_blocks([heading(1, subject), text.strip("\n")]), subject or None


def _chapters(archive: ZipFile, package: ElementTree.Element, folder: str) -> Iterator[str]:
    """The text of each page in the spine that is there."""
    items = {item.attrib.get("id"): item.attrib for item in package.iter() if item.tag.endswith("}item")}
    names = set(archive.namelist())
    for reference in package.iter():
        item = items.get(reference.attrib.get("idref")) if reference.tag.endswith("}itemref") else None
        if item and item.get("media-type") in _PAGES:
            name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
            if name in names:
                yield html_to_markdown(decode_page(archive.read(name)))[0].strip("\n")
