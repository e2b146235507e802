"""Bytes as text. It must be UTF-8, or what a page declares; nothing is guessed."""

from golden_assets.domain.core.errors import DocumentError


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
