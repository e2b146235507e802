"""Content addresses: SHA-256 over RFC 8785 canonical JSON, the way Phoenix hashes examples too."""

import hashlib
from typing import Any

import rfc8785
from pydantic_core import PydanticSerializationError, to_json


def sha256_text(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of ``text``, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_json(value: Any) -> str:
    """SHA-256 of the RFC 8785 canonical JSON of ``value``, 64 hex digits; equal JSON, equal hash, whatever the key order.

    Raises:
        rfc8785.CanonicalizationError: a float is not finite, an integer exceeds 2**53, or a string has a lone surrogate.
    """
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def sha256_ordered_texts(value: Any) -> str:
    """`sha256_json` of JSON that holds texts only and whose keys are in order already, at a sixth of the time.

    Such JSON is canonical as pydantic writes it. Reading a testset hashes every row, and this is most of what that takes.

    Raises:
        rfc8785.CanonicalizationError: a text has a lone surrogate.
    """
    try:
        return hashlib.sha256(to_json(value)).hexdigest()
    except PydanticSerializationError:
        return sha256_json(value)


def root_hash(hashes: list[str]) -> str:
    """One hash over an ordered list of hex hashes; order matters. The root of no hashes is that of the empty list."""
    return sha256_ordered_texts(hashes)
