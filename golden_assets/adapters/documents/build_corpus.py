"""A corpus of what was read: the shipped sample documents, and texts that PostgreSQL can store, in the order of their ids."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.corpus.documents import Corpus, Document, SkippedDocument

_LARGEST_EXACT_INTEGER = 2**53 - 1  # RFC 8785 section 3.2.2.3: beyond it a JSON number is no longer exact


def skip(document_id: str, error: DocumentError) -> SkippedDocument:
    """The record of a document that was left out because of ``error``."""
    return SkippedDocument(document_id=document_id, reason=error.problem, remedy=error.remedy)


def assemble(source: str, documents: Iterable[Document], skipped: Iterable[SkippedDocument]) -> Corpus:
    """Build a corpus; of documents that share an id or a content hash the first by id is kept, the others are skipped.

    A second copy would give its questions twice and count twice in every share.
    """
    kept: dict[str, Document] = {}
    first_with: dict[str, str] = {}
    left_out = list(skipped)
    for document in sorted(documents, key=lambda document: document.document_id):
        try:
            _refuse_duplicate(document, kept, first_with)
        except DocumentError as error:
            left_out.append(skip(document.document_id, error))
        else:
            kept[document.document_id] = document
            first_with[document.content_hash] = document.document_id
    return Corpus(source=source, documents=tuple(kept.values()), skipped=tuple(sorted(left_out, key=lambda skipped: skipped.document_id)))


def _refuse_duplicate(document: Document, kept: dict[str, Document], first_with: dict[str, str]) -> None:
    if document.document_id in kept:
        raise DocumentError("its id occurs more than once", "name a column whose values are unique as the id column")
    if document.content_hash in first_with:
        raise DocumentError(f"has the same content as {first_with[document.content_hash]}", "delete one of the two")


def sample_corpus_folder() -> Path:
    """The folder with the twelve Markdown documents of the sample corpus."""
    return Path(__file__).parents[2] / "sample_corpus"


def require_storable(text: str) -> str:
    """Return ``text`` when it holds neither NUL characters nor lone surrogates.

    Raises:
        DocumentError: it does; names the first place.
    """
    if (place := text.find("\0")) >= 0:
        raise DocumentError(f"a NUL character at character {place}", "remove it, or leave the document out")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DocumentError(f"a lone surrogate at character {error.start}", "write the text again as valid Unicode") from error
    return text


def storable_json(value: Any) -> Any:
    """``value`` with integers that JSON cannot carry exactly as strings; every string is checked by `require_storable`."""
    match value:
        case str():
            return require_storable(value)
        case int() if abs(value) > _LARGEST_EXACT_INTEGER:
            return str(value)
        case float() if value != value or value in (float("inf"), float("-inf")):
            raise DocumentError(f"the metadata holds the number {value}", "write it as a finite number or as text")
        case list():
            return [storable_json(item) for item in value]
        case dict():
            return {require_storable(key): storable_json(item) for key, item in value.items()}
    return value
