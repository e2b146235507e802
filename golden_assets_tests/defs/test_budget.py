from golden_assets_tests.defs.conftest import World, verdicts_of


def test_a_run_that_cannot_be_paid_for_stops_before_generation(world: World) -> None:
    world.budget.left = 7.0
    result = world.run(size=8)
    assert not result.success
    assert verdicts_of(result) == {"documents_are_usable": True, "configuration_is_valid": True, "budget_remains": False}
    assert world.generator.calls == []


def test_a_run_that_can_be_paid_for_goes_on_and_is_planned_for_the_rows_it_asks(world: World) -> None:
    world.budget.left = 8.0
    assert world.run(size=8).success
    assert world.budget.asked == [8]


def test_what_was_answered_before_needs_no_budget(world: World) -> None:
    assert world.run(size=8).success
    world.budget.left = 0.0
    assert world.run(size=8).success
    assert world.budget.asked == [8, 0]
