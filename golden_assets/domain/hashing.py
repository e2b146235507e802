"""Content addresses: SHA-256 over RFC 8785 canonical JSON, the way Phoenix hashes examples too."""

import hashlib
from typing import Any

import rfc8785


def sha256_text(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of ``text``, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_json(value: Any) -> str:
    """SHA-256 of the RFC 8785 canonical JSON of ``value``, 64 hex digits; equal JSON, equal hash, whatever the key order.

    Raises:
        rfc8785.CanonicalizationError: a float is not finite, an integer exceeds 2**53, or a string has a lone surrogate.
    """
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def root_hash(hashes: list[str]) -> str:
    """One hash over an ordered list of hex hashes; order matters. The root of no hashes is that of the empty list."""
    return sha256_json(hashes)
