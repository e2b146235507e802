"""A head with its hash and signature, as JSON that is kept in a file or in Phoenix.

The signature is Ed25519 by a key of the user's, an OpenSSH key file as ``ssh-keygen -t ed25519`` writes it, over the head's hash.
"""

import base64
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
    load_ssh_public_key,
)
from pydantic import ValidationError

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.versions.heads import KeptHead, RegistryHead

_SIGNED = "golden_assets registry head "
"""Precedes the hash, so that the signature cannot pass for one on anything else."""


class HeadEnvelopes:
    """Wraps heads, and opens what was wrapped.

    Args:
        signing_key: a private key to sign with, if any.
        trusted_key: the public key that signatures must be of; by default that of ``signing_key``.

    Raises:
        ConfigurationError: a key cannot be read, or is not an Ed25519 key without a passphrase.
    """

    def __init__(self, signing_key: Path | None = None, trusted_key: Path | None = None) -> None:
        self._private = _private_key(signing_key) if signing_key else None
        self._public = self._private.public_key() if self._private else None
        if trusted_key:
            self._public = _public_key(trusted_key)

    def wrap(self, head: RegistryHead) -> dict[str, Any]:
        """The head as JSON, with its hash and, where there is a key, the signature and the public key."""
        wrapped = {"head": head.model_dump(mode="json"), "head_hash": head.head_hash}
        if self._private is None:
            return wrapped
        signature = base64.b64encode(self._private.sign(_message(head.head_hash))).decode()
        return wrapped | {"signature": signature, "key": _text(self._private.public_key())}

    def open(self, wrapped: Any, where: str) -> KeptHead | str:
        """The head, with what is wrong with it; a sentence for something that is not a head."""
        try:
            head = RegistryHead.model_validate(wrapped["head"])
            signature, key = wrapped.get("signature"), wrapped.get("key")
            problem = "was changed: it does not match its hash" if wrapped["head_hash"] != head.head_hash else None
        except (ValidationError, TypeError, KeyError, AttributeError):
            return f"what is kept in {where} is not a head: it was damaged"
        if signature is not None:
            problem = problem or self._signature_problem(head, signature, key)
        return KeptHead(head=head, where=where, signed=signature is not None and problem is None, problem=problem)

    def _signature_problem(self, head: RegistryHead, signature: Any, key: Any) -> str | None:
        """Why a signature does not count; without a trusted key it must at least be that of the key beside it."""
        try:
            public = self._public or _read_public(str(key).encode())
            public.verify(base64.b64decode(str(signature), validate=True), _message(head.head_hash))
        except (InvalidSignature, ValueError, UnsupportedAlgorithm, ConfigurationError):
            return "is not signed by the trusted key"
        return None


def _message(head_hash: str) -> bytes:
    return (_SIGNED + head_hash).encode()


def _text(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def _private_key(path: Path) -> Ed25519PrivateKey:
    remedy = f'make one for this purpose: ssh-keygen -t ed25519 -N "" -f {path}'
    try:
        key = load_ssh_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not an OpenSSH private key without a passphrase"
        raise ConfigurationError(f"the signing key {path} cannot be read ({reason})", remedy) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"the signing key {path} is not an Ed25519 key", remedy)
    return key


def _public_key(path: Path) -> Ed25519PublicKey:
    try:
        return _read_public(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"the trusted key {path} cannot be read ({error.strerror})", "name the public key, FILE.pub") from None


def _read_public(content: bytes) -> Ed25519PublicKey:
    remedy = "name an Ed25519 public key as ssh-keygen writes it, FILE.pub"
    try:
        key = load_ssh_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError("the trusted key is not an OpenSSH public key", remedy) from None
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigurationError("the trusted key is not an Ed25519 key", remedy)
    return key
