"""Whether rows still hold on a corpus that has changed since they were written: row by row, without a model.

- *fresh*: each cited passage stands unchanged where it stood;
- *moved*: each stands unchanged, at least one at another place or in another document (a renamed one); content untouched, spans updated;
- *reformatted*: each still says the same, but at least one is set differently (blanks, line breaks, marks: see `markdown_words`). Question,
  answer and everything else stay; the passage is cited again as it is now, for a context must be in its document character for character.
  That is content, so the row gets another id: between two versions it shows as changed, not as removed and added;
- *stale*: a cited passage says something else now, or is gone from its document;
- *orphaned*: the document of a cited passage is gone, and the passage stands nowhere else.

A row is what the worst of its passages is; one that cites nothing is fresh, for no document can contradict it. A passage is sought in its
own document first, nearest to its old place, then in a document with the old one's content, then in all others by id.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple, get_args

from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.core.records import Record
from golden_assets.domain.corpus.documents import Corpus, Document, normalise
from golden_assets.domain.corpus.markdown_words import Prose, find_all, stands_alone, telling_words
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import UNKNOWN, Context, TestsetRow

Freshness = Literal["fresh", "moved", "reformatted", "stale", "orphaned"]
STATES: tuple[Freshness, ...] = get_args(Freshness)
"""From best to worst."""
USABLE: frozenset[Freshness] = frozenset({"fresh", "moved", "reformatted"})
"""Rows in these states are carried over; the others are written again."""


class RowFreshness(Record):
    """One row on a corpus. ``row`` cites the passages as they stand there if the row is usable, else it is as it was.

    ``fault`` says which passage made it stale or orphaned, and is empty for usable rows. ``rejections`` is what critics have against it.
    """

    state: Freshness
    row: TestsetRow
    fault: str = ""
    rejections: tuple[Finding, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether the row may go on as it is."""
        return self.state in USABLE and not self.rejections


class FreshnessMeasures(Record):
    """Rows per state, every state present; ``faults`` names each stale or orphaned row with its reason."""

    counts: dict[Freshness, int]
    faults: tuple[str, ...]

    @property
    def outdated(self) -> int:
        """Rows that no longer hold."""
        return self.counts["stale"] + self.counts["orphaned"]


class _Citation(NamedTuple):
    state: Freshness
    context: Context


def classify_rows(rows: Sequence[TestsetRow], corpus: Corpus) -> tuple[RowFreshness, ...]:
    """Each row, in order, compared with the corpus as it is now."""
    seek = _Seeker(corpus)
    return tuple(_classify(row, [_cite_for(row, context, seek) for context in row.contexts]) for row in rows)


def find_passage(text: str, corpus: Corpus) -> Context | None:
    """The first document, by id, that holds a passage on its own, character for character; None when none does."""
    for document in sorted(corpus.documents, key=lambda document: document.document_id) if text.strip() else ():
        places = (at for at in find_all(document.text, text) if stands_alone(document.text, at, at + len(text)))
        start = next(places, None)
        if start is not None:
            return Context(
                text=text,
                document_id=document.document_id,
                document_hash=document.content_hash,
                chunk_hash=sha256_text(normalise(text)),
                start=start,
                end=start + len(text),
            )
    return None


def measure_freshness(found: Iterable[RowFreshness]) -> FreshnessMeasures:
    """Count rows by state."""
    found = list(found)
    counts = Counter(item.state for item in found)
    return FreshnessMeasures(
        counts={state: counts[state] for state in STATES},
        faults=tuple(f"{item.row.row_id}: {item.fault}" for item in found if not item.is_usable),
    )


def _cite_for(row: TestsetRow, context: Context, seek: Callable[[Context], _Citation]) -> _Citation:
    """The citation; a passage that a person cited and that never stood in a document cannot have gone from one."""
    return _Citation("fresh", context) if row.is_human and context.document_id == UNKNOWN else seek(context)


def _classify(row: TestsetRow, citations: Sequence[_Citation]) -> RowFreshness:
    worst = max(citations, key=lambda citation: STATES.index(citation.state), default=None)
    if worst is None:
        return RowFreshness(state="fresh", row=row)
    if worst.state in USABLE:
        contexts = tuple(citation.context for citation in citations)
        return RowFreshness(state=worst.state, row=row.model_copy(update={"contexts": contexts}))
    number = 1 + list(citations).index(worst)
    what = "has changed" if worst.state == "stale" else "is gone with its document"
    return RowFreshness(state=worst.state, row=row, fault=f"{worst.state}, for context {number} of {worst.context.document_id} {what}")


class _Seeker:
    """Finds passages in a corpus; texts are taken apart only when a passage is not found as it was."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._prose = cache(lambda document_id: Prose(corpus.by_id[document_id].text))

    def __call__(self, context: Context) -> _Citation:
        """The citation as it reads on this corpus."""
        home = self._corpus.by_id.get(context.document_id)
        if home is not None and _is_where_it_was(context, home):
            return _Citation("fresh", _cite(context, home, context.start, context.end))
        found = (self._verbatim(context) or self._reset(context)) if context.text.strip() else None
        return found or _Citation("orphaned" if home is None else "stale", context)

    def _verbatim(self, context: Context) -> _Citation | None:
        """The passage, character for character."""
        for document in self._candidates(context):
            span = _find_verbatim(document.text, context)
            if span:
                is_same_place = (document.document_id, *span) == (context.document_id, context.start, context.end)
                return _Citation("fresh" if is_same_place else "moved", _cite(context, document, *span))
        return None

    def _reset(self, context: Context) -> _Citation | None:
        """A passage that says the same; other documents are taken apart only if they hold all of its words."""
        words = telling_words(context.text)
        for document in self._candidates(context):
            if document.document_id == context.document_id or all(word in document.text for word in words):
                span = self._prose(document.document_id).find(context.text, context.start)
                if span:
                    return _Citation("reformatted", _cite(context, document, *span))
        return None

    def _candidates(self, context: Context) -> Iterator[Document]:
        """The passage's own document, one with its document's content, and all others."""
        home = self._corpus.by_id.get(context.document_id)
        if home is not None:
            yield home
        others = (document for document in self._corpus.documents if document is not home)
        yield from sorted(others, key=lambda document: (document.content_hash != context.document_hash, document.document_id))


def _is_where_it_was(context: Context, document: Document) -> bool:
    """Whether the document is the very one that was cited. However the passage was cut out of it then, nothing has changed."""
    unchanged = document.content_hash == context.document_hash
    return unchanged and context.end <= len(document.text) and document.text[context.start : context.end] == context.text


def _find_verbatim(text: str, context: Context) -> tuple[int, int] | None:
    """Where the passage stands on its own, character for character, nearest to its old place."""
    length = len(context.text)
    places = [at for at in find_all(text, context.text) if stands_alone(text, at, at + length)]
    return min(((at, at + length) for at in places), key=lambda span: abs(span[0] - context.start), default=None)


def _cite(context: Context, document: Document, start: int, end: int) -> Context:
    """The context at this span; its text and chunk hash are new only where the document spells it differently."""
    text = document.text[start:end]
    return Context(
        text=text,
        document_id=document.document_id,
        document_hash=document.content_hash,
        chunk_hash=context.chunk_hash if text == context.text else sha256_text(normalise(text)),
        start=start,
        end=end,
    )
