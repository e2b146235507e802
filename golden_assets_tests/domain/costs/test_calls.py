"""Budgets and estimates, and the gate that holds one against the other."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bench.cost_intervals import Cell, coverage
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.costs.budgets import BudgetShare, Limits, Pause, Spending, passed_alerts
from golden_assets.domain.costs.calls import Budget, CallUsage, Estimate, PurposeHistory
from golden_assets.domain.costs.estimates import PRIOR_RUNS, PRIOR_SPREAD, estimate_from_history
from golden_assets.domain.gates.pre_generation import budget_remains
from golden_assets.domain.quality.power import t_quantile

WRITING = PurposeHistory(purpose="single_hop_specific", calls=10, mean_usd=0.02, mean_square_usd=0.0005)
PAUSE = Pause(reason="the invoice looks odd", performed_by="ada", performed_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
NAMING = PurposeHistory(purpose="entities", calls=20, mean_usd=0.01, mean_square_usd=0.0001)


def budget(cost: float, left: float | None) -> Budget:
    estimate = Estimate(
        calls=30, calls_low=20, calls_high=40, cost_usd=cost, cost_low_usd=cost / 2, cost_high_usd=cost * 2, basis="a guess"
    )
    return Budget(estimate=estimate, limits=() if left is None else (BudgetShare(period="month", limit_usd=left + 5, spent_usd=5),))


@pytest.mark.parametrize(("left", "passed"), [(None, True), (2.0, True), (1.0, True), (0.99, False), (0.0, False)])
def test_budget_remains_as_long_as_the_expected_cost_is_left(left: float | None, passed: bool):
    verdict = budget_remains(budget(1.0, left), Thresholds())
    assert (verdict.name, verdict.stage, verdict.passed, verdict.measured) == ("budget_remains", "pre-generation", passed, 1.0)
    assert verdict.n == 30
    assert "About $1.0000 ($0.5000 to $2.0000) for 30 model calls (20 to 40) of 0 tokens (0 to 0), based on a guess." in verdict.explanation
    assert ("No cost limit is set." in verdict.explanation) == (left is None)


def test_what_costs_nothing_passes_even_when_nothing_is_left():
    spent = BudgetShare(period="day", limit_usd=2.0, spent_usd=2.0)
    verdict = budget_remains(Budget(estimate=Estimate(basis="rules"), limits=(spent,)), Thresholds())
    assert (verdict.passed, verdict.measured) == (True, 0)
    assert verdict.explanation.startswith("Expected cost: $0.00 (no paid model calls, based on rules).")


@pytest.mark.parametrize(("calls", "passed"), [(30, False), (0, True)])
def test_a_pause_stops_every_run_that_would_call_a_model_though_it_cost_nothing(calls: int, passed: bool):
    paused = Budget(estimate=Estimate(calls=calls, basis="a guess"), pause=PAUSE)
    verdict = budget_remains(paused, Thresholds())
    assert (verdict.passed, verdict.measured, verdict.threshold) == (passed, calls, 0)
    assert "The budget is paused since 2026-03-01 09:30 UTC by ada: the invoice looks odd." in verdict.explanation
    assert "golden-assets budget resume" in verdict.remedy


def test_a_share_is_passed_when_it_was_not_spent_before_and_is_now():
    before = BudgetShare(period="day", limit_usd=10, spent_usd=4, alert_shares=(0.5, 0.8, 1.0))
    after = before.model_copy(update={"spent_usd": 8.0})
    assert passed_alerts([before], [after]) == [(after, 0.5), (after, 0.8)]
    assert passed_alerts([after], [after]) == []
    assert passed_alerts([after], [before]) == []
    assert passed_alerts([], [after.model_copy(update={"alert_shares": ()})]) == []
    nothing = BudgetShare(period="run", limit_usd=0, spent_usd=0, alert_shares=(0.5,))
    assert passed_alerts([], [nothing]) == []


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
    own = (10 * 0.0005 + 20 * 0.0001) / 10 * 100 * (1 + 100 / 10)
    half = t_quantile(0.975, PRIOR_RUNS) * math.sqrt(own + 2 * (PRIOR_SPREAD * 4) ** 2)
    assert (estimate.cost_low_usd, estimate.cost_high_usd) == pytest.approx((max(0.0, 4 - half), 4 + half))
    assert estimate.basis == "30 calls on record"


def test_rejected_rows_are_paid_for_but_are_no_rows():
    history = [one.model_copy(update={"run_id": "run-1", "rows": 8}) for one in (WRITING, NAMING)]
    estimate = estimate_from_history(8, history)
    assert estimate
    assert estimate.calls == pytest.approx(30)
    failed = WRITING.model_copy(update={"run_id": "run-2"})
    with_another = estimate_from_history(8, [*history, failed])
    assert with_another
    assert with_another.calls == pytest.approx(40)


def test_runs_that_differ_widen_the_interval():
    def _run(name: str, mean: float) -> PurposeHistory:
        fields = {"run_id": name, "calls": 1000, "rows": 1000, "mean_usd": mean, "mean_square_usd": 1.1 * mean**2}
        return WRITING.model_copy(update=fields)

    alike, apart = (estimate_from_history(1000, [_run("a", low), _run("b", 0.04 - low)]) for low in (0.02, 0.01))
    assert alike
    assert apart
    assert apart.cost_usd == pytest.approx(alike.cost_usd)
    assert apart.cost_high_usd - apart.cost_usd > 1.3 * (alike.cost_high_usd - alike.cost_usd)


@pytest.mark.parametrize("cell", [Cell(1, 10, 100, 0.1), Cell(1, 50, 500, 0.1), Cell(1, 1000, 100, 0.1), Cell(5, 50, 500, 0.1)])
def test_the_interval_holds_about_95_percent_of_runs(cell: Cell):
    share = coverage(cell, 400, np.random.default_rng(3))
    assert 0.93 - 0.02 <= share <= 0.97 + 0.02


def test_tokens_are_estimated_like_dollars():
    history = [
        WRITING.model_copy(update={"mean_tokens": one.mean_usd * 1e5, "mean_square_tokens": one.mean_square_usd * 1e10})
        for one in (WRITING,)
    ]
    estimate = estimate_from_history(100, history)
    assert estimate
    assert (estimate.tokens, estimate.tokens_high) == pytest.approx((estimate.cost_usd * 1e5, estimate.cost_high_usd * 1e5))


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


@pytest.mark.parametrize(
    ("limit", "spent", "alerted", "stopped"),
    [(10, 9.5, 1.0, True), (20, 9.5, 1.0, False), (20, 20, None, True), (10, 9.5, 0.8, False), (0, 0, None, True)],
)
def test_a_limit_lets_nothing_through_when_it_is_spent_or_refused_a_call_and_was_not_raised_since(
    limit: float, spent: float, alerted: float | None, stopped: bool
) -> None:
    share = BudgetShare(period="day", limit_usd=limit, spent_usd=spent, alerted=alerted)
    assert share.lets_nothing_through(Limits(day=10)) is stopped
