from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.allocation import allocate, derive_seed, document_order, weighted_order
from golden_assets.domain.testsets import QUESTION_TYPES

SHARES = st.dictionaries(st.sampled_from(QUESTION_TYPES), st.floats(0.01, 1), min_size=1)
WEIGHTS = st.dictionaries(st.text(min_size=1, max_size=8), st.floats(0, 1e6), min_size=1, max_size=60)
HALF_AND_HALF = {"single_hop_specific": 0.5, "multi_hop_specific": 0.5}


def documents(count: int) -> dict[str, float]:
    return {f"doc{number:04}.md": 100.0 + number for number in range(count)}


def rows_per_document(size: int, weights: dict[str, float], seed: int = 0) -> Counter[str]:
    return Counter(slot.document_id for slot in allocate(size, {"single_hop_specific": 1.0}, weights, 1, seed))


@given(WEIGHTS, st.integers(), st.integers(1, 200))
def test_no_document_gets_a_row_more_than_another_needs(weights, seed, size):
    rows = rows_per_document(size, weights, seed)
    counts = [rows[document_id] for document_id in weights]
    assert sum(counts) == size
    assert max(counts) - min(counts) <= 1


def test_twenty_rows_over_twenty_two_documents_are_of_twenty_documents():
    assert len(rows_per_document(20, documents(22))) == 20


def test_thirty_rows_over_twelve_documents_are_two_or_three_each():
    assert set(rows_per_document(30, documents(12)).values()) == {2, 3}


@given(st.integers(3, 120), st.integers(1, 300), st.integers())
def test_thirds_of_the_corpus_differ_by_one_row_as_far_as_their_sizes_do(count, size, seed):
    weights = documents(count)
    ids = sorted(weights)
    rows = rows_per_document(size, weights, seed)
    borders = [count * third // 3 for third in range(4)]
    thirds = [sum(rows[document_id] for document_id in ids[borders[t] : borders[t + 1]]) for t in range(3)]
    slack = -(-size // count) if count % 3 else 1
    assert max(thirds) - min(thirds) <= max(1, slack)


def test_fifty_rows_over_a_hundred_documents_come_from_the_thirds_within_one():
    for seed in range(20):
        rows = rows_per_document(50, documents(100), seed)
        positions = [int(document_id[3:7]) for document_id in rows]
        thirds = [sum(low <= position < high for position in positions) for low, high in ((0, 33), (33, 66), (66, 100))]
        assert max(thirds) - min(thirds) <= 1


def test_documents_are_not_drawn_by_position():
    drawn = sorted(int(document_id[3:7]) for document_id in rows_per_document(30, documents(300)))
    assert drawn[10] > 20
    assert drawn != sorted(int(document_id[3:7]) for document_id in rows_per_document(30, documents(300), seed=1))


@given(WEIGHTS, st.integers())
def test_the_order_depends_on_the_seed_and_not_on_the_order_of_the_corpus(weights, seed):
    assert document_order(weights, seed) == document_order(dict(reversed(weights.items())), seed)
    assert sorted(document_order(weights, seed)) == sorted(weights)


def test_longer_documents_come_first_more_often():
    weights = {"long": 900.0, "short": 100.0}
    first = Counter(weighted_order(weights, seed)[0] for seed in range(1000))
    assert 850 < first["long"] < 950


def test_a_new_document_leaves_the_order_of_the_others():
    before = weighted_order(documents(20), 7)
    after = weighted_order(documents(20) | {"new.md": 500.0}, 7)
    assert [document_id for document_id in after if document_id != "new.md"] == before


def test_personas_take_turns():
    slots = allocate(10, HALF_AND_HALF, documents(5), 3, 0)
    assert Counter(slot.persona for slot in slots) == {0: 4, 1: 3, 2: 3}


@given(st.integers(1, 120), st.integers(1, 20), st.integers())
def test_rows_of_one_type_share_their_document_without_overlap(size, count, seed):
    slots = allocate(size, HALF_AND_HALF, documents(count), 3, seed)
    shares = Counter((slot.question_type, slot.document_id, slot.share) for slot in slots)
    assert set(shares.values()) == {1}
    for question_type, document_id, (number, sharers) in shares:
        assert number < sharers == sum(shared[:2] == (question_type, document_id) for shared in shares)


def test_types_are_spread_over_the_documents_and_not_dealt_in_blocks():
    slots = allocate(40, HALF_AND_HALF, documents(40), 1, 0)
    first_half = Counter(slot.question_type for slot in slots[:20])
    assert min(first_half["single_hop_specific"], first_half["multi_hop_specific"]) >= 4


@given(st.integers(0, 50), SHARES, WEIGHTS, st.integers())
def test_the_same_request_is_allocated_the_same_way(size, shares, weights, seed):
    assert allocate(size, shares, weights, 3, seed) == allocate(size, dict(shares), dict(weights), 3, seed)


def test_every_slot_has_a_seed_of_its_own():
    slots = allocate(500, HALF_AND_HALF, documents(10), 3, 0)
    assert len({slot.seed for slot in slots}) == 500
    assert all(0 <= slot.seed < 2**32 for slot in slots)


@pytest.mark.parametrize("seed", [2**80, -1, 0])
def test_any_integer_is_a_seed(seed):
    assert derive_seed(seed, "a", 1) != derive_seed(seed, "a", 2)
    assert len(allocate(3, HALF_AND_HALF, documents(3), 1, seed)) == 3
