import asyncio

import dagster as dg

from golden_assets.defs.names import ATTEMPT_TAG, LOCATION, VERSION_TAG
from golden_assets_tests.defs.conftest import ELSEWHERE, World, metadata_of, verdicts_of
from golden_assets_tests.factories import a_corpus, a_document, a_report, a_testset, rows_on


def promote(world: World, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
    return world.run("promote_version_job", run_config=request.run_config, tags=request.tags)


def test_nothing_is_promoted_before_anything_is_stored(world: World) -> None:
    skip = world.tick("promotion_sensor")
    assert isinstance(skip, dg.SkipReason)
    assert "No version is stored" in str(skip.skip_message)


def test_a_validated_and_published_version_is_promoted(world: World) -> None:
    world.run()
    request = world.tick("promotion_sensor")
    assert (request.run_key, request.tags[VERSION_TAG], request.tags[ATTEMPT_TAG]) == ("promote:golden:1.0.0:1", "1.0.0", "1")
    result = promote(world, request)
    assert result.success
    assert metadata_of(result, "active_version")["status"] == "active"
    assert [stored.summary.status for stored in world.versions.versions] == ["active"]


def test_an_active_version_is_not_promoted_again(world: World) -> None:
    world.run()
    promote(world, world.tick("promotion_sensor"))
    skip = world.tick("promotion_sensor")
    assert isinstance(skip, dg.SkipReason)
    assert "1.0.0 is active" in str(skip.skip_message)


def test_materializing_the_active_version_again_changes_nothing(world: World) -> None:
    world.run()
    request = world.tick("promotion_sensor")
    promote(world, request)
    assert promote(world, request).success
    assert len(world.versions.promotions) == 1


def test_a_version_that_failed_its_gates_is_never_promoted(world: World) -> None:
    world.generator.spoil = lambda rows: (*rows[:-1], rows[-1].model_copy(update={"user_input": rows[0].user_input}))
    world.run()
    skip = world.tick("promotion_sensor")
    assert isinstance(skip, dg.SkipReason)
    assert "failed its gates" in str(skip.skip_message)
    refused = world.run("promote_version_job", run_config={"ops": {"active_version": {"config": {"version": "1.0.0"}}}})
    assert not refused.success
    assert world.versions.promotions == []


async def _store_worse(world: World) -> None:
    """A second version whose gates passed, and that asks less diverse questions than the active one."""
    testset = a_testset(rows_on(a_corpus(), 8, start=50))
    report = a_report(testset)
    measured = (await world.versions.get_version("1.0.0")).report
    assert measured is not None
    worse = {**measured.measures, "diversity": measured.measures["diversity"] - 0.3}
    await world.versions.create_version(
        testset, report.model_copy(update={"measures": worse, "embedder": measured.embedder}), created_by="t", run_id=None
    )


def test_a_version_that_a_loss_keeps_from_phoenix_says_so(world: World) -> None:
    world.run()
    promote(world, world.tick("promotion_sensor"))
    asyncio.run(_store_worse(world))
    skip = str(world.tick("promotion_sensor").skip_message)
    assert "is blocked by does_not_regress. Worse than the active version: diversity fell from 1.000 to 0.700." in skip
    assert "golden-assets activate" in skip


def test_a_new_version_replaces_the_active_one_and_the_diff_is_shown(world: World) -> None:
    world.run()
    promote(world, world.tick("promotion_sensor"))
    world.generator.start = 3
    world.source.documents = world.source.documents[:3]
    world.run()
    result = promote(world, world.tick("promotion_sensor"))
    assert metadata_of(result, "active_version")["previous"] == "1.0.0"
    assert metadata_of(result, "active_version")["rows_added"] > 0
    assert [stored.summary.status for stored in world.versions.versions] == ["archived", "active"]


def test_a_failing_promotion_is_tried_three_times_and_then_left_to_people(world: World) -> None:
    world.run()
    for attempt in (1, 2, 3):
        request = world.tick("promotion_sensor")
        assert request.run_key == f"promote:golden:1.0.0:{attempt}"
        broken = {"ops": {"active_version": {"config": {"version": "9.9.9"}}}}
        assert not world.run("promote_version_job", run_config=broken, tags=request.tags).success
    skip = world.tick("promotion_sensor")
    assert isinstance(skip, dg.SkipReason)
    assert "failed 3 times" in str(skip.skip_message)


def test_a_promotion_under_way_is_waited_for(world: World) -> None:
    world.run()
    request = world.tick("promotion_sensor")
    job = world.definitions.resolve_job_def("promote_version_job")
    world.instance.create_run_for_job(job, tags=request.tags, status=dg.DagsterRunStatus.STARTED)
    skip = world.tick("promotion_sensor")
    assert isinstance(skip, dg.SkipReason)
    assert "under way" in str(skip.skip_message)


def test_documents_are_watched_only_after_they_were_read_once(world: World) -> None:
    result = world.tick("document_change_sensor")
    assert "never materialized" in result.skip_reason.skip_message


def test_unchanged_documents_ask_for_nothing_and_are_not_read_twice(world: World) -> None:
    world.run()
    first = world.tick("document_change_sensor")
    assert first.skip_reason is not None
    reads = []
    world.source.read = lambda: reads.append("read")  # type: ignore[method-assign]
    second = world.tick("document_change_sensor", first.cursor)
    assert second.skip_reason is not None
    assert reads == []


def test_changed_content_asks_for_one_run_on_the_same_location(world: World) -> None:
    run_config = {"ops": {"source_documents": {"config": {"docs": ELSEWHERE}}, "generated_testset": {"config": {"size": 8}}}}
    world.run(run_config=run_config)
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    (request,) = world.tick("document_change_sensor").run_requests
    assert request.run_config == {"ops": {"source_documents": {"config": {"docs": ELSEWHERE}}}}
    assert request.run_key.startswith("corpus:")


def test_files_that_a_run_leaves_out_are_not_watched_either(world: World) -> None:
    source = {"docs": ELSEWHERE, "exclude": ["drafts/"]}
    result = world.run(run_config={"ops": {"source_documents": {"config": source}, "generated_testset": {"config": {"size": 8}}}})
    location = f"{ELSEWHERE}#exclude=drafts/"
    assert metadata_of(result, "source_documents")[LOCATION] == location
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    (request,) = world.tick("document_change_sensor").run_requests
    assert request.run_config == {"ops": {"source_documents": {"config": {"docs": location}}}}


def test_a_failed_regeneration_is_asked_for_again_a_bounded_number_of_times(world: World) -> None:
    world.run()
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    job = world.definitions.resolve_job_def("build_testset_job")
    cursor = None
    for attempt in (1, 2, 3):
        result = world.tick("document_change_sensor", cursor)
        (request,) = result.run_requests
        assert request.run_key.endswith(f":{attempt}")
        cursor = result.cursor
        world.instance.create_run_for_job(job, tags=request.tags, status=dg.DagsterRunStatus.FAILURE)
    assert "failed" in world.tick("document_change_sensor", cursor).skip_reason.skip_message


def test_a_regeneration_under_way_is_not_doubled(world: World) -> None:
    world.run()
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    (request,) = world.tick("document_change_sensor").run_requests
    job = world.definitions.resolve_job_def("build_testset_job")
    world.instance.create_run_for_job(job, tags=request.tags, status=dg.DagsterRunStatus.STARTED)
    assert "in progress" in world.tick("document_change_sensor").skip_reason.skip_message


def test_content_that_returns_to_an_earlier_state_is_regenerated_too(world: World) -> None:
    original = world.source.documents
    world.run()
    job = world.definitions.resolve_job_def("build_testset_job")
    for documents in ((*original, a_document("z-new.md")), original, (*original, a_document("z-new.md"))):
        world.source.documents = documents
        (request,) = world.tick("document_change_sensor").run_requests
        world.instance.create_run_for_job(job, tags=request.tags, status=dg.DagsterRunStatus.SUCCESS)
        world.run()


def test_a_version_waits_for_an_approval_that_is_required_and_is_promoted_with_it(world: World) -> None:
    world.versions.require_approval = True
    built = world.run()
    assert built.success
    assert verdicts_of(built)["is_approved"] is False
    assert len(world.publisher.received) == 1
    skip = world.tick("promotion_sensor")
    assert "waits for approval: golden-assets approve 1.0.0 --by NAME" in str(skip.skip_message)
    by_hand = world.run("promote_version_job", run_config={"ops": {"active_version": {"config": {"version": "1.0.0"}}}})
    assert by_hand.success
    assert by_hand.get_asset_materialization_events() == []
    assert [stored.summary.status for stored in world.versions.versions] == ["validated"]
    assert {
        check.severity
        for check in (*built.get_asset_check_evaluations(), *by_hand.get_asset_check_evaluations())
        if check.check_name == "is_approved"
    } == {dg.AssetCheckSeverity.WARN}
    world.versions.approvals.append(("1.0.0", "Ada"))
    result = promote(world, world.tick("promotion_sensor"))
    assert result.success
    assert verdicts_of(result)["is_approved"] is True
