"""Zipped formats (OOXML, EPUB): opened only when what they unpack to is bounded, before anything is unpacked."""

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
