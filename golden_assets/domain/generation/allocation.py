"""Who gets which row: the asked size split over question types, documents and personas, from the seed alone.

Every choice is an order by hash, not a draw from a generator: it is the same on every platform, and a document more or less in the
corpus leaves the order of the others as it was.

Rows go to documents by highest averages and not by largest remainders, as they go to types. With remainders a document that grows can
cost another one a row and give it to a third; with averages no other gains by it. Balinski and Young (1982) showed that no rule has this
and keeps within one row of every quota. Documents change with every run, types do not.
"""

import math
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import chain, zip_longest
from typing import NamedTuple

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.statistics.distributions import apportion
from golden_assets.domain.testsets.testset import QuestionType

LARGEST_SHARE = 3
"""Times the even share that a document gets at most, however long: three rows of ten where there are ten documents. A book among leaflets
does not justify testing the leaflets hardly at all, and rows of one document are alike, so that each further one says less."""


class Slot(NamedTuple):
    """One row to be written.

    ``share`` says that this is number ``share[0]`` of the ``share[1]`` rows of its question type that its document is to yield.
    ``only_here``: the row is written of this document or not at all, for an earlier one stays in its place otherwise.
    """

    number: int
    question_type: QuestionType
    document_id: str
    persona: int
    seed: int
    share: tuple[int, int]
    only_here: bool = False


def derive_seed(*parts: int | str) -> int:
    """A 32-bit seed that depends on all parts and their order."""
    return int(sha256_json([str(part) for part in parts])[:8], 16)


def weighted_order(weights: Mapping[str, float], seed: int) -> list[str]:
    """All keys, those of greater weight likely to come first: weighted sampling without replacement.

    The key of an item is ``-log(u) / weight``, ``u`` uniform (Efraimidis and Spirakis, 2006), here taken from a hash of seed and key.
    """

    def _rank(key: str) -> float:
        uniform = (int(sha256_json([str(seed), key])[:13], 16) + 0.5) / 16**13
        return -math.log(uniform) / max(weights[key], 1e-9)

    return sorted(weights, key=_rank)


def document_order(weights: Mapping[str, float], seed: int) -> list[str]:
    """All documents in the order in which they are drawn.

    The first, middle and last third of the corpus (by id) take turns, so that any number of documents from the front of the order
    comes from the thirds within one of each other; within a third, longer documents are likely to come first.

    Args:
        weights: document id to length in words.
        seed: of the request.
    """
    ids = sorted(weights)
    borders = [len(ids) * third // 3 for third in range(4)]
    thirds = [weighted_order({i: weights[i] for i in ids[borders[t] : borders[t + 1]]}, seed) for t in range(3)]
    first = derive_seed(seed, "first third") % 3
    turns = zip_longest(*thirds[first:], *thirds[:first])
    return [document_id for document_id in chain.from_iterable(turns) if document_id is not None]


def rows_per_document(size: int, weights: Mapping[str, float], seed: int) -> dict[str, int]:
    """How many of ``size`` rows each document is to have, documents in `document_order`.

    Each has its first row before any has a second; where rows are fewer than documents, those that are first in the order have one. All
    further rows go to whichever document has most words for ``2 * rows + 1`` (highest averages, Sainte-Laguë 1910, which favours neither
    long nor short ones), among equals to the first in the order, as long as it has less than `LARGEST_SHARE` times the even share.
    So a longer document never has fewer rows; and a document whose length changes costs or gives the others, together, just as many rows
    as it gains or loses.

    Args:
        size: rows to be written, at least 0.
        weights: document id to length in words; at least one.
        seed: of the request.
    """
    order = document_order(weights, seed)
    rows = {document_id: int(turn < size) for turn, document_id in enumerate(order)}
    cap = LARGEST_SHARE * size // len(order)
    claims = [(-weights[document_id] / 3, turn, document_id) for turn, document_id in enumerate(order)]
    heapify(claims)
    for _ in range(size - len(order)):
        _, turn, document_id = heappop(claims)
        rows[document_id] += 1
        if rows[document_id] < cap:
            heappush(claims, (-weights[document_id] / (2 * rows[document_id] + 1), turn, document_id))
    return rows


def allocate(size: int, shares: Mapping[QuestionType, float], weights: Mapping[str, float], personas: int, seed: int) -> tuple[Slot, ...]:
    """Split ``size`` rows over question types (`apportion`), documents (`rows_per_document`) and personas (in turn).

    The first slots are the documents' first rows, then come the second rows of those that have two, and so on.

    Args:
        size: rows to be written, at least 0.
        shares: question type to share; see `apportion`.
        weights: document id to length in words; at least one.
        personas: how many there are, at least 1.
        seed: of the request.
    """
    rows = rows_per_document(size, weights, seed)
    turns = zip_longest(*([document_id] * count for document_id, count in rows.items()))
    documents = [document_id for document_id in chain.from_iterable(turns) if document_id is not None]
    return make_slots(dict(enumerate(zip(_deal(apportion(size, shares), seed), documents, strict=True))), personas, seed)


def make_slots(pairs: Mapping[int, tuple[QuestionType, str]], personas: int, seed: int, only_here: Container[int] = ()) -> tuple[Slot, ...]:
    """Slots under these numbers, in order, each of a question type and a document; persona and seed follow from the number.

    ``only_here``: the numbers of those that no other document may fill.
    """
    totals = Counter(pairs.values())
    seen: Counter[tuple[QuestionType, str]] = Counter()
    slots = []
    for number, pair in sorted(pairs.items()):
        slots.append(
            Slot(number, *pair, number % personas, derive_seed(seed, "slot", number), (seen[pair], totals[pair]), number in only_here)
        )
        seen[pair] += 1
    return tuple(slots)


def _deal(counts: Mapping[QuestionType, int], seed: int) -> Sequence[QuestionType]:
    """The question types, each as often as counted, in an order by hash."""
    cards = [(name, number) for name, count in counts.items() for number in range(count)]
    return [name for name, _ in sorted(cards, key=lambda card: sha256_json([str(seed), *map(str, card)]))]
