"""What happened to the documents between two readings of a source."""

from collections.abc import Iterable
from typing import Literal

from golden_assets.domain.core.records import Record
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.corpus.markdown_words import words_of

SHINGLE = 5
"""Words per shingle: long enough that unrelated texts share none, short enough that one edited word spoils only five."""

ChangeKind = Literal["added", "removed", "content", "metadata"]
Shingles = frozenset[tuple[str, ...]]


class DocumentChange(Record):
    """One document that is not what it was. ``similarity`` is the Jaccard index of its word shingles before and after, 0 to 1.

    A ``content`` change of similarity 1 changed nothing but blanks and marks (see `golden_assets.domain.corpus.markdown_words`), or repeats
    a passage.
    """

    document_id: str
    kind: ChangeKind
    similarity: float


class CorpusChange(Record):
    """Every changed document by id, and the share of the content that changed.

    ``share`` is the Jaccard distance of the word shingles before and after, 0 to 1, those of all documents pooled: text that merely moved,
    within its document or to a renamed one, does not count.
    """

    documents: tuple[DocumentChange, ...]
    share: float


def compare_corpora(old: Corpus, new: Corpus) -> CorpusChange:
    """What happened to each document, and to the content as a whole. Documents that did not change are not taken apart."""
    ids = sorted(old.by_id.keys() | new.by_id.keys())
    changes = [_compare(old.by_id.get(document_id), new.by_id.get(document_id)) for document_id in ids]
    return CorpusChange(documents=tuple(change for change in changes if change), share=_changed_share(old, new))


def similarity(first: str, second: str) -> float:
    """The Jaccard index of the word shingles of two texts, 0 to 1; 1 for two texts without words."""
    return _jaccard(shingles(first), shingles(second))


def shingles(text: str) -> Shingles:
    """Every run of `SHINGLE` words; a shorter text is one shingle, one without words none."""
    words = [word.text for word in words_of(text)]
    runs = max(1, len(words) - SHINGLE + 1) if words else 0
    return frozenset(tuple(words[at : at + SHINGLE]) for at in range(runs))


def _compare(old: Document | None, new: Document | None) -> DocumentChange | None:
    """None when nothing changed."""
    if old is None or new is None:
        present = old or new
        return DocumentChange(document_id=present.document_id, kind="removed" if old else "added", similarity=0.0) if present else None
    if old.content_hash != new.content_hash:
        return DocumentChange(document_id=new.document_id, kind="content", similarity=round(similarity(old.text, new.text), 6))
    if old.metadata_hash != new.metadata_hash:
        return DocumentChange(document_id=new.document_id, kind="metadata", similarity=1.0)
    return None


def _changed_share(old: Corpus, new: Corpus) -> float:
    """Documents that did not change have about as many shingles as words, all of them on both sides; they are not taken apart."""
    same = {_key(document) for document in old.documents} & {_key(document) for document in new.documents}
    before = _pooled(document for document in old.documents if _key(document) not in same)
    after = _pooled(document for document in new.documents if _key(document) not in same)
    unchanged = sum(document.word_count for document in new.documents if _key(document) in same)
    everything = unchanged + len(before | after)
    return round(len(before ^ after) / everything, 6) if everything else 0.0


def _key(document: Document) -> tuple[str, str]:
    return document.document_id, document.content_hash


def _pooled(documents: Iterable[Document]) -> Shingles:
    return frozenset().union(*(shingles(document.text) for document in documents))


def _jaccard(first: Shingles, second: Shingles) -> float:
    union = len(first | second)
    return len(first & second) / union if union else 1.0
