"""The asset of costs: numbers that the UI plots, tables, a picture, and what a row cost."""

from datetime import UTC, datetime, timedelta

from golden_assets.domain.costs.budgets import BudgetShare
from golden_assets_tests.defs.conftest import World, metadata_of
from golden_assets_tests.domain.costs.test_cost_trend import a_day

ROW_KEYS = {"version", "cost_per_row_usd", "rows_with_calls"}


def day(back: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=back):%Y-%m-%d}"


def test_costs_are_numbers_under_keys_that_stay_with_tables_and_a_picture(world: World) -> None:
    world.books.lines = {
        "day": [a_day(day(20), 4.0), a_day(day(3), 2.0), a_day(day(0), 1.0)],
        "model": [a_day("small", 1.0), a_day("large", 6.0)],
        "stage": [a_day("entities", 7.0)],
    }
    world.books.limits = [BudgetShare(period="run", limit_usd=1, spent_usd=0), BudgetShare(period="day", limit_usd=4, spent_usd=1)]
    result = world.run("report_costs_job")
    assert result.success
    shown = metadata_of(result, "generation_costs")
    numbers = ("cost_today_usd", "cost_7_days_usd", "cost_30_days_usd", "calls_30_days", "tokens_30_days", "daily_limit_usd")
    assert [shown[key] for key in numbers] == [1.0, 3.0, 7.0, 6, 390, 4.0]
    assert shown["limit_share/day"] == 0.25
    assert "limit_share/run" not in shown
    assert [record.data["model"] for record in shown["by_model"].records] == ["large", "small"]
    assert shown["by_stage"].records[0].data == {"stage": "entities", "calls": 2, "tokens": 130, "cost_usd": 7.0, "failed": 0}
    assert shown["plot"].startswith("![Cost of model calls by day](data:image/")


def test_an_empty_ledger_shows_zeros_and_no_row(world: World) -> None:
    shown = metadata_of(world.run("report_costs_job"), "generation_costs")
    assert (shown["cost_30_days_usd"], shown["calls_30_days"]) == (0, 0)
    assert not ROW_KEYS & set(shown)


def test_a_row_of_the_newest_version_costs_its_share_of_the_calls_that_its_rows_name(world: World) -> None:
    world.generator.spoil = lambda rows: tuple(row.model_copy(update={"call_ids": ("shared", f"own-{n}")}) for n, row in enumerate(rows))
    assert world.run().success
    shown = metadata_of(world.run("monitor_testset_job"), "generation_costs")
    assert (shown["version"], shown["rows_with_calls"], shown["cost_per_row_usd"]) == ("1.0.0", 8, 0.25 * 9 / 8)
    assert len(world.books.asked) == 9


def test_rows_that_no_paid_call_made_have_no_price(world: World) -> None:
    assert world.run().success
    assert not ROW_KEYS & set(metadata_of(world.run("report_costs_job"), "generation_costs"))
