"""The monitoring queries run, and say what is there."""

import json

import psycopg
import pytest

from golden_assets.adapters.alerts.outbox import PostgresAlertDesk
from golden_assets.adapters.postgres import PostgresVersionStore, migrate
from golden_assets.adapters.postgres.monitor import PostgresRegistryMonitor
from golden_assets.adapters.postgres.sql_files import sql_directory
from golden_assets.adapters.postgres.versions.reviews import give_feedback
from golden_assets.domain.monitoring.alerts import Alert
from golden_assets.domain.review.feedback import Feedback
from golden_assets_tests.factories import a_failed_report, a_report, a_testset


@pytest.fixture
def registry_url(database_url: str) -> str:
    """A registry of one's own: the queries look at all testsets."""
    migrate(database_url)
    return database_url


def rows(owner: psycopg.Connection, name: str) -> list[tuple]:
    return owner.execute((sql_directory() / "monitoring" / f"{name}.sql").read_text()).fetchall()


async def test_the_dashboard_shows_use_cost_quality_failures_and_lineage(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    for size, report in ((4, a_report), (5, a_failed_report), (8, a_report)):
        testset = a_testset(size=size)
        await store.create_version(testset, report(testset), created_by="t", run_id=None)
    for version in ("1.0.0", "1.2.0"):
        await store.promote_version(version, promoted_by="t", run_id=None)

    assert [row[:2] + row[3:5] for row in rows(owner, "active_versions")] == [(name, "1.2.0", 8, 4)]
    assert [row[1] for row in rows(owner, "cost_by_day")] == [3]
    assert [(row[1], row[5]) for row in rows(owner, "quality_by_version")] == [
        ("1.2.0", "warning"),
        ("1.1.0", "failed"),
        ("1.0.0", "warning"),
    ]
    assert [row[:2] for row in rows(owner, "failed_gates")] == [("testset_is_large_enough", 1)]
    lineage = rows(owner, "row_lineage")
    assert [row[3] for row in lineage] == [["1.0.0", "1.1.0", "1.2.0"]] * 4 + [["1.1.0", "1.2.0"]] + [["1.2.0"]] * 3


def test_every_monitoring_query_runs_on_an_empty_registry(owner: psycopg.Connection):
    files = sorted((sql_directory() / "monitoring").glob("*.sql"))
    assert len(files) >= 8
    assert [rows(owner, file.stem) for file in files] == [[]] * len(files)


async def test_operations_alerts_and_feedback_are_shown(
    store: PostgresVersionStore, owner: psycopg.Connection, registry_url: str, name: str
):
    testset = a_testset()
    await store.create_version(testset, a_report(testset), created_by="t", run_id=None)
    await PostgresRegistryMonitor(store).time_queries()
    row_id = testset.rows[0].row_id
    for verdict in ("good", "bad"):
        await give_feedback(store.database, name, "1.0.0", Feedback(row_id=row_id, verdict=verdict, given_by="Ada", note="n"))
    alert = Alert(key="k", kind="run", severity="error", testset_name=name, title="a run failed", body="b")
    await PostgresAlertDesk(store.database).record([alert, alert])
    assert [(kind, total, rate) for kind, total, rate, _ in rows(owner, "operations")] == [("query", 20, 1.0), ("transaction", 1, 1.0)]
    assert [row[:3] for row in rows(owner, "feedback")] == [(name, row_id, "n")]
    assert [row[1:6] for row in rows(owner, "alerts")] == [(name, "error", "run", "a run failed", 2)]


def test_every_panel_of_the_grafana_dashboard_is_one_of_these_queries_and_runs(owner: psycopg.Connection):
    folder = sql_directory() / "monitoring"
    board = json.loads((folder / "grafana.json").read_text(encoding="utf-8"))
    shown = [target["rawSql"] for panel in board["panels"] for target in panel["targets"]]
    assert sorted(shown) == sorted(file.read_text(encoding="utf-8") for file in folder.glob("*.sql"))
    for query in shown:
        assert owner.execute(query).fetchall() == []
