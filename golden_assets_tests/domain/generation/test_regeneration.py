"""What stays and what is written. Rows are those of the factories: document n % count, types in turn."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.generation.allocation import allocate, rows_per_document
from golden_assets.domain.generation.regeneration import Plan, Target, basis_for, can_continue, home, plan_rows, still_barred
from golden_assets.domain.statistics.distributions import apportion
from golden_assets.domain.testsets.freshness import RowFreshness, classify_rows
from golden_assets.domain.testsets.testset import RejectedRow, TestsetRow
from golden_assets_tests.factories import TARGETS, a_context, a_corpus, a_request, a_row, a_testset, changed, rows_on

CORPUS = a_corpus(count=8)


def without(*numbers: int) -> Corpus:
    """The corpus without these documents."""
    return Corpus(source="tests", documents=tuple(d for n, d in enumerate(CORPUS.documents) if n not in numbers))


def target(corpus: Corpus, size: int, seed: int = 0) -> Target:
    return Target(a_request(size, seed=seed), {document.document_id: 80.0 for document in corpus.documents}, 3)


def plan(corpus: Corpus, rows: tuple[TestsetRow, ...], size: int, seed: int = 0, barren: frozenset[str] = frozenset()) -> Plan:
    return plan_rows(classify_rows(rows, corpus), target(corpus, size, seed), barren)


def whole(planned: Plan) -> dict[int, tuple[str | None, str]]:
    """Position to (document, question type), kept and planned rows alike."""
    kept = {position: (home(row), row.question_type) for position, row in planned.kept.items()}
    return kept | {slot.number: (slot.document_id, slot.question_type) for slot in planned.slots}


cases = given(
    st.sets(st.integers(0, 7), max_size=7),
    st.integers(1, 30),
    st.integers(1, 30),
    st.integers(0, 5),
    st.sets(st.integers(0, 7), max_size=3),
)


@cases
def test_every_position_is_kept_or_written_and_usable_rows_stay_unless_too_many(gone, before, size, seed, late):
    """``late`` documents were not there when the rows were written."""
    corpus = without(*gone)
    rows = rows_on(without(*late), before)
    found = classify_rows(rows, corpus)
    planned = plan_rows(found, target(corpus, size, seed))
    usable = {item.row.row_id for item in found if item.is_usable}
    stays = {row.row_id for row in planned.kept.values()}
    assert sorted(whole(planned)) == list(range(size))
    gives_way = {row.row_id for row in planned.giving_way.values()}
    assert not stays & gives_way
    assert (stays | gives_way == usable) if len(usable) <= size else (len(stays | gives_way) == size)
    assert {slot.number for slot in planned.slots if slot.only_here} == planned.giving_way.keys()
    assert {slot.document_id for slot in planned.slots} <= set(corpus.by_id)
    before_at = {row.row_id: position for position, row in enumerate(rows)}
    assert all(before_at[row.row_id] in (position, *range(size, before)) for position, row in planned.kept.items())


@cases
def test_each_document_is_within_a_row_of_one_written_from_scratch_once_all_may_be_written(gone, before, size, seed, late):
    corpus = without(*gone)
    rows = rows_on(without(*gone, *late), before) if len(gone | late) < 8 else ()
    planned = plan(corpus, rows, size, seed)
    due = rows_per_document(size, target(corpus, size).weights, seed)
    counts = Counter(document for document, _ in whole(planned).values())
    assert all(abs(counts[document_id] - due[document_id]) <= 1 for document_id in corpus.by_id)
    assert len(counts) == min(size, len(corpus.documents))


@given(st.lists(st.integers(40, 4000), min_size=2, max_size=8), st.integers(1, 60), st.integers(0, 5), st.data())
def test_an_edit_costs_no_row_but_its_documents_and_a_small_one_moves_none(lengths, size, seed, data):
    """The earlier rows are as many of each document as one written from scratch has."""
    weights = {document.document_id: float(words) for document, words in zip(CORPUS.documents, lengths, strict=False)}
    edited = data.draw(st.sampled_from(sorted(weights)))
    longer = weights | {edited: float(data.draw(st.integers(40, 4000)))}
    due, due_now = rows_per_document(size, weights, seed), rows_per_document(size, longer, seed)
    homes = [slot.document_id for slot in allocate(size, TARGETS, weights, 3, seed)]
    rows = [a_row(user_input=f"Question {n}?", contexts=(a_context(CORPUS.by_id[name]),)) for n, name in enumerate(homes)]
    found = [RowFreshness(state="stale" if home(row) == edited else "fresh", row=row) for row in rows]
    planned = plan_rows(found, Target(a_request(size, seed=seed), longer, 3))
    assert planned.giving_way == {}
    assert planned.kept == {position: row for position, row in enumerate(rows) if home(row) != edited}
    if abs(due_now[edited] - due[edited]) <= 1:
        assert {slot.document_id for slot in planned.slots} <= {edited}


@cases
def test_open_positions_make_up_for_missing_types(gone, before, size, seed, late):
    corpus = without(*gone)
    planned = plan(corpus, rows_on(without(*late), before), size, seed)
    wanted = apportion(size, TARGETS)
    have = Counter(row.question_type for row in planned.kept.values())
    total = Counter(name for _, name in whole(planned).values())
    short = {name: wanted[name] - have[name] for name in wanted}
    if min(short.values()) >= 0:
        assert total == Counter({name: count for name, count in wanted.items() if count})
    else:
        assert all(total[name] == have[name] for name, missing in short.items() if missing <= 0) or not planned.slots


def test_unchanged_documents_leave_nothing_to_write():
    rows = rows_on(CORPUS, 12)
    planned = plan(CORPUS, rows, 12)
    assert (tuple(planned.kept.values()), planned.slots, planned.giving_way) == (rows, (), {})


def test_a_stale_row_is_written_anew_at_its_position_from_its_document_in_its_type():
    rows = rows_on(CORPUS, 8)
    found = [item if n != 5 else RowFreshness(state="stale", row=item.row) for n, item in enumerate(classify_rows(rows, CORPUS))]
    (slot,) = plan_rows(found, target(CORPUS, 8)).slots
    assert (slot.number, slot.document_id, slot.question_type) == (5, home(rows[5]), rows[5].question_type)


def test_an_orphaned_row_goes_to_a_document_with_fewest_rows():
    (slot,) = plan(without(3), rows_on(CORPUS, 7), 7).slots
    assert slot.number == 3
    assert slot.document_id == "doc-07.md"


def test_a_long_new_document_gets_all_but_one_of_the_rows_it_is_due_and_each_other_keeps_one():
    rows = rows_on(without(0), 16)
    long = Target(a_request(16), {document.document_id: 80.0 for document in CORPUS.documents} | {"doc-00.md": 800.0}, 3)
    planned = plan_rows(classify_rows(rows, CORPUS), long)
    assert rows_per_document(16, long.weights, 0)["doc-00.md"] == 6
    assert [slot.document_id for slot in planned.slots] == ["doc-00.md"] * 5
    assert len(planned.giving_way) == 5
    assert {home(row) for row in planned.kept.values()} == set(without(0).by_id)


def test_a_stale_row_goes_to_a_document_that_lacks_two_rows_more():
    rows = rows_on(CORPUS, 16)
    found = [item if n != 5 else RowFreshness(state="stale", row=item.row) for n, item in enumerate(classify_rows(rows, CORPUS))]
    longer = Target(a_request(16), {document.document_id: 80.0 for document in CORPUS.documents} | {"doc-07.md": 800.0}, 3)
    (slot,) = plan_rows(found, longer).slots
    assert slot.document_id == "doc-07.md"


def test_a_new_document_gets_its_share_and_only_crowded_documents_give_way():
    rows = rows_on(without(0), 14)
    planned = plan(CORPUS, rows, 14)
    assert [slot.document_id for slot in planned.slots] == ["doc-00.md"]
    ((position, row),) = planned.giving_way.items()
    assert (position, row.row_id) == (planned.slots[0].number, rows[position].row_id)
    assert planned.slots[0].question_type == row.question_type


def test_no_row_gives_way_to_a_new_document_while_no_document_has_two():
    planned = plan(CORPUS, rows_on(without(0), 7), 7)
    assert (planned.slots, planned.giving_way) == ((), {})


def test_no_row_gives_way_to_a_document_that_yields_nothing():
    planned = plan(CORPUS, rows_on(without(0), 14), 14, barren=frozenset({"doc-00.md"}))
    assert (planned.slots, planned.giving_way) == ((), {})


def test_more_rows_are_written_at_the_end():
    rows = rows_on(CORPUS, 8)
    planned = plan(CORPUS, rows, 11)
    assert tuple(planned.kept.values()) == rows
    assert [slot.number for slot in planned.slots] == [8, 9, 10]
    assert [slot.persona for slot in planned.slots] == [2, 0, 1]


def test_fewer_rows_are_those_that_leave_the_documents_even():
    planned = plan(CORPUS, rows_on(CORPUS, 16), 8)
    assert planned.slots == ()
    assert len({home(row) for row in planned.kept.values()}) == len(planned.kept) == 8


def test_no_row_that_people_vouch_for_gives_way_to_a_new_document():
    rows = rows_on(without(0), 14)
    vouched = {row.row_id for row in rows}
    planned = plan_rows(classify_rows(rows, CORPUS), target(CORPUS, 14), vouched=vouched)
    assert (tuple(planned.kept.values()), planned.slots, planned.giving_way) == (rows, (), {})
    planned = plan_rows(classify_rows(rows, CORPUS), target(CORPUS, 14), vouched=vouched - {rows[9].row_id})
    assert planned.giving_way == {9: rows[9]}


def test_of_fewer_rows_those_that_people_vouch_for_stay_even_beyond_the_size():
    rows = rows_on(CORPUS, 16)
    found, few = classify_rows(rows, CORPUS), {row.row_id for row in rows[11:14]}
    planned = plan_rows(found, target(CORPUS, 4), vouched=few)
    assert len(planned.kept) == 4
    assert few < {row.row_id for row in planned.kept.values()}
    planned = plan_rows(found, target(CORPUS, 4), vouched={row.row_id for row in rows[5:]})
    assert {row.row_id for row in planned.kept.values()} == {row.row_id for row in rows[5:]}
    assert sorted(planned.kept) == list(range(11))
    assert planned.slots == ()


def test_rows_beyond_a_smaller_size_take_the_places_of_outdated_ones():
    rows = rows_on(CORPUS, 8)
    planned = plan(without(0, 1, 2, 3), rows, 4)
    assert planned.slots == ()
    assert tuple(row.row_id for row in planned.kept.values()) == tuple(row.row_id for row in rows[4:])


def test_a_row_without_a_passage_stays_and_belongs_to_no_document():
    rows = (a_row(contexts=()), *rows_on(CORPUS, 3))
    planned = plan(CORPUS, rows, 4)
    assert planned.kept[0] == rows[0]
    assert planned.slots == ()


def test_the_plan_is_the_same_every_time():
    assert plan(without(1, 2), rows_on(CORPUS, 20), 25) == plan(without(1, 2), rows_on(CORPUS, 20), 25)


@pytest.mark.parametrize(
    ("request_", "model", "expected"),
    [
        (a_request(4), "extractive", True),
        (a_request(9), "extractive", True),
        (a_request(4, seed=1), "extractive", False),
        (a_request(4, language="german"), "extractive", False),
        (a_request(4, question_types={"single_hop_specific": 1.0}), "extractive", False),
        (a_request(4), "gpt", False),
    ],
)
def test_only_a_testset_of_the_same_request_and_model_is_gone_on_from_whatever_its_size(request_, model, expected):
    assert can_continue(a_testset(), request_, model) is expected


def test_of_a_base_whose_rows_may_not_stay_only_vouched_rows_and_what_was_rejected_count():
    base = a_testset()
    other = a_request(4, seed=1)
    assert basis_for(base, a_request(4), "extractive") is base
    assert basis_for(base, other, "extractive") is None
    reviewed = changed(base, approved=(base.rows[1].row_id,))
    kept = basis_for(reviewed, other, "another model")
    assert kept is not None
    assert (kept.rows, kept.approved) == ((base.rows[1],), reviewed.approved)
    barred = changed(base, barred=(RejectedRow(row=base.rows[0], findings=()),))
    basis = basis_for(barred, other, "extractive")
    assert basis is not None
    assert (basis.rows, basis.barred) == ((), barred.barred)


def test_rejected_rows_are_barred_once_each_where_their_passages_stand_now_and_no_longer_when_they_are_gone():
    here, gone, _ = rows_on(CORPUS, 3)
    base = a_testset(
        (), CORPUS, barred=(RejectedRow(row=here, findings=()),), rejected=tuple(RejectedRow(row=row, findings=()) for row in (here, gone))
    )
    left = without(1)
    moved = Corpus(source="tests", documents=tuple(Document.of(d.document_id, f"A new start. {d.text}") for d in left.documents))
    (still,) = still_barred(base, moved)
    assert still.row.row_id == here.row_id
    assert still.row.contexts[0].start == here.contexts[0].start + len("A new start. ")
    assert still_barred(None, CORPUS) == ()
