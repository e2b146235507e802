"""What a comparison says in words."""

import pytest

from golden_assets.domain.statistics.homogeneity import shift
from golden_assets.domain.versions.comparison import compare
from golden_assets.domain.versions.comparison_text import conclusion, figures, gate_outcomes, shares, text_of
from golden_assets_tests.factories import a_failed_report, a_stored_version, a_testset


def test_figures_stand_side_by_side_with_a_dash_where_nothing_was_measured() -> None:
    found = compare(a_stored_version(), a_stored_version(version="2.0.0", status="draft", report=None))
    lines = {name: (before, after) for name, before, after in figures(found)}
    assert lines["status"] == ("validated", "draft")
    assert lines["rows"] == ("4", "4")
    assert lines["coverage"] == ("1", "-")
    assert lines["cost"] == ("$0.0000", "$0.0000")


def test_gates_have_passed_failed_or_not_judged() -> None:
    testset = a_testset()
    found = compare(a_stored_version(testset, report=a_failed_report(testset)), a_stored_version(testset, report=None))
    outcomes = {gate: (before, after) for gate, before, after in gate_outcomes(found)}
    assert outcomes["testset_is_large_enough"] == ("FAILED", "-")
    assert outcomes["questions_are_unique"] == ("passed", "-")


def test_shares_are_counted_on_both_sides() -> None:
    lines = list(shares(shift({"a": 3, "b": 1}, {"a": 1, "c": 1})))
    assert lines == [("a", "3 (75%)", "1 (50%)", "-25.0"), ("b", "1 (25%)", "0 (0%)", "-25.0"), ("c", "0 (0%)", "1 (50%)", "+50.0")]
    assert list(shares(shift({}, {"a": 1}))) == [("a", "0 (0%)", "1 (100%)", "+100.0")]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"a": 90, "b": 10}, {"a": 10, "b": 90}, "The shares shifted (chi-square 128.00, df 1, p = 1.1e-29, Cramér's V 0.80"),
        ({"a": 50, "b": 50}, {"a": 50, "b": 50}, "No shift seen, where one of V 0.20 is noticed 80% of the time (chi-square 0.00"),
        ({"a": 1, "b": 1}, {"a": 1, "b": 1}, "Too few to conclude anything ("),
        ({"a": 1}, {"a": 1}, "Nothing to test: one kind, or one side, only (total variation 0.00, n = 1 and 1)."),
    ],
)
def test_a_conclusion_names_its_figures(before: dict, after: dict, words: str) -> None:
    said = conclusion(shift(before, after))
    assert said.startswith(words)
    assert f"n = {sum(before.values())} and {sum(after.values())})." in said


@pytest.mark.parametrize(
    ("value", "text"),
    [("as it is", "as it is"), (["a", "b"], "a\n\nb"), (None, ""), ({"ä": [1]}, '{\n  "ä": [\n    1\n  ]\n}'), ([1], "[\n  1\n]")],
)
def test_fields_are_read_as_text(value: object, text: str) -> None:
    assert text_of(value) == text
