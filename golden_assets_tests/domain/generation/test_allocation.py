from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.generation.allocation import (
    LARGEST_SHARE,
    allocate,
    derive_seed,
    document_order,
    rows_per_document,
    weighted_order,
)
from golden_assets.domain.testsets.testset import QUESTION_TYPES

SHARES = st.dictionaries(st.sampled_from(QUESTION_TYPES), st.floats(0.01, 1), min_size=1)
WEIGHTS = st.dictionaries(st.text(min_size=1, max_size=8), st.integers(1, 100_000).map(float), min_size=1, max_size=60)
HALF_AND_HALF = {"single_hop_specific": 0.5, "multi_hop_specific": 0.5}


def documents(count: int) -> dict[str, float]:
    return {f"doc{number:04}.md": 100.0 + number for number in range(count)}


def slots_per_document(size: int, weights: dict[str, float], seed: int = 0) -> Counter[str]:
    return Counter(slot.document_id for slot in allocate(size, {"single_hop_specific": 1.0}, weights, 1, seed))


allocations = given(WEIGHTS, st.integers(), st.integers(0, 300))


@allocations
def test_slots_are_of_the_documents_that_are_to_have_them_first_rows_first(weights, seed, size):
    rows = rows_per_document(size, weights, seed)
    slots = allocate(size, HALF_AND_HALF, weights, 3, seed)
    assert sum(rows.values()) == size
    assert Counter(slot.document_id for slot in slots) == Counter({name: count for name, count in rows.items() if count})
    assert len({slot.document_id for slot in slots[: len(weights)]}) == min(size, len(weights))


@allocations
def test_no_document_has_a_second_row_before_all_have_one_nor_more_than_three_times_the_even_share(weights, seed, size):
    rows = rows_per_document(size, weights, seed)
    assert set(weights) == set(rows)
    assert min(rows.values()) >= (1 if size >= len(weights) else 0)
    assert max(rows.values()) <= max(1, LARGEST_SHARE * size / len(weights))


@given(WEIGHTS, st.integers(), st.integers(0, 240))
def test_there_is_a_number_of_words_per_row_that_all_documents_have_rounded_between_floor_and_cap(weights, seed, beyond):
    size = len(weights) + beyond
    rows = rows_per_document(size, weights, seed)
    cap = LARGEST_SHARE * size // len(weights)
    least = max((weights[name] / (count + 0.5) for name, count in rows.items() if count < cap), default=0.0)
    most = min((weights[name] / (count - 0.5) for name, count in rows.items() if count > 1), default=float("inf"))
    assert least <= most


@given(WEIGHTS, st.integers(), st.integers(0, 240))
def test_a_longer_document_has_no_fewer_rows(weights, seed, beyond):
    rows = rows_per_document(len(weights) + beyond, weights, seed)
    by_length = [rows[name] for name in sorted(weights, key=lambda name: (weights[name], rows[name]))]
    assert by_length == sorted(by_length)


@given(WEIGHTS, st.integers(), st.integers(0, 300), st.data())
def test_others_lose_or_gain_together_what_an_edited_document_gains_or_loses(weights, seed, size, data):
    edited = data.draw(st.sampled_from(sorted(weights)))
    before = rows_per_document(size, weights, seed)
    after = rows_per_document(size, weights | {edited: data.draw(st.floats(1, 1e5))}, seed)
    gain = after[edited] - before[edited]
    others = [after[name] - before[name] for name in weights if name != edited]
    assert all(change * gain <= 0 for change in others)
    assert sum(map(abs, others)) == abs(gain)


@given(st.sets(st.integers(1, 100_000), min_size=1, max_size=60), st.integers(), st.integers(1, 240))
def test_a_new_document_leaves_others_rows_more_only_where_one_was_at_the_cap(lengths, seed, beyond):
    weights, size = {f"{length}.md": float(length) for length in lengths}, len(lengths) + beyond
    before = rows_per_document(size, weights, seed)
    after = rows_per_document(size, weights | {"new.md": 500.5}, seed)
    cap = LARGEST_SHARE * size // (len(weights) + 1)
    assert sum(max(0, after[name] - before[name]) for name in weights) <= sum(max(0, count - cap) for count in before.values())


@allocations
def test_rows_depend_on_the_seed_and_not_on_the_order_of_the_corpus(weights, seed, size):
    turned = dict(reversed(weights.items()))
    assert list(rows_per_document(size, weights, seed).items()) == list(rows_per_document(size, turned, seed).items())


def test_twenty_rows_over_twenty_two_documents_are_of_twenty_documents():
    assert len(slots_per_document(20, documents(22))) == 20


def test_thirty_rows_over_twelve_documents_of_about_one_length_are_two_or_three_each():
    assert set(slots_per_document(30, documents(12)).values()) == {2, 3}


def test_a_book_among_leaflets_has_three_times_the_even_share_and_the_leaflets_have_the_rest():
    rows = rows_per_document(50, {"book": 90_000.0, **dict.fromkeys("abcdefghi", 300.0)}, 0)
    assert rows.pop("book") == 15
    assert set(rows.values()) == {3, 4}


def test_documents_of_one_to_four_lengths_have_rows_in_proportion():
    rows = rows_per_document(40, {"one": 500.0, "two": 1000.0, "three": 1500.0, "four": 2000.0}, 0)
    assert rows == {"one": 4, "two": 8, "three": 12, "four": 16}


@given(st.integers(3, 120), st.integers(1, 300), st.integers())
def test_thirds_of_equal_documents_differ_by_one_row_as_far_as_their_sizes_do(count, size, seed):
    weights = dict.fromkeys(documents(count), 800.0)
    ids = sorted(weights)
    rows = rows_per_document(size, weights, seed)
    borders = [count * third // 3 for third in range(4)]
    thirds = [sum(rows[document_id] for document_id in ids[borders[t] : borders[t + 1]]) for t in range(3)]
    slack = -(-size // count) if count % 3 else 1
    assert max(thirds) - min(thirds) <= max(1, slack)


def test_fifty_rows_over_a_hundred_documents_come_from_the_thirds_within_one():
    for seed in range(20):
        rows = slots_per_document(50, documents(100), seed)
        positions = [int(document_id[3:7]) for document_id in rows]
        thirds = [sum(low <= position < high for position in positions) for low, high in ((0, 33), (33, 66), (66, 100))]
        assert max(thirds) - min(thirds) <= 1


def test_documents_are_not_drawn_by_position():
    drawn = sorted(int(document_id[3:7]) for document_id in slots_per_document(30, documents(300)))
    assert drawn[10] > 20
    assert drawn != sorted(int(document_id[3:7]) for document_id in slots_per_document(30, documents(300), seed=1))


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
