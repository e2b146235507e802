"""Monitoring and schedules: what they show, and when they stay quiet."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from golden_assets.definitions import build_definitions
from golden_assets.domain.core.errors import (
    BudgetExceededError,
    ConfigurationError,
    GateError,
    IntegrityError,
    ModelAuthenticationError,
    ModelError,
    PublishingError,
    ServerError,
)
from golden_assets.domain.monitoring.service_levels import OperationCount, fault_of, in_words, rate_of
from golden_assets.domain.statistics.distributions import wilson
from golden_assets.domain.versions.versions import Verification
from golden_assets_tests.defs.conftest import World, metadata_of, verdicts_of
from golden_assets_tests.factories import a_corpus, a_document, a_report, a_testset, rows_on


def promote(world: World) -> None:
    request = world.tick("promotion_sensor")
    assert world.run("promote_version_job", run_config=request.run_config, tags=request.tags).success


@pytest.fixture
def lasting() -> Iterator[World]:
    """A world on an instance with files: a schedule opens its instance by reference."""
    with dg.instance_for_test() as instance:
        yield World(instance)


def weekly(world: World) -> dg.RunRequest | dg.SkipReason:
    """What the weekly schedule asks for."""
    defs = world.definitions
    context = dg.build_schedule_context(instance=world.instance, resources=defs.resources, repository_def=defs.get_repository_def())
    with context:
        return defs.resolve_schedule_def("testset_weekly_schedule")(context)


def test_monitoring_shows_rates_with_their_numbers_and_what_is_damaged(world: World) -> None:
    world.run()
    world.monitor.counts = [
        OperationCount(kind="transaction", total=1000, succeeded=990),
        OperationCount(kind="query", total=20, succeeded=20, p95_seconds=0.01),
    ]
    world.auditor.checks = [Verification(subject="version 1.0.0 of golden", checked=8, faults=("row 0 was forged",))]
    result = world.run("monitor_testset_job")
    assert result.success
    rates = metadata_of(result, "operation_rates")
    assert (rates["transaction_rate"], rates["transaction_n"], rates["query_p95_seconds"]) == (0.99, 1000, 0.01)
    assert rates["targets_missed"] == "transaction"
    results = {record.data["kind"]: record.data["result"] for record in rates["rates"].records}
    assert results["transaction"] == "99.00% of 1000 that reached the database (95 % interval 98.17% to 99.46%); target 99.9%, MISSED"
    assert (rates["upload_n"], results["upload"]) == (0, "nothing recorded yet; the target is 99.0%")
    assert world.monitor.timed == 1
    assert metadata_of(result, "quality_history")["versions_judged"] == 1
    integrity = metadata_of(result, "registry_integrity")
    assert (integrity["first_faults"], integrity["hashed"]) == (["version 1.0.0 of golden: row 0 was forged"], 8)
    monitored = {"operations_meet_their_targets": False, "quality_holds": True, "registry_is_intact": False}
    assert verdicts_of(result) == monitored | {"rows_are_fresh": True, "phoenix_matches_the_registry": True}
    assert [alert.kind for alert in world.alerts.alerts.values()] == ["corruption"]


def test_a_testset_that_came_from_a_file_is_monitored_though_its_documents_were_never_read(world: World) -> None:
    testset = a_testset(rows_on(a_corpus(), 8), a_corpus())
    asyncio.run(world.versions.create_version(testset, a_report(testset), created_by="Ada", run_id=None))
    asyncio.run(world.versions.promote_version("1.0.0", promoted_by="Ada", run_id=None))
    result = world.run("monitor_testset_job")
    assert result.success
    (fresh,) = (one for one in result.get_asset_check_evaluations() if one.check_name == "rows_are_fresh")
    assert (fresh.passed, fresh.description) == (True, "Not judged: the documents were never read.")


def test_a_full_regeneration_is_proposed_with_its_price_and_not_done(world: World) -> None:
    empty = world.run("propose_regeneration_job")
    assert metadata_of(empty, "regeneration_proposal")["rows"] == 0
    world.run()
    promote(world)
    written = len(world.generator.calls)
    result = world.run("propose_regeneration_job")
    assert metadata_of(result, "regeneration_proposal")["expected_cost_usd"] == 8
    assert [alert.kind for alert in world.alerts.alerts.values()] == ["proposal"]
    assert len(world.generator.calls) == written


def test_the_weekly_schedule_skips_a_recent_version_of_unchanged_documents(lasting: World) -> None:
    assert isinstance(weekly(lasting), dg.RunRequest)
    lasting.run()
    promote(lasting)
    assert "younger than 7 days" in str(weekly(lasting).skip_message)
    lasting.source.documents = (*lasting.source.documents, a_document("z-new.md"))
    assert isinstance(weekly(lasting), dg.RunRequest)


def test_the_weekly_schedule_renews_an_old_version(lasting: World) -> None:
    lasting.versions._clock = lambda: datetime.now(UTC) - timedelta(days=8)
    lasting.run()
    promote(lasting)
    assert isinstance(weekly(lasting), dg.RunRequest)


def test_monitoring_tells_rows_that_are_stale_and_a_phoenix_that_lost_the_version(world: World) -> None:
    world.run()
    promote(world)
    world.source.documents = world.source.documents[:2]
    assert world.run(run_config={}, asset_selection=[dg.AssetKey("source_documents")]).success
    world.publisher.received.clear()
    verdicts = verdicts_of(world.run("monitor_testset_job"))
    assert (verdicts["rows_are_fresh"], verdicts["phoenix_matches_the_registry"]) == (False, False)


def test_a_time_in_the_settings_of_a_testset_switches_its_schedule_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "testsets:\n  handbook: {docs: a, regeneration_schedule: 30 2 * * 1-5}\n  api: {docs: b, monitoring_schedule: '0 5 * * *'}\n"
    (tmp_path / "golden_testset_config.yaml").write_text(text, encoding="utf-8")
    running = {
        (testset, schedule.name, schedule.cron_schedule)
        for testset in ("handbook", "api")
        for schedule in build_definitions(testset=testset).get_repository_def().schedule_defs
        if schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    }
    assert running == {("handbook", "testset_weekly_schedule", "30 2 * * 1-5"), ("api", "monitoring_daily_schedule", "0 5 * * *")}


def test_every_schedule_is_off_until_somebody_switches_it_on(world: World) -> None:
    schedules = world.definitions.get_repository_def().schedule_defs
    assert {schedule.name for schedule in schedules} == {
        "testset_weekly_schedule",
        "monitoring_daily_schedule",
        "full_regeneration_monthly_schedule",
    }
    assert all(schedule.default_status is dg.DefaultScheduleStatus.STOPPED for schedule in schedules)


@pytest.mark.parametrize(("successes", "total", "low", "high"), [(0, 0, 0, 1), (50, 50, 0.9287, 1), (990, 1000, 0.9817, 0.9946)])
def test_a_rate_comes_with_its_wilson_interval(successes: int, total: int, low: float, high: float) -> None:
    assert wilson(successes, total) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("succeeded", "total", "verdict"),
    [
        (4, 4, "met so far, too few to be sure"),
        (9999, 10000, "met"),
        (1997, 2000, "below target so far, too few to be sure"),
        (990, 1000, "MISSED"),
    ],
)
def test_what_chance_would_give_is_no_verdict_on_a_rate(succeeded: int, total: int, verdict: str) -> None:
    assert in_words(rate_of(OperationCount(kind="transaction", total=total, succeeded=succeeded))).endswith(f"; target 99.9%, {verdict}")


def test_the_rate_of_transactions_says_which_are_counted() -> None:
    assert "of 4 that reached the database (" in in_words(rate_of(OperationCount(kind="transaction", total=4, succeeded=4)))
    assert "of 4 (" in in_words(rate_of(OperationCount(kind="command", total=4, succeeded=4)))


def test_without_an_operation_nothing_is_claimed() -> None:
    rate = rate_of(OperationCount(kind="upload", total=0, succeeded=0))
    assert (rate.rate, rate.met, rate.target) == (None, None, 0.99)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (None, None),
        (GateError("a gate failed", "mend it"), None),
        (ConfigurationError("no such setting", "mend it"), None),
        (BudgetExceededError("the limit is reached", "wait"), None),
        (ModelAuthenticationError("the key is refused", "change it"), None),
        (ServerError("it is down", "start it"), "ServerError"),
        (PublishingError("it is down", "start it"), "PublishingError"),
        (IntegrityError("forged", "restore"), "IntegrityError"),
        (ModelError("nonsense", "try again"), "ModelError"),
        (KeyError("a bug"), "KeyError"),
    ],
)
def test_a_refusal_is_no_fault_and_a_server_that_fails_or_a_bug_is_one(error: Exception | None, fault: str | None) -> None:
    assert fault_of(error) == fault


def test_a_check_judges_what_its_own_run_found_although_another_run_recorded_something_since(world: World) -> None:
    @dg.asset(deps=["registry_integrity"])
    def a_run_elsewhere(context: dg.AssetExecutionContext) -> None:
        fine = dg.AssetMaterialization("registry_integrity", metadata={"first_faults": [], "faults": 0, "hashed": 8})
        context.instance.report_runless_asset_event(fine)

    world.auditor.checks = [Verification(subject="version 1.0.0 of golden", checked=8, faults=("row 0 was forged",))]
    job = dg.define_asset_job("both", selection=dg.AssetSelection.assets("registry_integrity", a_run_elsewhere))
    definitions = dg.Definitions.merge(world.definitions, dg.Definitions(assets=[a_run_elsewhere], jobs=[job]))
    result = definitions.resolve_job_def("both").execute_in_process(instance=world.instance)
    steps = [event.step_key for event in result.all_events if event.is_step_success]
    assert steps[1] == "a_run_elsewhere"
    assert verdicts_of(result) == {"registry_is_intact": False}
