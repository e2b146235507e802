from collections.abc import Callable
from datetime import UTC, datetime

import dagster as dg
import pytest

from golden_assets.domain.core.errors import BudgetExceededError
from golden_assets.domain.costs.budgets import Pause
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.defs.conftest import World, metadata_of, verdicts_of


def test_a_run_that_cannot_be_paid_for_stops_before_generation(world: World) -> None:
    world.budget.left = 7.0
    result = world.run(size=8)
    assert not result.success
    before = {"documents_are_usable": True, "configuration_is_valid": True, "budget_remains": False}
    assert verdicts_of(result) == before
    assert world.generator.calls == []


def test_a_run_that_can_be_paid_for_goes_on_and_is_planned_for_the_rows_it_asks(world: World) -> None:
    world.budget.left = 8.0
    assert world.run(size=8).success
    assert world.budget.asked == [8], "a run is planned once"


def test_what_was_answered_before_needs_no_budget(world: World) -> None:
    assert world.run(size=8).success
    world.budget.left = 0.0
    assert world.run(size=8).success
    assert world.budget.asked == [8, 0]


def test_the_estimate_is_told_of_the_rows_that_stay_but_for_those_that_a_person_vouches_for(world: World) -> None:
    world.run(size=8)
    rows = world.versions.versions[0].testset.rows
    world.versions.reviews["1.0.0"] = [RowDecision(row_id=rows[0].row_id, decision="approve", reviewer="Ada")]
    world.generator.code_version = "2"
    world.run(size=10)
    assert world.budget.asked == [8, 2]
    assert world.budget.kept == [(), rows[1:]]


def test_a_paused_run_stops_before_generation_and_says_who_paused_it_and_what_to_do(world: World) -> None:
    world.budget.pause = Pause(reason="the invoice looks odd", performed_by="ada", performed_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    result = world.run(size=8)
    assert not result.success
    assert world.generator.calls == []
    (verdict,) = [one for one in result.get_asset_check_evaluations() if one.check_name == "budget_remains"]
    assert "paused since 2026-03-01 09:30 UTC by ada: the invoice looks odd" in verdict.metadata["explanation"].value
    assert "golden-assets budget resume" in verdict.metadata["remedy"].value


def test_the_documents_carry_the_estimate_as_numbers_and_in_words(world: World) -> None:
    world.budget.left = 20.0
    shown = metadata_of(world.run(size=8), "source_documents")
    numbers = ("expected_calls_low", "expected_calls", "expected_calls_high", "expected_cost_usd", "budget_left_usd")
    assert [shown[key] for key in numbers] == [8, 8, 8, 8, 20]
    assert shown["estimate"].splitlines()[1] == "$0.0000 of $20 per day spent (0%)"


def test_documents_without_a_cost_limit_say_so(world: World) -> None:
    shown = metadata_of(world.run(size=8), "source_documents")
    assert shown["estimate"].splitlines()[1:] == ["no cost limit is set"]
    assert "budget_left_usd" not in shown


def test_the_testset_tells_which_shares_of_which_limit_its_run_passed(world: World) -> None:
    world.budget.left = 20.0
    world.generator.spoil = spending(world, 17.0)
    shown = metadata_of(world.run(size=8), "generated_testset")
    assert (shown["limit_share/day"], shown["cost_alerts"]) == (pytest.approx(0.85), 2)
    passed = [(record.data["limit"], record.data["share_passed"]) for record in shown["cost_alert_table"].records]
    assert passed == [("day", 0.5), ("day", 0.8)]


def test_a_run_that_the_budget_stops_leaves_an_observation_of_why(world: World) -> None:
    world.budget.left = 20.0

    def stop(rows: tuple[TestsetRow, ...]) -> tuple[TestsetRow, ...]:
        world.budget.spend(10.0)
        raise BudgetExceededError("the limit is reached", "raise it")

    world.generator.spoil = stop
    assert not world.run(size=8).success
    (record,) = world.instance.fetch_observations(dg.AssetKey("generated_testset"), limit=5).records
    shown = {key: value.value for key, value in record.asset_observation.metadata.items()}
    assert (shown["stopped_by"], shown["remedy"], shown["cost_alerts"]) == ("the limit is reached", "raise it", 1)


def spending(world: World, usd: float) -> Callable[[tuple[TestsetRow, ...]], tuple[TestsetRow, ...]]:
    """Rows as they are, for a price."""

    def spend(rows: tuple[TestsetRow, ...]) -> tuple[TestsetRow, ...]:
        world.budget.spend(usd)
        return rows

    return spend
