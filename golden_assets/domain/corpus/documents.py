"""Source documents: what a corpus is, and what identifies its content.

A document's text is kept as it is worked on (line ends ``\n``), so that a character span in it means the same everywhere.
Its content hash is taken of the normalised text, so that an editor's trailing blanks do not make a new document.
"""

import unicodedata
from functools import cached_property
from typing import Any, Self

from pydantic import Field

from golden_assets.domain.core.hashing import sha256_json, sha256_text
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import count_words


def normalise(text: str) -> str:
    """The form whose hash identifies content: NFC, ``\n`` line ends, no trailing blanks, no blank lines at either end."""
    lines = unicodedata.normalize("NFC", text).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n")


class Document(Record):
    """One source document.

    ``document_id`` is stable over edits: the path relative to the folder, or the primary key in a table.
    """

    document_id: str
    text: str
    metadata: dict[str, Any] = Field(default_factory=dict)
    content_hash: str
    metadata_hash: str

    @classmethod
    def of(cls, document_id: str, text: str, metadata: dict[str, Any] | None = None) -> Self:
        """Build a document and compute its two hashes; line ends become ``\n``."""
        unix = text.replace("\r\n", "\n").replace("\r", "\n")
        metadata = metadata or {}
        return cls(
            document_id=document_id,
            text=unix,
            metadata=metadata,
            content_hash=sha256_text(normalise(unix)),
            metadata_hash=sha256_json(metadata),
        )

    @property
    def word_count(self) -> int:
        """Words, as `golden_assets.domain.core.text.count_words` counts them."""
        return count_words(self.text)


class SkippedDocument(Record):
    """A source that was left out, and why. ``document_id`` names it as the user knows it (path, key)."""

    document_id: str
    reason: str
    remedy: str


class Corpus(Record):
    """The documents of one reading of a source, in the order of their ids, and what was left out.

    ``not_read`` counts the files of other suffixes (``hidden`` ones apart); it is told of a reading and not stored.
    """

    source: str
    documents: tuple[Document, ...]
    skipped: tuple[SkippedDocument, ...] = ()
    not_read: dict[str, int] = Field(default_factory=dict)

    @cached_property
    def corpus_hash(self) -> str:
        """SHA-256 over the sorted (document id, content hash) pairs: does not depend on order, nor on metadata."""
        return sha256_json(sorted([d.document_id, d.content_hash] for d in self.documents))

    @cached_property
    def snapshot_hash(self) -> str:
        """Like `corpus_hash` with exact text, metadata and skipped files: the address of this very reading in the store."""
        exact = sorted([d.document_id, sha256_text(d.text), d.metadata_hash] for d in self.documents)
        return sha256_json([self.source, exact, [s.model_dump() for s in self.skipped]])

    @cached_property
    def by_id(self) -> dict[str, Document]:
        """Documents by id."""
        return {document.document_id: document for document in self.documents}
