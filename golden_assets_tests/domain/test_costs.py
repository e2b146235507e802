"""Budgets and estimates, and the gate that holds one against the other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from golden_assets.domain.costs import Budget, CallUsage, Estimate, Limits, PurposeHistory, Spending, estimate_from_history
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.judging import judge_budget

WRITING = PurposeHistory(purpose="single_hop_specific", calls=10, mean_usd=0.02, mean_square_usd=0.0005)
NAMING = PurposeHistory(purpose="entities", calls=20, mean_usd=0.01, mean_square_usd=0.0001)


def budget(cost: float, left: float | None) -> Budget:
    estimate = Estimate(
        calls=30, calls_low=20, calls_high=40, cost_usd=cost, cost_low_usd=cost / 2, cost_high_usd=cost * 2, basis="a guess"
    )
    return Budget(estimate=estimate, remaining_usd=left, period=None if left is None else "month")


@pytest.mark.parametrize(("left", "passed"), [(None, True), (2.0, True), (1.0, True), (0.99, False), (0.0, False)])
def test_budget_remains_as_long_as_the_expected_cost_is_left(left: float | None, passed: bool):
    (verdict,) = judge_budget(budget(1.0, left), Thresholds())
    assert (verdict.name, verdict.stage, verdict.passed, verdict.measured) == ("budget_remains", "pre-generation", passed, 1.0)
    assert "About $1.0000 ($0.5000 to $2.0000) for 30 model calls (20 to 40), going by a guess." in verdict.explanation
    assert ("There is no cost limit." in verdict.explanation) == (left is None)


def test_what_costs_nothing_passes_even_when_nothing_is_left():
    (verdict,) = judge_budget(Budget(estimate=Estimate(basis="rules"), remaining_usd=0.0, period="day"), Thresholds())
    assert (verdict.passed, verdict.measured) == (True, 0)


def test_the_tightest_limit_tells_what_is_left():
    spent = Spending(run=0.5, day=3.0, month=9.0)
    assert Limits(run=2.0, day=4.0, month=11.0).remaining(spent) == (1.0, "day")
    assert Limits(run=2.0, month=5.0).remaining(spent) == (0.0, "month")
    assert Limits().remaining(spent) is None


def test_of_the_shares_that_are_reached_the_largest_counts():
    limits = Limits(day=10.0, month=100.0, run=0.0)
    assert limits.reached(Spending(day=8.5, month=49.0), (0.5, 0.8, 1.0)) == [("day", 0.8)]
    assert limits.reached(Spending(day=10.0, month=50.0), (0.5, 0.8, 1.0)) == [("day", 1.0), ("month", 0.5)]
    assert Limits().reached(Spending(day=8.5), (0.5,)) == []


@pytest.mark.parametrize("limit", [-1, float("nan"), float("inf"), "much"])
def test_a_limit_is_an_amount(limit: object):
    with pytest.raises(ValidationError):
        Limits(day=limit)


def test_an_estimate_follows_the_rates_on_record():
    estimate = estimate_from_history(100, [WRITING, NAMING])
    assert estimate
    assert (estimate.calls, estimate.cost_usd) == (300, pytest.approx(100 * 0.02 + 200 * 0.01))
    spread = 1.96 * math.sqrt(100 * 0.0005 + 200 * 0.0001)
    assert (estimate.cost_low_usd, estimate.cost_high_usd) == (pytest.approx(4 - spread), pytest.approx(4 + spread))
    assert estimate.calls_high - estimate.calls == pytest.approx(1.96 * math.sqrt(300))
    assert estimate.basis == "30 calls on record"


def test_no_rows_cost_nothing_and_without_a_written_row_there_is_no_estimate():
    estimate = estimate_from_history(0, [WRITING, NAMING])
    assert estimate
    assert (estimate.calls, estimate.cost_usd, estimate.cost_high_usd) == (0, 0, 0)
    assert estimate_from_history(10, [NAMING]) is None
    assert estimate_from_history(10, []) is None


@given(st.integers(0, 10_000), st.integers(1, 1000), st.floats(0, 1))
def test_an_interval_holds_its_estimate_and_nothing_negative(rows: int, calls: int, usd: float):
    history = [PurposeHistory(purpose="multi_hop_specific", calls=calls, mean_usd=usd, mean_square_usd=2 * usd * usd), NAMING]
    estimate = estimate_from_history(rows, history)
    assert estimate
    assert 0 <= estimate.cost_low_usd <= estimate.cost_usd <= estimate.cost_high_usd
    assert 0 <= estimate.calls_low <= estimate.calls <= estimate.calls_high


def test_usage_adds_up_and_stays_estimated_once_it_is():
    exact, guessed = CallUsage(attempts=1, prompt_tokens=5, cost_usd=0.5), CallUsage(attempts=2, cached_tokens=3, estimated=True)
    assert exact + guessed == CallUsage(attempts=3, prompt_tokens=5, cached_tokens=3, cost_usd=0.5, estimated=True)
    assert not (exact + exact).estimated
