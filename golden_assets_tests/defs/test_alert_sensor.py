"""The alert sensor and the other rules of operation, tick by tick."""

import time

import dagster as dg

from golden_assets.adapters.testing import InMemoryDocumentSource
from golden_assets.domain.versions.promotion import OperatingRules
from golden_assets_tests.defs.conftest import World
from golden_assets_tests.factories import a_document


def told(world: World) -> list[str]:
    return sorted(alert.title for alert in world.alerts.delivered)


def spoil(world: World) -> None:
    world.generator.spoil = lambda rows: (*rows[:-1], rows[-1].model_copy(update={"user_input": rows[0].user_input}))


def promote(world: World) -> None:
    request = world.tick("promotion_sensor")
    assert world.run("promote_version_job", run_config=request.run_config, tags=request.tags).success


def test_nothing_is_told_while_all_is_well(world: World) -> None:
    world.run()
    promote(world)
    assert "0 new alerts" in world.tick("alert_sensor").skip_reason.skip_message
    assert told(world) == []


def test_failed_gates_and_the_run_that_stopped_at_them_are_told_once(world: World) -> None:
    spoil(world)
    result = world.run()
    first = world.tick("alert_sensor")
    assert told(world) == ["build_testset_job failed", "version 1.0.0 failed its gates"]
    gates = next(alert for alert in world.alerts.delivered if alert.kind == "gates")
    assert "questions_are_unique" in gates.body
    run = next(alert for alert in world.alerts.delivered if alert.kind == "run")
    assert result.run_id in run.key
    assert "blocking asset check failed" in run.body
    second = world.tick("alert_sensor", first.cursor)
    assert "0 new alerts, 0 delivered" in second.skip_reason.skip_message
    assert "0 new alerts" in world.tick("alert_sensor").skip_reason.skip_message, "a lost cursor tells nothing twice"


def test_stale_rows_of_the_active_version_are_told(world: World) -> None:
    world.run()
    promote(world)
    world.source.documents = (a_document("z-new.md"),)
    world.generator.spoil = lambda rows: rows[:1]
    world.run()
    world.tick("alert_sensor")
    assert "version 1.0.0 has stale rows" in told(world)


def test_low_quality_and_spent_shares_of_a_cost_limit_are_told(world: World) -> None:
    world.run()
    promote(world)
    world.rules = OperatingRules(quality_alert_threshold=1.1)
    world.alerts.cost_shares = [("2026-11", 0.8), ("2026-11", 1.0)]
    world.tick("alert_sensor")
    assert told(world) == [
        "100% of the cost limit are spent (2026-11)",
        "80% of the cost limit are spent (2026-11)",
        "version 1.0.0 is of low quality",
    ]


def test_with_auto_promotion_off_the_sensor_says_how_to_promote(world: World) -> None:
    world.run()
    world.rules = OperatingRules(auto_promote=False)
    skip = world.tick("promotion_sensor")
    assert isinstance(skip, dg.SkipReason)
    assert "golden-assets activate" in str(skip.skip_message)


def test_documents_that_are_still_being_written_are_not_read(world: World) -> None:
    world.run()
    world.rules = OperatingRules(settle_seconds=3600)
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    reads: list[str] = []
    read = InMemoryDocumentSource.read
    world.source.read = lambda: reads.append("read") or read(world.source)  # type: ignore[method-assign]
    first = world.tick("document_change_sensor")
    assert "stood still for 3600 s" in first.skip_reason.skip_message
    again = world.tick("document_change_sensor", first.cursor)
    assert (again.cursor, reads) == (first.cursor, []), "the time of the first sight is kept over ticks and restarts"
    fingerprint = first.cursor.split(" @")[0]
    settled = world.tick("document_change_sensor", f"{fingerprint} @{time.time() - 3601}")
    assert len(settled.run_requests) == 1
    moved = world.tick("document_change_sensor", f"other @{time.time() - 3601}")
    assert moved.skip_reason is not None, "every further change starts the waiting over"
