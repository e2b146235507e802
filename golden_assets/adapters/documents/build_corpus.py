"""From what a source yielded to a `Corpus`: ordered by id, every id and every content once."""

from collections.abc import Iterable

from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.corpus.documents import Corpus, Document, SkippedDocument


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
