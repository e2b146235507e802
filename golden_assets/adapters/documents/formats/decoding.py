"""A file's bytes as text, which must be UTF-8 or what a page declares, or as an archive, which is opened only when what it unpacks to is
bounded: nothing is guessed, and nothing is unpacked before."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from golden_assets.domain.core.errors import DocumentError

MAX_UNPACKED = 256 * 2**20
"""Bytes that an archive may unpack to."""
MAX_RATIO = 200
"""Unpacked bytes for each packed one; Word's XML has about 10, the worst real spreadsheet some 60."""
RATIO_COUNTS_FROM = 8 * 2**20
"""Unpacked bytes below which the ratio does not matter."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Office begin that are encrypted, or older than 2007."""


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


def decode_page(data: bytes) -> str:
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


def open_archive(data: bytes) -> ZipFile:
    """The archive. No member of it can give more bytes than were counted here: `ZipFile` stops at the size that the member states.

    Raises:
        DocumentError: it is no archive, is protected by a password, or unpacks to too much.
    """
    if data.startswith(_OLE):
        problem = "protected by a password, or saved in the format of before 2007"
        raise DocumentError(problem, "save a copy as today's format, without a password")
    try:
        archive = ZipFile(BytesIO(data))
    except BadZipFile as error:
        raise DocumentError("damaged: not the zip archive that this format is", "repair it or export it again, or leave it out") from error
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise DocumentError("protected by a password", "save a copy without the password")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * len(data)):
        size = f"{len(data) / 2**20:.1f} MB that unpack to {unpacked / 2**20:,.0f} MB"
        raise DocumentError(f"{size}: it may be made to fill the memory", f"split it; up to {MAX_UNPACKED // 2**20} MB are unpacked")
    return archive
