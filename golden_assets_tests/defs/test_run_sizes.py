from golden_assets_tests.defs.conftest import World, metadata_of


def test_a_run_that_does_not_say_how_many_rows_asks_for_the_configured_number(world: World) -> None:
    world.defaults = world.defaults.model_copy(update={"size": 6})
    for size in ({}, {"size": None}):
        result = world.run(run_config={"ops": {"generated_testset": {"config": size}}})
        assert metadata_of(result, "generated_testset")["rows_asked"] == 6


def test_a_run_that_asks_for_more_rows_than_allowed_ends_before_anything_is_generated(world: World) -> None:
    result = world.run(size=51)
    assert not result.success
    (failure,) = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    assert "51 rows are more than max_size, 50: ask for fewer, or raise max_size in the settings." in str(failure.cause or failure)
    assert world.generator.calls == []
