"""Who gets which row: the asked size split over question types, documents and personas, from the seed alone.

Every choice is an order by hash, not a draw from a generator: it is the same on every platform, and a document more or less in the
corpus leaves the order of the others as it was.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple

from golden_assets.domain.hashing import sha256_json
from golden_assets.domain.statistics import apportion
from golden_assets.domain.testsets import QuestionType


class Slot(NamedTuple):
    """One row to be written.

    ``share`` says that this is number ``share[0]`` of the ``share[1]`` rows of its question type that its document is to yield.
    """

    number: int
    question_type: QuestionType
    document_id: str
    persona: int
    seed: int
    share: tuple[int, int]


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


def allocate(size: int, shares: Mapping[QuestionType, float], weights: Mapping[str, float], personas: int, seed: int) -> tuple[Slot, ...]:
    """Split ``size`` rows over question types, documents and personas.

    Documents take turns in `document_order`: none gets a second row before each has its first, so the numbers differ by at most one,
    and the longer documents are likely to be those with one more. Personas take turns too.

    Args:
        size: rows to be written, at least 0.
        shares: question type to share; see `apportion`.
        weights: document id to length in words; at least one.
        personas: how many there are, at least 1.
        seed: of the request.
    """
    order = document_order(weights, seed)
    types = _deal(apportion(size, shares), seed)
    pairs = [(question_type, order[index % len(order)]) for index, question_type in enumerate(types)]
    return make_slots(dict(enumerate(pairs)), personas, seed)


def make_slots(pairs: Mapping[int, tuple[QuestionType, str]], personas: int, seed: int) -> tuple[Slot, ...]:
    """Slots under these numbers, in order, each of a question type and a document; persona and seed follow from the number."""
    totals = Counter(pairs.values())
    seen: Counter[tuple[QuestionType, str]] = Counter()
    slots = []
    for number, pair in sorted(pairs.items()):
        slots.append(Slot(number, *pair, number % personas, derive_seed(seed, "slot", number), (seen[pair], totals[pair])))
        seen[pair] += 1
    return tuple(slots)


def _deal(counts: Mapping[QuestionType, int], seed: int) -> Sequence[QuestionType]:
    """The question types, each as often as counted, in an order by hash."""
    cards = [(name, number) for name, count in counts.items() for number in range(count)]
    return [name for name, _ in sorted(cards, key=lambda card: sha256_json([str(seed), *map(str, card)]))]
