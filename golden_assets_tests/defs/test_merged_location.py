"""Our definitions beside those of a company, in one code location: each keeps to its own."""

from collections.abc import Iterator

import dagster as dg
import pytest

from golden_assets.definitions import build_definitions
from golden_assets.defs.tracing import traced_in_process_executor
from golden_assets_tests.defs.conftest import World
from golden_assets_tests.factories import a_document

OURS = {"source_documents", "generated_testset", "quality_report", "stored_version", "phoenix_dataset"}


class MergedWorld(World):
    """A world whose code location has assets, resources, an executor and a failing job of a company."""

    ran: list[str]

    @property
    def definitions(self) -> dg.Definitions:
        return dg.Definitions.merge(self.of_the_company(), super().definitions)

    def of_the_company(self) -> dg.Definitions:
        ran: list[str] = []
        self.ran = ran

        @dg.asset(key=["aa", "crawled"], group_name="monitoring")
        def crawled(documents: dg.ResourceParam[str]) -> None:
            ran.append(documents)

        @dg.asset(key=["acme", "nightly"], group_name="quality", deps=[dg.AssetKey([*self.prefix, "active_version"])])
        def nightly() -> None:
            ran.append("nightly")

        @dg.asset_check(asset=dg.AssetKey(["aa", "crawled"]))
        def is_crawled() -> dg.AssetCheckResult:
            raise RuntimeError("the crawler is broken")

        jobs = [dg.define_asset_job("crawl_job", [crawled])]
        resources = {"documents": "of the company", "versions": object(), "rules": 3}
        executor = dg.multiprocess_executor
        return dg.Definitions([crawled, nightly], jobs=jobs, asset_checks=[is_crawled], resources=resources, executor=executor)

    @property
    def prefix(self) -> list[str]:
        return [self.testset] if self.testset else []


@pytest.fixture(params=[None, "rag"])
def world(request: pytest.FixtureRequest) -> Iterator[MergedWorld]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield MergedWorld(instance, request.param)


def materialized(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.path[-1] for event in result.get_asset_materialization_events()}


def test_our_jobs_run_our_assets_alone(world: MergedWorld) -> None:
    built = world.run()
    assert built.success
    assert materialized(built) == OURS
    request = world.tick("promotion_sensor")
    promoted = world.run("promote_version_job", run_config=request.run_config, tags=request.tags)
    assert materialized(promoted) == {"active_version"}
    monitored = world.run("monitor_testset_job")
    assert materialized(monitored) == {"operation_rates", "quality_history", "registry_integrity", "generation_costs"}
    assert world.ran == []


def test_the_assets_of_the_company_run_with_their_own_resources(world: MergedWorld) -> None:
    world.run("crawl_job")
    assert world.ran == ["of the company"]


def test_the_sensor_that_follows_steps_looks_at_ours_alone(world: MergedWorld) -> None:
    definitions = world.definitions
    sensor = definitions.get_repository_def().get_sensor_def("following_steps_sensor")
    selected = sensor.asset_selection.resolve(definitions.resolve_asset_graph())
    assert selected == {dg.AssetKey([*world.prefix, name]) for name in ("quality_report", "stored_version", "phoenix_dataset")}


def test_sensors_find_our_assets_whatever_key_comes_first(world: MergedWorld) -> None:
    assert "never materialized" in world.tick("document_change_sensor").skip_reason.skip_message
    assert world.run().success
    assert "is what the testset was made from" in world.tick("document_change_sensor").skip_reason.skip_message
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    (request,) = world.tick("document_change_sensor").run_requests
    assert world.run(run_config=request.run_config, tags=request.tags).success


def test_a_failed_run_of_the_company_is_none_of_our_alerts(world: MergedWorld) -> None:
    assert not world.run("crawl_job").success
    clicked = [dg.AssetKey(["aa", "crawled"])]
    job = world.definitions.resolve_implicit_global_asset_job_def()
    assert not job.execute_in_process(instance=world.instance, asset_selection=clicked, raise_on_error=False).success
    world.tick("alert_sensor")
    assert world.alerts.delivered == []
    mine = [dg.AssetKey([*world.prefix, "stored_version"])]
    assert not job.execute_in_process(instance=world.instance, asset_selection=mine, raise_on_error=False).success
    world.tick("alert_sensor")
    assert [alert.kind for alert in world.alerts.delivered] == ["run"]


def test_our_jobs_run_in_our_executor_and_those_of_the_company_in_theirs(world: MergedWorld) -> None:
    definitions = world.definitions
    assert definitions.resolve_job_def("build_testset_job").executor_def is traced_in_process_executor
    assert definitions.resolve_job_def("crawl_job").executor_def.name == "multiprocess"
    assert build_definitions().executor is None
