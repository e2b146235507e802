"""The places of a stored testset's rows in documents that changed after it was stored.

A passage that merely moved leaves its row, and so the version, what it was; only its place is new. Places are kept apart from the rows,
per version and corpus, and the newest ones count when the version is read.
"""

from collections.abc import Sequence
from typing import Any, TypedDict

from golden_assets.domain.core.errors import IntegrityError
from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.testsets.testset import UNKNOWN, Context, Testset, TestsetRow


class Place(TypedDict):
    """Where a passage stands: ``document.text[start:end]``. What it says is the row's own."""

    document_id: str
    document_hash: str
    start: int
    end: int


Places = list[list[Place]]
"""Per row, in order, per context."""


def loose_context(text: str) -> Context:
    """A context of which nothing but the text is known: it stands for a document of its own."""
    digest = sha256_text(text.encode("utf-8", "replace").decode("utf-8"))
    return Context(text=text, document_id=UNKNOWN, document_hash=digest, chunk_hash=digest, start=0, end=len(text))


def places_of(rows: Sequence[TestsetRow]) -> Places:
    """Where each context of each row stands."""
    return [[_place(context) for context in row.contexts] for row in rows]


def stands_elsewhere(stored: Testset, found: Testset) -> bool:
    """Whether the same rows are in other documents, or elsewhere in them, than is on record."""
    return (stored.corpus_hash, places_of(stored.rows)) != (found.corpus_hash, places_of(found.rows))


def relocate(testset: Testset, corpus_hash: str, places: Sequence[Sequence[dict[str, Any]]]) -> Testset:
    """The testset with its rows at their places in another corpus.

    Raises:
        IntegrityError: there are not as many places as there are contexts.
    """
    if [len(row) for row in places] != [len(row.contexts) for row in testset.rows]:
        problem = f"the places on corpus {corpus_hash[:12]} do not fit testset {testset.testset_hash[:12]}"
        raise IntegrityError(problem, "restore the database from a backup")
    rows = tuple(_moved(row, wanted) for row, wanted in zip(testset.rows, places, strict=True))
    return testset.model_copy(update={"rows": rows, "corpus_hash": corpus_hash})


def _place(context: Context) -> Place:
    return Place(document_id=context.document_id, document_hash=context.document_hash, start=context.start, end=context.end)


def _moved(row: TestsetRow, places: Sequence[dict[str, Any]]) -> TestsetRow:
    if [dict(_place(context)) for context in row.contexts] == list(places):
        return row
    contexts = [context.model_copy(update=place) for context, place in zip(row.contexts, places, strict=True)]
    return row.model_copy(update={"contexts": tuple(contexts)})
