"""Minimal regeneration: which rows of an earlier testset stay, and what is to be written beside them.

Usable rows (see `freshness`) stay where they were. Open positions are those of the other rows, and those that are asked for in addition.
They go to the documents that are furthest from the rows they would have in a testset written from scratch (`rows_per_document`), first to
those that have none. A row that went stale is written again from its document if that has no other, or is at most one row better off than
any: lengths change with every edit, and an edit is to cost no row but those that it makes stale. Its question type stays, too, unless
another type is short of more.

A *new* document, which had no row, takes positions of rows that still hold from documents with more than they would have. Such a row
*gives way* once another one is written in its place, and stays otherwise. Without this a full testset would never ask about new documents.

Rows that people vouch for (see `human_override`) neither give way nor are left out, even where fewer rows are asked for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from itertools import count
from typing import NamedTuple

from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.generation.allocation import Slot, make_slots, rows_per_document
from golden_assets.domain.statistics.distributions import apportion
from golden_assets.domain.testsets.freshness import RowFreshness, classify_rows
from golden_assets.domain.testsets.human_override import is_vouched_for
from golden_assets.domain.testsets.testset import GenerationRequest, QuestionType, RejectedRow, Testset, TestsetRow

Wanted = Mapping[QuestionType, int]
Due = Mapping[str, int]
"""Document id to the rows that it would have in a testset written from scratch, documents in drawing order."""


class Plan(NamedTuple):
    """``kept``: position to row. ``slots``: the rows to be written, numbered by position. ``stale``: rows with a passage that says
    something else now. ``giving_way``: position to a usable row that stays unless the slot of this number is filled.
    """

    kept: dict[int, TestsetRow]
    slots: tuple[Slot, ...]
    stale: tuple[TestsetRow, ...] = ()
    giving_way: Mapping[int, TestsetRow] = {}


class Target(NamedTuple):
    """What the whole testset is to be: its request, the words of each document that questions can be asked about, and how many personas."""

    request: GenerationRequest
    weights: Mapping[str, float]
    personas: int


def can_continue(base: Testset, request: GenerationRequest, model: str) -> bool:
    """Whether rows of ``base`` may be part of an answer to ``request``.

    Another seed, other question types, another language or another model mean that other rows are wanted. A newer generator does not:
    rows that passed their gates are as good as before. Nor does another size.
    """
    same = base.request.model_copy(update={"size": request.size})
    return same == request and base.model == model


def basis_for(base: Testset, request: GenerationRequest, model: str) -> Testset | None:
    """What an answer to ``request`` starts from: the base; or, where its rows may not be part of the answer, no more than the rows that
    people vouch for, and what was rejected and is not to be asked again; None when there is neither.
    """
    if can_continue(base, request, model):
        return base
    vouched = tuple(row for row in base.rows if is_vouched_for(row, base))
    if not (vouched or base.rejected_ids):
        return None
    fields = {name: getattr(base, name) for name in Testset.model_fields}
    return Testset(**fields | {"rows": vouched, "failures": ()})


def still_barred(base: Testset | None, corpus: Corpus) -> tuple[RejectedRow, ...]:
    """The rejected rows of the base, each once, that cite passages as they stand now. One whose passage changed may be asked again."""
    known = {one.row.row_id: one for one in (*base.barred, *base.rejected)} if base else {}
    found = classify_rows([one.row for one in known.values()], corpus)
    return tuple(
        RejectedRow(row=item.row, findings=one.findings) for one, item in zip(known.values(), found, strict=True) if item.is_usable
    )


def plan_rows(base: Sequence[RowFreshness], target: Target, barren: Set[str] = frozenset(), vouched: Set[str] = frozenset()) -> Plan:
    """Which rows stay at which position, and which are to be written for the others.

    Args:
        base: the rows of the earlier testset in order, on the corpus as it is now.
        target: with at least one document.
        barren: documents that are known to yield nothing; no row gives way to them.
        vouched: ids of the rows, as they are cited now, that people vouch for.
    """
    size, seed = target.request.size, target.request.seed
    due = rows_per_document(size, target.weights, seed)
    wanted = apportion(size, target.request.question_types)
    usable = {position: item.row for position, item in enumerate(base) if item.is_usable}
    kept = _placed(_chosen(usable, wanted, due, size, vouched), size)
    former = {position: item.row for position, item in enumerate(base) if position not in kept}
    documents = _documents(kept, former, size, due)
    old = {home(item.row) for item in base}
    newcomers = [document_id for document_id in due if document_id not in old | barren]
    giving_way = _make_room(kept, documents, due, newcomers, vouched)
    types = _types(kept, former, list(documents), wanted)
    pairs = {position: (types[position], documents[position]) for position in documents}
    slots = make_slots(pairs, target.personas, seed, giving_way)
    return Plan(kept, slots, tuple(item.row for item in base if item.state == "stale"), giving_way)


def home(row: TestsetRow) -> str | None:
    """The document that a row was drawn from: that of its first passage."""
    return row.contexts[0].document_id if row.contexts else None


def _chosen(usable: Mapping[int, TestsetRow], wanted: Wanted, due: Due, size: int, vouched: Set[str]) -> dict[int, TestsetRow]:
    """All rows, or when fewer are asked for every vouched one, then those that leave documents least beyond their due, and types as they
    are wanted.
    """
    if len(usable) <= size:
        return dict(usable)
    of_document: Counter[str | None] = Counter()
    of_type: Counter[str] = Counter()
    ranks = {}
    for position, row in sorted(usable.items(), key=lambda item: item[1].row_id not in vouched):
        of_document[home(row)] += 1
        of_type[row.question_type] += 1
        beyond = of_document[home(row)] - due.get(home(row) or "", 1)
        is_surplus = of_type[row.question_type] > wanted.get(row.question_type, 0)  # type: ignore[call-overload]
        ranks[position] = (row.row_id not in vouched, max(0, beyond), is_surplus, position)
    stay = max(size, sum(row.row_id in vouched for row in usable.values()))
    return {position: usable[position] for position in sorted(sorted(ranks, key=lambda position: ranks[position])[:stay])}


def _placed(rows: Mapping[int, TestsetRow], size: int) -> dict[int, TestsetRow]:
    """At their positions; what stood beyond the size goes to the first vacant ones, and on behind them."""
    inside = {position: row for position, row in rows.items() if position < size}
    vacant = (position for position in count() if position not in inside)
    beyond = [row for position, row in rows.items() if position >= size]
    return inside | dict(zip(vacant, beyond, strict=False))


def _documents(kept: Mapping[int, TestsetRow], former: Mapping[int, TestsetRow], size: int, due: Due) -> dict[int, str]:
    """Position to document: that of the row that stood there, or the one in greatest need."""
    rows = Counter(home(row) for row in kept.values())

    def _need(document_id: str) -> tuple[bool, int]:
        """Whether it lacks its first row, and how many it lacks."""
        return rows[document_id] == 0 < due[document_id], due[document_id] - rows[document_id]

    documents: dict[int, str] = {}
    for position in (position for position in range(size) if position not in kept):
        chosen = neediest = max(due, key=_need)
        before = home(former[position]) if position in former else None
        if before is not None and before in due:
            lacks_first, lacks = _need(neediest)
            stays = rows[before] == 0 or not (lacks_first or lacks > _need(before)[1] + 1)
            chosen = before if stays else neediest
        documents[position] = chosen
        rows[chosen] += 1
    return documents


def _make_room(
    kept: dict[int, TestsetRow], documents: dict[int, str], due: Due, newcomers: Sequence[str], vouched: Set[str]
) -> dict[int, TestsetRow]:
    """Give new documents what they are due: each time the last row of the document with most beyond its own due that may go.

    That one keeps a row; and beyond the first row of a new document, a row on either side is let be. Changes the first two arguments, and
    returns what gives way, by position.
    """
    giving_way: dict[int, TestsetRow] = {}
    rows = Counter([*documents.values(), *(home(row) for row in kept.values())])
    for newcomer in newcomers:
        while (lacks := due[newcomer] - rows[newcomer]) > 0:
            free = [(position, home(row)) for position, row in sorted(kept.items()) if row.row_id not in vouched]
            last = {name: position for position, name in free if name is not None and rows[name] > 1}
            beyond = {name: rows[name] - due.get(name, 0) for name in last}
            fullest = max(beyond, key=lambda name: beyond[name], default=None)
            if fullest is None or beyond[fullest] < 1 or (rows[newcomer] and lacks + beyond[fullest] <= 2):
                break
            giving_way[last[fullest]] = kept.pop(last[fullest])
            documents[last[fullest]] = newcomer
            rows[fullest] -= 1
            rows[newcomer] += 1
    return giving_way


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
