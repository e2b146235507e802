"""The trend of costs: calendar days, those without a call included."""

from datetime import date

from golden_assets.domain.costs.calls import CostLine
from golden_assets.domain.costs.cost_trend import calls_of, trend_of
from golden_assets_tests.factories import a_row, a_testset

TODAY = date(2026, 3, 1)


def a_day(label: str, cost: float) -> CostLine:
    """A day of two calls and 130 tokens."""
    return CostLine(
        label=label,
        calls=2,
        requests=3,
        prompt_tokens=100,
        cached_tokens=50,
        completion_tokens=20,
        reasoning_tokens=5,
        embedding_tokens=10,
        cost_usd=cost,
        failed=0,
        estimated=False,
    )


def test_days_without_a_call_cost_nothing_and_weeks_count_backwards_from_today():
    trend = trend_of([a_day("2026-01-31", 4.0), a_day("2026-02-22", 2.0), a_day("2026-02-23", 1.0), a_day("2026-03-01", 0.5)], TODAY)
    assert (trend.days[0], trend.days[-1], len(trend.days)) == (date(2026, 1, 31), TODAY, 30)
    assert (trend.today_usd, trend.week_usd, trend.total_usd) == (0.5, 1.5, 7.5)
    assert (trend.calls, trend.tokens) == (8, 4 * 130)


def test_days_outside_of_the_trend_do_not_count():
    trend = trend_of([a_day("2026-01-30", 4.0), a_day("2026-03-02", 2.0)], TODAY)
    assert (trend.total_usd, trend.calls) == (0, 0)


def test_a_call_that_several_rows_share_is_named_once_and_rows_without_calls_do_not_count():
    rows = (a_row(call_ids=("b", "a")), a_row(user_input="Why?", call_ids=("b", "c")), a_row(user_input="How?"))
    assert calls_of(a_testset(rows)) == (2, ["a", "b", "c"])
