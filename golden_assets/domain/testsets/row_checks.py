"""What can be wrong with a row, found without a model: fields missing, a citation that is not there, hops without content."""

from collections.abc import Sequence

from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import UNSPACED, count_words, fold
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.testsets.testset import UNKNOWN, Context, TestsetRow

MIN_QUESTION_WORDS = 3
"""The shortest question that says what it is about: "Who founded Zeta?"."""
MIN_UNSPACED_QUESTION_WORDS = 2
"""The same in scripts without blanks, where a question word is part of the sentence: four characters of Chinese."""

MAX_QUESTION_CHARACTERS = 5_000
MAX_REFERENCE_CHARACTERS = 20_000
"""More is a whole document, or a model that repeated itself without end; each evaluation would pay for it again."""

_CLOSING = frozenset(".!?…:;。！？।")
_AFTER_CLOSING = "\"'”’»)]}*_`」』）"


class RowMeasures(Record):
    """Rows with a fault, each fault as ``row id: what``; unfinished references are counted, for a table cell honestly has no full stop.

    ``indistinct_hops`` of the ``false_hops`` cite fewer than two different passages; a critic, which can err, rejects the others.
    """

    incomplete: int
    faults: tuple[str, ...]
    unfinished_references: int
    multi_hop: int
    false_hops: tuple[str, ...]
    indistinct_hops: int


class GroundingMeasures(Record):
    """Cited contexts, and those that do not stand verbatim where they claim to, as ``row id: context n of document``."""

    contexts: int
    astray: tuple[str, ...]


def row_faults(row: TestsetRow) -> tuple[str, ...]:
    """Everything that makes a row incomplete, each as a clause; empty for a complete row."""
    checks = (
        *_question_faults(row.user_input),
        ("the reference answer is empty", not row.reference.strip()),
        (
            f"the reference answer has {len(row.reference):,} characters, more than {MAX_REFERENCE_CHARACTERS:,}",
            len(row.reference) > MAX_REFERENCE_CHARACTERS,
        ),
        ("the reference answer repeats the question", fold(row.reference) == fold(row.user_input) != ""),
        ("no context is cited", not row.contexts and not row.is_human),
        ("a cited context is empty", any(not context.text.strip() for context in row.contexts)),
    )
    return tuple(fault for fault, found in checks if found)


def _question_faults(question: str) -> tuple[tuple[str, bool], ...]:
    words = count_words(fold(question))
    least = MIN_UNSPACED_QUESTION_WORDS if UNSPACED.search(question) else MIN_QUESTION_WORDS
    return (
        ("the question is empty", not question.strip()),
        ("the question has no word", bool(question.strip()) and not any(character.isalpha() for character in question)),
        (
            f"the question has {len(question):,} characters, more than {MAX_QUESTION_CHARACTERS:,}",
            len(question) > MAX_QUESTION_CHARACTERS,
        ),
        (f"the question has fewer than {least} words", 0 < words < least),
    )


def reference_is_finished(row: TestsetRow) -> bool:
    """Whether the reference ends like a sentence, with closing punctuation; a table cell or a code line honestly does not."""
    return row.reference.rstrip().rstrip(_AFTER_CLOSING)[-1:] in _CLOSING


def context_is_verbatim(context: Context, corpus: Corpus) -> bool:
    """Whether the context is not empty and is in its document, character for character, exactly at its span."""
    document = corpus.by_id.get(context.document_id)
    length = context.end - context.start
    return document is not None and 0 < length == len(context.text) and document.text[context.start : context.end] == context.text


def is_multi_hop(row: TestsetRow) -> bool:
    """Whether the row is sold as multi-hop: its type says so."""
    return row.question_type.startswith("multi_hop")


def hops_are_distinct(row: TestsetRow) -> bool:
    """Whether the row cites at least two chunks that differ, in their hash and in the words cited."""
    return min(len({context.chunk_hash for context in row.contexts}), len({fold(context.text) for context in row.contexts})) >= 2


def measure_rows(rows: Sequence[TestsetRow]) -> RowMeasures:
    """What each row shows by itself."""
    faults = {position: found for position, row in enumerate(rows) if (found := row_faults(row))}
    multi_hop = [row for row in rows if is_multi_hop(row)]
    indistinct = [row for row in multi_hop if not hops_are_distinct(row)]
    return RowMeasures(
        incomplete=len(faults),
        faults=tuple(f"{rows[position].row_id}: {', '.join(found)}" for position, found in faults.items()),
        unfinished_references=sum(not reference_is_finished(row) for row in rows),
        multi_hop=len(multi_hop),
        false_hops=tuple(f"{row.row_id}: {row.user_input}" for row in indistinct),
        indistinct_hops=len(indistinct),
    )


def measure_grounding(rows: Sequence[TestsetRow], corpus: Corpus) -> GroundingMeasures:
    """Each cited context against the text of its document, see `context_is_verbatim`; those of human rows that name none are left out."""
    everything = [(row, number, context) for row in rows for number, context in enumerate(row.contexts, start=1)]
    cited = [(row, number, context) for row, number, context in everything if not (row.is_human and context.document_id == UNKNOWN)]
    return GroundingMeasures(
        contexts=len(cited),
        astray=tuple(f"{r.row_id}: context {n} of {c.document_id}" for r, n, c in cited if not context_is_verbatim(c, corpus)),
    )
