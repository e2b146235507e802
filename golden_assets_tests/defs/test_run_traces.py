"""A Dagster run as a trace in a real Phoenix: steps under the run, gates under steps, failures where they happened."""

import uuid

import dagster as dg
import pytest

from golden_assets import definitions
from golden_assets.adapters.tracing import end, otel_spans
from golden_assets.definitions import build_definitions
from golden_assets.defs.tracing import name_of, traced_in_process_executor, traced_run, traced_step
from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.gates.evaluate import GATES
from golden_assets_tests.adapters.tracing.reading import Project, by_name, parents
from golden_assets_tests.defs.conftest import World

ASSETS = {"source_documents", "generated_testset", "quality_report", "stored_version", "phoenix_dataset"}
MONITORING = {"operation_rates", "quality_history", "registry_integrity"}
MONITORING_CHECKS = {"operations_meet_their_targets", "quality_holds", "registry_is_intact"}
CHECKS = {"corpus_gates", "testset_gates", "report_gates", "version_gates", "approval_gates"}
OF_A_BUILD = {name for name, gate in GATES.items() if gate.stage != "post-activation"}


@pytest.fixture
def project(phoenix_url: str, monkeypatch: pytest.MonkeyPatch) -> Project:
    project = Project(phoenix_url)
    for name, value in {"TRACING": "true", "TRACE_PROJECT": project.name}.items():
        monkeypatch.setenv(f"GOLDEN_ASSETS_{name}", value)
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", phoenix_url)
    monkeypatch.setattr(otel_spans, "MOMENT", 20.0)  # a busy machine loses no span that a test looks at
    return project


def test_a_run_is_one_trace_of_its_steps_and_gates(world: World, project: Project) -> None:
    run_id = str(uuid.uuid4())
    with traced_run(run_id, "build_testset_job"):
        assert world.run(run_id=run_id).success
    end()
    spans = project.spans(1, "build_testset_job", *ASSETS, *CHECKS, *OF_A_BUILD)
    assert {made["context"]["trace_id"] for made in spans} == {spans[0]["context"]["trace_id"]}
    above = parents(spans)
    assert {name for name, parent in above.items() if parent == "build_testset_job"} >= ASSETS | CHECKS
    assert above["questions_are_unique"] == "report_gates"
    assert above["build_testset_job"] is None
    gate = by_name(spans)["questions_are_unique"]
    assert gate["span_kind"] == "EVALUATOR"
    assert gate["attributes"]["golden_assets.passed"] is True


def test_every_asset_and_every_check_is_a_step_of_the_trace() -> None:
    built = build_definitions()
    steps = [step for made in (*built.assets, *built.asset_checks) for step in made.node_def.iterate_op_defs()]
    bodies = [step.compute_fn.decorated_fn for step in steps]
    assert len(bodies) > 13
    assert [body.__name__ for body in bodies if body.__code__.co_filename != traced_step.__code__.co_filename] == []


def test_a_check_of_monitoring_is_a_step_with_its_verdict_below(world: World, project: Project) -> None:
    assert world.run("monitor_testset_job").success
    end()
    spans = project.spans(1, *MONITORING, *MONITORING_CHECKS)
    assert {made["name"] for made in spans if made["span_kind"] == "EVALUATOR"} >= MONITORING_CHECKS
    assert {made["name"] for made in spans if made["span_kind"] == "CHAIN"} >= {*MONITORING, *MONITORING_CHECKS}


def test_steps_say_what_they_made(world: World, project: Project) -> None:
    assert world.run().success
    end()
    made = {name: span["attributes"] for name, span in by_name(project.spans(1, *ASSETS)).items()}
    assert made["generated_testset"]["golden_assets.rows"] == 8
    assert made["generated_testset"]["golden_assets.cost_usd"] == 0.5
    assert made["generated_testset"]["golden_assets.prompt_tokens"] == 100
    assert made["stored_version"]["golden_assets.version"] == "1.0.0"
    assert made["source_documents"]["golden_assets.documents"] == 4


def test_a_step_that_fails_is_an_error_with_its_cause(world: World, project: Project) -> None:
    world.publisher.error = PublishingError("Phoenix at http://x cannot be reached", "start it")
    assert not world.run().success
    end()
    failed = by_name(project.spans(1, "phoenix_dataset"))["phoenix_dataset"]
    assert failed["status_code"] == "ERROR"
    assert "Phoenix at http://x cannot be reached: start it." in failed["status_message"]


def test_a_run_that_dagster_executes_itself_has_its_first_span_too(world: World, project: Project) -> None:
    """The executor of the definitions opens it; a command that calls `execute_in_process` does so itself."""
    assert definitions.defs.executor is traced_in_process_executor
    assert world.definitions.resolve_job_def("build_testset_job").executor_def is traced_in_process_executor
    with dg.execute_job(dg.reconstructable(_traced_job), instance=world.instance, raise_on_error=True) as result:
        assert result.success
    end()
    assert parents(project.spans(2)) == {"traced_job": None, "thing": "traced_job"}


def test_a_run_with_a_step_that_fails_is_an_error(world: World, project: Project) -> None:
    with dg.execute_job(dg.reconstructable(_failing_job), instance=world.instance) as result:
        assert not result.success
    end()
    spans = by_name(project.spans(2))
    assert spans["failing_job"]["status_code"] == "ERROR"
    assert "thing" in spans["failing_job"]["status_message"]


def test_a_run_of_what_somebody_clicked_is_named_after_it() -> None:
    clicked = dg.DagsterRun(job_name="__ASSET_JOB", run_id="1", asset_selection={dg.AssetKey(["rag", "active_version"])})
    assert name_of(clicked) == "materialize active_version"
    several = {dg.AssetKey(name) for name in ("stored_version", "phoenix_dataset")}
    assert name_of(dg.DagsterRun(job_name="__ASSET_JOB_0", run_id="2", asset_selection=several)) == "materialize 2 assets"
    check = {dg.AssetCheckKey(dg.AssetKey("active_version"), "rows_are_fresh")}
    assert name_of(dg.DagsterRun(job_name="__ASSET_JOB", run_id="3", asset_check_selection=check)) == "check rows_are_fresh"
    assert name_of(dg.DagsterRun(job_name="build_testset_job", run_id="4")) == "build_testset_job"


def _failing_job() -> dg.JobDefinition:
    @dg.asset
    @traced_step
    async def thing() -> None:
        raise PublishingError("Phoenix cannot be reached", "start it")

    job = dg.define_asset_job("failing_job", [thing])
    return dg.Definitions(assets=[thing], jobs=[job], executor=traced_in_process_executor).resolve_job_def("failing_job")


def _traced_job() -> dg.JobDefinition:
    @dg.asset
    @traced_step
    async def thing() -> None: ...

    job = dg.define_asset_job("traced_job", [thing])
    return dg.Definitions(assets=[thing], jobs=[job], executor=traced_in_process_executor).resolve_job_def("traced_job")
