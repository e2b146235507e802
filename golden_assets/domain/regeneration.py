"""Minimal regeneration: which rows of an earlier testset stay, and what is to be written beside them.

Usable rows (see `freshness`) stay where they were. Open positions are those of the other rows, and those that are asked for in addition.
They are dealt out so that the whole comes as near to what was asked as it can: a row that went stale is written anew from its document, in
its question type, unless another document has fewer rows or another type is short of more.

As long as some document has two rows more than a new one, one of its rows is *retired*, though it still holds, and its position goes to
the new document. Without this a full testset would never ask about new documents.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from golden_assets.domain.allocation import Slot, document_order, make_slots
from golden_assets.domain.documents import Corpus
from golden_assets.domain.freshness import RowFreshness, classify_rows
from golden_assets.domain.statistics import apportion
from golden_assets.domain.testsets import GenerationRequest, QuestionType, RejectedRow, Testset, TestsetRow

Wanted = Mapping[QuestionType, int]


class Plan(NamedTuple):
    """``kept``: position to row. ``slots``: the rows to be written, numbered by position. ``retired``: usable rows that make room."""

    kept: dict[int, TestsetRow]
    slots: tuple[Slot, ...]
    retired: tuple[TestsetRow, ...]


class Target(NamedTuple):
    """What the whole testset is to be: its request, the words of each document that questions can be asked about, and how many personas."""

    request: GenerationRequest
    weights: Mapping[str, float]
    personas: int


def can_continue(base: Testset, request: GenerationRequest, model: str) -> bool:
    """Whether rows of ``base`` may stand in an answer to ``request``.

    Another seed, other question types, another language or another model mean that other rows are wanted. A newer generator does not:
    rows that passed their gates are as good as before. Nor does another size.
    """
    same = base.request.model_copy(update={"size": request.size})
    return same == request and base.model == model


def basis_for(base: Testset, request: GenerationRequest, model: str) -> Testset | None:
    """What an answer to ``request`` goes on from: the base; or, where its rows may not stand in the answer, no more than what was rejected
    of it and is not to be asked again; None when there is neither.
    """
    if can_continue(base, request, model):
        return base
    if not base.rejected_ids:
        return None
    fields = {name: getattr(base, name) for name in Testset.model_fields}
    return Testset(**fields | {"rows": ()})


def still_barred(base: Testset | None, corpus: Corpus) -> tuple[RejectedRow, ...]:
    """The rejected rows of the base, each once, that cite passages as they stand now. One whose passage changed may be asked again."""
    known = {one.row.row_id: one for one in (*base.barred, *base.rejected)} if base else {}
    found = classify_rows([one.row for one in known.values()], corpus)
    return tuple(
        RejectedRow(row=item.row, findings=one.findings) for one, item in zip(known.values(), found, strict=True) if item.is_usable
    )


def plan_rows(base: Sequence[RowFreshness], target: Target, barren: Set[str] = frozenset()) -> Plan:
    """Which rows stay at which position, and which are to be written for the others.

    Args:
        base: the rows of the earlier testset in order, on the corpus as it is now.
        target: with at least one document.
        barren: documents that are known to yield nothing; no row is retired for them.
    """
    order = document_order(target.weights, target.request.seed)
    wanted = apportion(target.request.size, target.request.question_types)
    usable = {position: item.row for position, item in enumerate(base) if item.is_usable}
    kept = _placed(_chosen(usable, wanted, target.request.size), target.request.size)
    former = {position: item.row for position, item in enumerate(base) if position not in kept}
    documents = _documents(kept, former, target.request.size, order)
    _make_room(kept, documents, [document_id for document_id in order if document_id not in {*_homes(base), *barren}])
    types = _types(kept, former, list(documents), wanted)
    slots = make_slots({position: (types[position], documents[position]) for position in documents}, target.personas, target.request.seed)
    stays = {row.row_id for row in kept.values()}
    return Plan(kept, slots, tuple(row for row in usable.values() if row.row_id not in stays))


def home(row: TestsetRow) -> str | None:
    """The document that a row was drawn from: that of its first passage."""
    return row.contexts[0].document_id if row.contexts else None


def _homes(base: Iterable[RowFreshness]) -> set[str | None]:
    return {home(item.row) for item in base}


def _chosen(usable: Mapping[int, TestsetRow], wanted: Wanted, size: int) -> dict[int, TestsetRow]:
    """All rows, or when fewer are asked for those that leave documents and types even: the first of each, then the second of each."""
    if len(usable) <= size:
        return dict(usable)
    of_document: Counter[str | None] = Counter()
    of_type: Counter[str] = Counter()
    ranks = {}
    for position, row in usable.items():
        ranks[position] = (of_document[home(row)], of_type[row.question_type] >= wanted.get(row.question_type, 0), position)  # type: ignore[call-overload]
        of_document[home(row)] += 1
        of_type[row.question_type] += 1
    return {position: usable[position] for position in sorted(sorted(ranks, key=lambda position: ranks[position])[:size])}


def _placed(rows: Mapping[int, TestsetRow], size: int) -> dict[int, TestsetRow]:
    """At their positions; what stood beyond the size goes to the first vacant ones."""
    inside = {position: row for position, row in rows.items() if position < size}
    vacant = (position for position in range(size) if position not in inside)
    beyond = [row for position, row in rows.items() if position >= size]
    return inside | dict(zip(vacant, beyond, strict=False))


def _documents(kept: Mapping[int, TestsetRow], former: Mapping[int, TestsetRow], size: int, order: Sequence[str]) -> dict[int, str]:
    """Position to document: that of the row that stood there, unless one has fewer rows; then the first of those with the fewest."""
    rows = _rows_per_document(kept, order)
    documents = {}
    for position in (position for position in range(size) if position not in kept):
        fewest = min(rows, key=lambda document_id: rows[document_id])
        before = home(former[position]) if position in former else None
        chosen = before if before in rows and rows[before] == rows[fewest] else fewest
        documents[position] = chosen
        rows[chosen] += 1
    return documents


def _make_room(kept: dict[int, TestsetRow], documents: dict[int, str], newcomers: Sequence[str]) -> None:
    """Take the last row of the document with most rows for a new one, until none has two more; changes both arguments."""
    rows = Counter([*documents.values(), *(home(row) for row in kept.values())])
    for newcomer in newcomers:
        while True:
            crowded = {home(row): position for position, row in sorted(kept.items()) if home(row) is not None}
            fullest = max(crowded, key=lambda document_id: rows[document_id], default=None)
            if fullest is None or rows[fullest] < rows[newcomer] + 2:
                break
            position = crowded[fullest]
            del kept[position]
            documents[position] = newcomer
            rows[fullest] -= 1
            rows[newcomer] += 1


def _types(
    kept: Mapping[int, TestsetRow], former: Mapping[int, TestsetRow], open_positions: Sequence[int], wanted: Wanted
) -> dict[int, QuestionType]:
    """Position to question type: what the whole is short of most; a position keeps its former type when that is among it."""
    counts = Counter(row.question_type for row in kept.values())
    dealt: Counter[QuestionType] = Counter()
    for _ in open_positions:
        dealt[max(wanted, key=lambda name: wanted[name] - counts[name] - dealt[name])] += 1
    types: dict[int, QuestionType] = {}
    for position in open_positions:
        name = next((name for name in wanted if position in former and former[position].question_type == name), None)
        if name is not None and dealt[name] > 0:
            types[position] = name
            dealt[name] -= 1
    rest = list(dealt.elements())
    return types | dict(zip((position for position in open_positions if position not in types), rest, strict=True))


def _rows_per_document(kept: Mapping[int, TestsetRow], order: Sequence[str]) -> dict[str, int]:
    counts = Counter(home(row) for row in kept.values())
    return {document_id: counts[document_id] for document_id in order}
