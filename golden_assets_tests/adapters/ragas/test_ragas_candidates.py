"""Which candidates each slot is offered."""

from itertools import islice

from golden_assets.adapters.ragas.filtering.accepted_rows import AcceptedRows
from golden_assets.adapters.ragas.planning.candidate_order import (
    AT_A_TIME,
    MAX_ERRORS,
    NEAR_TRIES,
    Candidate,
    CandidateSchedule,
    RowKind,
    SlotAttempts,
)
from golden_assets.adapters.ragas.planning.chunked_corpus import chunk_corpus
from golden_assets.adapters.ragas.planning.sampling import first_chunks
from golden_assets.domain.generation.allocation import make_slots
from golden_assets_tests.adapters.ragas.scripted import handbook

CHUNKS = chunk_corpus(handbook(4), seed=0).chunks
DOCUMENTS = list(CHUNKS)
ALONE = RowKind("single_hop_specific", "alone")


def slots_on(*documents: str, question_type="single_hop_specific"):
    return make_slots({number: (question_type, document) for number, document in enumerate(documents)}, 1, 0)


def first_of(batches, count=1) -> list[Candidate]:
    return list(islice(batches[0].candidates, count))


def test_slots_of_one_document_start_with_different_chunks():
    slots = slots_on(*[DOCUMENTS[0]] * 3)
    schedule = CandidateSchedule(CHUNKS, slots, AcceptedRows())
    starts = [first_of(schedule.own(slot))[0].chunk for slot in slots]
    assert len(set(starts)) == 3
    assert first_chunks(CHUNKS, slots) == {"single_hop_specific": {chunk.chunk_hash for chunk in starts}}


def test_a_second_prospect_of_a_chunk_comes_before_the_next_chunk():
    (slot,) = slots_on(DOCUMENTS[0])
    found = first_of(CandidateSchedule(CHUNKS, [slot], AcceptedRows()).own(slot), AT_A_TIME + 1)
    assert [candidate.rank for candidate in found] == [0, 1, 0]
    assert found[0].chunk == found[1].chunk != found[2].chunk


def test_no_two_slots_are_offered_the_same_candidate_of_their_own():
    slots = slots_on(DOCUMENTS[0], DOCUMENTS[0], DOCUMENTS[1])
    schedule = CandidateSchedule(CHUNKS, slots, AcceptedRows())
    offered = [set(schedule.own(slot)[0].candidates) for slot in slots]
    assert sum(map(len, offered)) == len(set.union(*offered))
    assert {one.chunk.document_id for one in set.union(*offered)} == set(DOCUMENTS)


def test_what_is_left_is_dealt_out_without_what_was_tried():
    slots = slots_on(*DOCUMENTS[:2])
    tried = Candidate(CHUNKS[DOCUMENTS[0]][0], 0)
    barren = CHUNKS[DOCUMENTS[1]][0]
    schedule = CandidateSchedule(CHUNKS, slots, AcceptedRows())
    schedule.spend([ALONE.key(tried), ALONE.barren_key(barren)])
    left = [set(schedule.left_anywhere(slot, slots, other_types=False)[0].candidates) for slot in slots]
    assert left[0].isdisjoint(left[1])
    assert tried not in left[0] | left[1]
    assert Candidate(tried.chunk, 1) in left[0] | left[1]
    assert barren not in {one.chunk for one in left[0] | left[1]}


def test_what_is_left_at_home_is_dealt_out_among_the_slots_of_the_document_alone():
    slots = slots_on(DOCUMENTS[0], DOCUMENTS[1], DOCUMENTS[0])
    schedule = CandidateSchedule(CHUNKS, slots, AcceptedRows())
    left = [set(schedule.left_at_home(slot, slots, other_types=False)[0].candidates) for slot in slots]
    assert [{one.chunk.document_id for one in found} for found in left] == [{DOCUMENTS[0]}, {DOCUMENTS[1]}, {DOCUMENTS[0]}]
    assert left[0].isdisjoint(left[2])
    assert len(left[1]) == len(left[0]) + len(left[2])


def test_only_types_that_some_slot_asks_for_are_tried_instead_of_another():
    single, pair = slots_on(DOCUMENTS[0])[0], slots_on(DOCUMENTS[1], question_type="multi_hop_specific")[0]._replace(number=1)
    schedule = CandidateSchedule(CHUNKS, [single, pair], AcceptedRows())
    assert [batch.kind.question_type for batch in schedule.left_anywhere(pair, [pair], other_types=True)] == ["single_hop_specific"]
    assert schedule.left_anywhere(single, [single], other_types=True)[0].kind == ("multi_hop_specific", "overlap")


def test_chunks_that_are_looked_at_in_vain_count_once_each():
    (slot,) = slots_on(DOCUMENTS[0])
    (batch,) = CandidateSchedule(CHUNKS, [slot], AcceptedRows()).own(slot)
    attempts = SlotAttempts()
    attempts.begin(batch._replace(tries=2))
    attempts.pass_over(("a",), is_barren=False, failed=False)
    attempts.pass_over(("a",), is_barren=False, failed=False)
    assert not attempts.is_over
    attempts.pass_over(("b",), is_barren=True, failed=False)
    assert attempts.is_over
    assert attempts.keys == {("b",)}


def test_errors_end_an_offer_and_are_forgotten_only_where_it_says_so():
    (slot,) = slots_on(DOCUMENTS[0])
    schedule = CandidateSchedule(CHUNKS, [slot], AcceptedRows())
    attempts = SlotAttempts()
    attempts.errors = MAX_ERRORS
    attempts.begin(schedule.left_at_home(slot, [slot], other_types=False)[0])
    assert attempts.is_over
    attempts.begin(schedule.left_anywhere(slot, [slot], other_types=False)[0])
    assert not attempts.is_over
    assert NEAR_TRIES["overlap"] < NEAR_TRIES["alone"]
