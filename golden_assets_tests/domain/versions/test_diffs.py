"""Row diffs, on examples and against the laws that every diff obeys."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.versions.diffs import diff_rows, row_key
from golden_assets.domain.versions.versions import RowDiff, RowKey
from golden_assets_tests.factories import a_corpus, a_row, rows_on


def key(question: str, answer: str = "a") -> RowKey:
    return RowKey(row_id=f"{question}/{answer}", row_hash=f"{question}/{answer}", question_hash=question, question_type="single")


keys = st.lists(st.builds(key, st.sampled_from("pqrs"), st.sampled_from("abc")), max_size=8)


def test_a_version_does_not_differ_from_itself():
    rows = [row_key(row) for row in rows_on(a_corpus(), 6)]
    diff = diff_rows(rows, rows)
    assert diff.is_empty
    assert diff.unchanged == tuple(key.row_id for key in rows)


def test_rows_are_added_and_removed():
    assert diff_rows([key("p"), key("q")], [key("q"), key("r")]) == RowDiff(added=("r/a",), removed=("p/a",), unchanged=("q/a",))


def test_the_same_question_with_another_answer_is_changed():
    assert diff_rows([key("p", "a")], [key("p", "b")]) == RowDiff(changed=(("p/a", "p/b"),))


def test_a_question_asked_twice_is_paired_in_order():
    diff = diff_rows([key("p", "a"), key("p", "b")], [key("p", "c"), key("p", "d"), key("p", "e")])
    assert diff == RowDiff(changed=(("p/a", "p/c"), ("p/b", "p/d")), added=("p/e",))


def test_a_duplicate_that_disappears_is_removed_once():
    assert diff_rows([key("p"), key("p")], [key("p")]) == RowDiff(removed=("p/a",), unchanged=("p/a",))


def test_the_order_of_rows_alone_is_no_difference():
    assert diff_rows([key("p"), key("q")], [key("q"), key("p")]).is_empty


def test_row_keys_see_content_and_question_but_no_provenance():
    row = a_row()
    assert row_key(row.model_copy(update={"seed": 99, "model": "other"})) == row_key(row)
    answered_otherwise = row_key(a_row(reference="Otherwise."))
    assert answered_otherwise.question_hash == row_key(row).question_hash
    assert answered_otherwise.row_hash != row_key(row).row_hash


@given(keys, keys)
def test_every_row_is_accounted_for_once(old: list[RowKey], new: list[RowKey]):
    diff = diff_rows(old, new)
    assert Counter(diff.unchanged + diff.removed + tuple(before for before, _ in diff.changed)) == Counter(k.row_id for k in old)
    assert Counter(diff.unchanged + diff.added + tuple(after for _, after in diff.changed)) == Counter(k.row_id for k in new)


@given(keys, keys)
def test_no_question_is_both_added_and_removed(old: list[RowKey], new: list[RowKey]):
    diff = diff_rows(old, new)
    questions = [{row_id.split("/")[0] for row_id in part} for part in (diff.added, diff.removed)]
    assert not questions[0] & questions[1]


@given(keys, keys)
def test_swapping_the_versions_swaps_added_and_removed(old: list[RowKey], new: list[RowKey]):
    there, back = diff_rows(old, new), diff_rows(new, old)
    assert Counter(there.unchanged) == Counter(back.unchanged)
    assert len(there.added) == len(back.removed)
    assert len(there.changed) == len(back.changed)
