"""Publishing as a step of a run: a failure leaves the version validated and the next run picks it up; what is wrong is found and mended."""

import asyncio
import re
import threading
import uuid
from collections.abc import Iterator

import dagster as dg
import pytest

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.adapters.testing import InMemoryVersionStore
from golden_assets.cli.local.jobs import failure_of
from golden_assets.domain.core.errors import ConfigurationError, GoldenAssetsError, PublishingError
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets_tests.adapters.phoenix.loopback import Answer, Request, forward, serving
from golden_assets_tests.defs.conftest import World, metadata_of, verdicts_of

DOWN = PublishingError("Phoenix at http://x cannot be reached", "start it")
UNTRUSTED = ConfigurationError("the certificates in ca.pem cannot be read", "name a file")
CHECK = "phoenix_matches_the_registry"


def cut(request: Request, phoenix_url: str) -> Answer:
    answer = forward(request, phoenix_url)
    answer.cut = True
    return answer


@pytest.fixture
def world() -> Iterator[World]:
    """On a testset of its own, since Phoenix is shared."""
    with dg.DagsterInstance.ephemeral() as instance:
        world = World(instance)
        world.versions = InMemoryVersionStore(f"test-{uuid.uuid4().hex}")
        yield world


FAULTS = {
    "401": "refuses the API key|asks for an API key",
    "403": "does not allow the API key",
    "413": "refuses an upload of this size",
    "500": "failed .HTTP 500",
    "half an answer": "broke off the connection",
    "slow": "did not answer within",
}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_an_upload_that_fails_leaves_the_version_validated_and_the_next_run_picks_it_up(world: World, phoenix_url: str, fault: str) -> None:
    def respond(request: Request) -> Answer | None:
        if not request.is_upload:
            return forward(request, phoenix_url)
        if fault == "half an answer":
            return cut(request, phoenix_url)
        if fault == "slow":
            wait.wait(2)
        return Answer(int(fault) if fault.isdigit() else 200, b"no")

    wait = threading.Event()
    with serving(respond) as proxy:
        world.publisher = PhoenixDatasetPublisher(proxy.url, attempts=2, timeout_seconds=0.5 if fault == "slow" else 20)  # type: ignore[assignment]
        failed = world.run()
    assert not failed.success
    assert re.search(FAULTS[fault], failure_of(failed))
    (version,) = asyncio.run(world.versions.list_versions())
    assert version.status == "validated"
    assert asyncio.run(world.versions.published_versions()) == frozenset()
    world.publisher = PhoenixDatasetPublisher(phoenix_url)  # type: ignore[assignment]
    assert world.run().success
    assert asyncio.run(world.versions.published_versions()) == {"1.0.0"}
    assert len(asyncio.run(world.versions.list_versions())) == 1


def promoted(world: World) -> None:
    assert world.run().success
    assert world.run("promote_version_job").success


def test_an_active_version_that_lost_rows_fails_the_check_and_the_next_run_mends_it(world: World) -> None:
    promoted(world)
    assert verdicts_of(world.check(CHECK)) == {CHECK: True}
    world.publisher.lost = ("row-1",)
    checked = world.check(CHECK)
    assert verdicts_of(checked) == {CHECK: False}
    assert verdicts_of(world.run())[CHECK] is True


@pytest.mark.parametrize("error", [DOWN, UNTRUSTED])
def test_a_phoenix_that_is_down_fails_the_check_with_cause_and_remedy_and_not_the_promotion(world: World, error: GoldenAssetsError) -> None:
    assert world.run().success
    world.publisher.error = error
    result = world.run("promote_version_job")
    assert result.success
    assert verdicts_of(result)[CHECK] is False
    (evaluation,) = [found for found in result.get_asset_check_evaluations() if found.check_name == CHECK]
    assert evaluation.severity == dg.AssetCheckSeverity.WARN
    assert error.problem in (evaluation.description or "")
    assert evaluation.metadata["remedy"].value == f"{error.remedy.capitalize()}."
    said = metadata_of(result, "active_version")
    assert (said["current_in_phoenix"], said["status"]) == (False, "active")
    world.publisher.error = None
    again = world.run("promote_version_job")
    assert verdicts_of(again)[CHECK] is True
    assert metadata_of(again, "active_version")["current_in_phoenix"] is True


def test_after_a_rollback_the_next_run_makes_the_active_version_current_again(world: World) -> None:
    promoted(world)
    world.generator.start = 20
    assert world.run(size=9).success
    assert world.run("promote_version_job").success
    first, second = (stored.summary.version for stored in world.versions.versions)
    world.versions.roll_back(first)
    assert verdicts_of(world.check(CHECK)) == {CHECK: False}  # the retired version is still the current one there
    assert verdicts_of(world.run(size=9))[CHECK] is True
    assert world.publisher.received[-1].summary.version == first != second


def test_every_upload_leaves_a_record_of_how_it_went(world: World) -> None:
    world.publisher.error = DOWN
    assert not world.run().success
    world.publisher.error = None
    assert world.run().success
    world.publisher.error = DOWN
    assert not world.run().success
    faults = ["PublishingError", None, "PublishingError"]
    assert [(one.kind, one.fault) for one in world.versions.operations] == [("upload", fault) for fault in faults]
    assert all(one.seconds >= 0 for one in world.versions.operations)


def test_a_candidate_is_published_beside_the_active_version_and_both_are_where_they_belong(world: World) -> None:
    promoted(world)
    world.versions.require_approval = True
    world.generator.start = 20
    result = world.run(size=9)
    candidate = metadata_of(result, "phoenix_dataset")
    assert candidate["dataset"] == f"golden_candidate_{world.versions.testset_name}"
    assert verdicts_of(result)[CHECK] is True
    in_datasets = {world.publisher.dataset_name(one.summary): one.summary.version for one in world.publisher.received}
    active = asyncio.run(world.versions.get_active_version())
    assert active is not None
    assert in_datasets[f"golden_testset_{world.versions.testset_name}"] == active.summary.version


def test_edits_made_in_phoenix_go_on_record_before_a_promotion_overwrites_them(world: World) -> None:
    promoted(world)
    active = asyncio.run(world.versions.get_active_version())
    assert active is not None
    name = world.publisher.dataset_name(active.summary)
    edit = DatasetEdit(row_id=active.testset.rows[0].row_id, kind="deleted", dataset_name=name, dataset_version_id="2")
    world.publisher.edits = [edit]
    result = world.run("promote_version_job")
    assert result.success
    assert asyncio.run(world.versions.dataset_edits(active.summary.version)) == [edit]
    assert world.publisher.edits == []
    assert asyncio.run(world.versions.record_edits(active.summary.version, [edit])) == 0


def test_a_version_that_is_not_in_phoenix_is_published_for_an_experiment_in_turn(world: World) -> None:
    promoted(world)
    world.generator.start = 20
    world.run(size=9)
    world.publisher.received.clear()
    result = dg.materialize(
        [asset for asset in world.definitions.assets or [] if isinstance(asset, dg.AssetsDefinition)],
        selection="baseline_experiment",
        instance=world.instance,
        resources=dict(world.definitions.resources or {}),
    )
    assert result.success
    numbers = [stored.summary.version for stored in world.publisher.received]
    assert len(numbers) == len(set(numbers)) == 2
