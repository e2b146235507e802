"""Which candidates a slot is offered, in what order, and how many of them it may try."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from golden_assets.adapters.ragas.filtering.accepted_rows import AcceptedRows
from golden_assets.adapters.ragas.planning.row_sources import RELATIONS, Relation
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.generation.allocation import Slot
from golden_assets.domain.testsets.testset import QuestionType

MAX_RANK = 10
"""Prospects of one chunk that are tried: RAGAS asks for ten entities."""
AT_A_TIME = 2
"""Prospects of one chunk that are tried before those of the next: the second costs no extraction, and need not wait for one."""
NEAR_TRIES: Mapping[Relation, int] = {"alone": 24, "overlap": 6, "resemblance": 6}
"""Candidates that a slot tries of its own, or of what is left of its document. Fewer where each new chunk may cost several extractions."""
FAR_TRIES: Mapping[Relation, int] = {"alone": 60, "overlap": 18, "resemblance": 18}
"""Candidates that it tries of what is left of all documents."""
MAX_ERRORS = 5
"""Failed model calls and rejected rows after which a slot does not try the rest of what it is offered."""

Key = tuple[str, ...]


class Candidate(NamedTuple):
    """The row source number ``rank`` of a chunk, which need not exist."""

    chunk: Chunk
    rank: int


class _RankRange(NamedTuple):
    """`AT_A_TIME` row sources of a chunk, the first of them number ``first``."""

    chunk: Chunk
    first: int


class RowKind(NamedTuple):
    """What kind of row is tried."""

    question_type: QuestionType
    relation: Relation

    def key(self, candidate: Candidate) -> Key:
        """Names a candidate in `CandidateSchedule.spend`."""
        return (*self, candidate.chunk.chunk_hash, str(candidate.rank))

    def barren_key(self, chunk: Chunk) -> Key:
        """Names a chunk without row sources in `CandidateSchedule.spend`."""
        return (*self, chunk.chunk_hash)


class CandidateBatch(NamedTuple):
    """Candidates for one kind. ``own``: only pairs that no other slot starts with. ``afresh``: errors made before do not count."""

    kind: RowKind
    candidates: Iterable[Candidate]
    tries: int
    own: bool = False
    afresh: bool = False


class SlotAttempts:
    """What one slot has tried, and whether it may go on."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()
        self.errors = 0
        self._left = 0
        self._in_vain: set[Key] = set()

    @property
    def is_over(self) -> bool:
        """Whether the granted tries are used up, or too many model calls failed."""
        return self._left <= 0 or self.errors >= MAX_ERRORS

    def begin(self, batch: CandidateBatch) -> None:
        """Allow the tries of the batch."""
        self._left = batch.tries
        self.errors = 0 if batch.afresh else self.errors

    def spend(self, key: Key) -> None:
        """A candidate was tried."""
        self._left -= 1
        self.keys.add(key)

    def pass_over(self, key: Key, *, is_barren: bool, failed: bool) -> None:
        """A chunk has no row source for this slot; the first time this counts as a try, for it was looked at."""
        if key not in self._in_vain:
            self._in_vain.add(key)
            self._left -= 1
            self.errors += failed
            self.keys |= {key} if is_barren else set()


class CandidateSchedule:
    """The ways through the chunks.

    Args:
        chunks: document id to its chunks, documents in drawing order.
        slots: to be filled, in the order of their numbers, which may have gaps.
        accepted: the rows so far. What is left over is taken from it when it is asked for, and must not change while it is walked.
    """

    def __init__(self, chunks: Mapping[str, Sequence[Chunk]], slots: Sequence[Slot], accepted: AcceptedRows) -> None:
        drawn = {slot.document_id for slot in slots}
        self._chunks = chunks
        self._accepted = accepted
        self._spares = sorted((document_id for document_id in chunks if document_id not in drawn), key=accepted.rows_of)
        self._turns = {slot.number: turn for turn, slot in enumerate(slots)}
        self._types = list(dict.fromkeys(slot.question_type for slot in slots))
        self._spent: set[Key] = set()

    def spend(self, keys: Iterable[Key]) -> None:
        """These were tried; no slot need try them again."""
        self._spent.update(keys)

    def own(self, slot: Slot) -> list[CandidateBatch]:
        """Candidates of every n-th chunk of the slot's document, n slots sharing it; then, unless it is to be of this document only, of
        spare documents that are this slot's alone.
        """
        kind = RowKind(slot.question_type, RELATIONS[slot.question_type][0])
        return [CandidateBatch(kind, _candidates(self._own(slot)), NEAR_TRIES[kind.relation], own=True)]

    def left_at_home(self, slot: Slot, open_slots: Sequence[Slot], *, other_types: bool) -> list[CandidateBatch]:
        """What was not tried of the slot's document, dealt out among the open slots of this document."""
        sharers = [one.number for one in open_slots if one.document_id == slot.document_id]
        share = sharers.index(slot.number), len(sharers)
        kinds = self._kinds(slot, other_types=other_types)
        return [
            CandidateBatch(kind, self._left(kind, self._of_document(slot.document_id), share), NEAR_TRIES[kind.relation]) for kind in kinds
        ]

    def left_anywhere(self, slot: Slot, open_slots: Sequence[Slot], *, other_types: bool) -> list[CandidateBatch]:
        """What was not tried of all documents in turn, those with the fewest rows first, dealt out among the open slots; nothing for a
        slot that is of its document only.
        """
        if slot.only_here:
            return []
        order = sorted(self._chunks, key=self._accepted.rows_of)
        sharers = [one for one in open_slots if not one.only_here]
        share = sharers.index(slot), len(sharers)
        kinds = self._kinds(slot, other_types=other_types)
        return [
            CandidateBatch(kind, self._left(kind, self._in_turn(order), share), FAR_TRIES[kind.relation], afresh=True) for kind in kinds
        ]

    def _own(self, slot: Slot) -> Iterator[_RankRange]:
        number, sharers = slot.share
        yield from islice(self._of_document(slot.document_id), number, None, sharers)
        spares = [] if slot.only_here else self._spares
        for document_id in spares[self._turns[slot.number] :: len(self._turns)]:
            yield from self._of_document(document_id)

    def _kinds(self, slot: Slot, *, other_types: bool) -> list[RowKind]:
        types = [name for name in self._types if name != slot.question_type] if other_types else [slot.question_type]
        return [RowKind(question_type, relation) for question_type in types for relation in RELATIONS[question_type]]

    def _left(self, kind: RowKind, ranges: Iterator[_RankRange], share: tuple[int, int]) -> Iterator[Candidate]:
        number, sharers = share
        fruitful = (one for one in ranges if kind.barren_key(one.chunk) not in self._spent)
        dealt = islice(fruitful, number, None, sharers)
        return (candidate for candidate in _candidates(dealt) if kind.key(candidate) not in self._spent)

    def _of_document(self, document_id: str) -> Iterator[_RankRange]:
        """Each chunk with its first row sources, then each with its next ones, and so on."""
        return (_RankRange(chunk, first) for first in range(0, MAX_RANK, AT_A_TIME) for chunk in self._chunks[document_id])

    def _in_turn(self, order: Sequence[str]) -> Iterator[_RankRange]:
        turns = zip_longest(*map(self._of_document, order))
        return (one for turn in turns for one in turn if one is not None)


def _candidates(ranges: Iterable[_RankRange]) -> Iterator[Candidate]:
    return (Candidate(chunk, rank) for chunk, first in ranges for rank in range(first, first + AT_A_TIME))
