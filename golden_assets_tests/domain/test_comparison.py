"""Two versions side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.comparison import compare, shift
from golden_assets.domain.testsets import TokenUsage
from golden_assets_tests.factories import a_corpus, a_stored_version, a_testset, rows_on

counts = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 50))


def test_a_shift_is_tested_as_scipy_does():
    from scipy.stats import chi2_contingency
    from scipy.stats.contingency import association

    before, after = {"a": 30, "b": 10, "c": 10}, {"a": 12, "b": 20, "c": 18}
    found = shift(before, after)
    table = [list(before.values()), list(after.values())]
    expected = chi2_contingency(table, correction=False)
    assert found.chi_square == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.effect_size == pytest.approx(association(table, method="cramer"))


def test_nothing_in_common_is_the_largest_effect():
    assert shift({"a": 10}, {"b": 10}).effect_size == pytest.approx(1)


@pytest.mark.parametrize(("before", "after"), [({}, {}), ({"a": 3}, {}), ({"a": 3}, {"a": 9}), ({"a": 3, "b": 0}, {"a": 1})])
def test_what_cannot_be_tested_is_no_shift(before: dict, after: dict):
    assert (shift(before, after).chi_square, shift(before, after).p_value) == (0.0, 1.0)


@given(counts)
def test_equal_shares_are_no_shift(before: dict[str, int]):
    found = shift(before, {name: 3 * count for name, count in before.items()})
    assert found.effect_size == pytest.approx(0, abs=1e-6)
    assert found.p_value == pytest.approx(1)


@given(counts, counts)
def test_the_effect_lies_between_none_and_total_whichever_way_one_looks(before: dict[str, int], after: dict[str, int]):
    there, back = shift(before, after), shift(after, before)
    assert 0 <= there.effect_size <= 1 + 1e-9
    assert there.effect_size == pytest.approx(back.effect_size)


def test_sources_quality_and_cost_stand_side_by_side():
    corpus = a_corpus()
    a = a_stored_version(a_testset(rows_on(corpus, 4)))
    other = a_testset(rows_on(corpus, 4, start=4), usage=TokenUsage(cost_usd=0.25))
    found = compare(a, a_stored_version(other, version="2.0.0", report=None))
    assert (found.version_a, found.version_b) == ("1.0.0", "2.0.0")
    assert found.cost_usd == (0.0, 0.25)
    assert found.measures["rows"] == (4.0, None)
    assert found.sources.before == {"doc-00.md": 1, "doc-01.md": 1, "doc-02.md": 1, "doc-03.md": 1}
    assert len(found.rows.added) == len(found.rows.removed) == 4


def test_changed_rows_are_shown_field_by_field():
    rows = rows_on(a_corpus(), 4)
    changed = rows[0].model_validate(rows[0].model_dump() | {"reference": "Otherwise.", "extra": {"note": 1}})
    found = compare(a_stored_version(a_testset(rows)), a_stored_version(a_testset((changed, *rows[1:])), version="1.0.1"))
    assert [(c.field, c.before, c.after) for c in found.changed_fields] == [
        ("extra", None, {"note": 1}),
        ("reference", rows[0].reference, "Otherwise."),
    ]
    assert found.changed_fields[0].row_before == rows[0].row_id
