import json
from pathlib import Path

import psycopg
import pytest

from golden_assets.cli.local.jobs import left_to_people
from golden_assets.domain.monitoring.status import Overview, RunLine, next_steps
from golden_assets.domain.review.feedback import Feedback, feedback_doubts, with_feedback
from golden_assets.domain.review.queue import Doubt
from golden_assets.settings.settings import Settings
from golden_assets_tests.cli.conftest import CORPUS, Golden, first_testset, store
from golden_assets_tests.factories import a_corpus, a_stored_version, a_testset, changed, rows_on


@pytest.fixture
def active(golden: Golden, two_versions: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GOLDEN_ASSETS_HOME", str(tmp_path / "home"))
    assert golden("activate", two_versions[0]).status == 0
    return first_testset().rows[3].row_id


def test_feedback_on_a_row_in_use_is_kept_and_shows_in_the_status(golden: Golden, active: str):
    noted = golden("feedback", active, "--verdict", "bad", "--note", "the date is wrong", "--by", "Ada")
    assert noted.out == f"noted: row {active} of version 1.0.0 is bad\n"
    status = golden("status", "--format", "json").json
    assert status["rows_called_bad"] == 1
    assert "1 row is called bad by users: `golden-assets review active`." in status["next"]
    golden("feedback", active, "--verdict", "good")
    assert golden("status", "--format", "json").json["rows_called_bad"] == 0, "the latest word counts"


def test_feedback_on_a_row_that_is_not_there_is_refused(golden: Golden, active: str):
    refused = golden("feedback", "no-such-row", "--verdict", "bad")
    assert refused.status == 1
    assert "the version has no row no-such-row" in refused.err
    assert golden("feedback", active, "--verdict", "awful").status == 2


def test_the_status_names_versions_costs_sinks_and_what_to_do(golden: Golden, active: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOLDEN_ASSETS_COST_LIMIT_DAILY", "10")
    monkeypatch.setenv("GOLDEN_ASSETS_WEBHOOK_URL", "http://127.0.0.1:9/secret-token")
    ended = golden("status")
    assert ended.status == 0
    for expected in ("active version  1.0.0, 48 rows", "newest version  1.0.1, validated", "$0.0000 of $10", "0 not delivered, to webhook"):
        assert expected in ended.out
    assert "secret-token" not in ended.out
    assert "golden-assets activate 1.0.1" in ended.out


def test_the_status_says_which_servers_are_used_and_what_is_not_configured(
    golden: Golden, active: str, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", "http://ada:secret@127.0.0.1:9")
    monkeypatch.setenv("GOLDEN_ASSETS_TRACING", "false")
    shown = golden("status").out
    assert f"PostgreSQL      {database_url.rpartition('@')[2]} (as configured)\n" in shown
    assert "Phoenix         http://127.0.0.1:9 (as configured)\n" in shown
    assert "alerts          not sent: set alert_email, slack_url or webhook_url\n" in shown


def test_the_status_leads_to_a_command_that_lists_what_failed(golden: Golden, active: str, monkeypatch: pytest.MonkeyPatch):
    assert golden("status", "--failures").out == "nothing failed in the last 30 days\n"
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("GOLDEN_ASSETS_PHOENIX_ATTEMPTS", "1")
    assert golden("publish", "1.0.0").status == 1
    steps = golden("status", "--format", "json").json["next"]
    (step,) = [step for step in steps if "status --failures" in step]
    assert step == "1 of 1 upload and 1 of 3 commands failed in the last 30 days: `golden-assets status --failures` lists them."
    header, *lines = golden("status", "--failures").out.splitlines()
    assert header.split() == ["when", "(UTC)", "what", "name", "failed", "with"]
    assert [line.split()[2:] for line in lines] == [["command", "publish", "PublishingError"]] + [
        ["upload", "publish", "PublishingError"]
    ] * 1
    assert [one["kind"] for one in golden("status", "--failures", "--format", "json").json] == ["command", "upload"]


def test_a_transaction_that_failed_is_listed_with_its_message(golden: Golden, active: str, database_url: str):
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("ALTER TABLE golden_assets.golden_testset_versions DISABLE TRIGGER USER")
        forged = "jsonb_set(testset_data, '{rows,0,reference}', '\"forged\"')"
        owner.execute(f"UPDATE golden_assets.golden_testset_versions SET testset_data = {forged} WHERE version = '1.0.1'")  # noqa: S608
        owner.execute("ALTER TABLE golden_assets.golden_testset_versions ENABLE TRIGGER USER")
    assert golden("activate", "1.0.1").status == 1
    (failed, *_) = [one for one in golden("status", "--failures", "--format", "json").json if one["kind"] == "transaction"]
    assert (failed["name"], failed["fault"]) == ("promote", "IntegrityError")
    assert failed["message"]


def test_without_dagsters_storage_the_status_shows_the_rest(golden: Golden, active: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOLDEN_ASSETS_DAGSTER_URL", "postgresql+psycopg2://u:canary@127.0.0.1:9/none")
    (tmp_path / "home" / "dagster").mkdir(parents=True)
    ended = golden("status")
    assert (ended.status, ended.err) == (0, "")
    assert "active version  1.0.0" in ended.out
    assert "runs            unknown: " in ended.out
    assert "Dagster's storage cannot be used" in ended.out
    assert "canary" not in ended.out


def test_a_budget_that_is_paused_or_spent_is_seen_at_once_with_what_to_do(
    golden: Golden, active: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "STOPPED" not in golden("status").out
    golden("budget", "pause", "--reason", "looking into costs")
    monkeypatch.setenv("GOLDEN_ASSETS_COST_LIMIT_DAILY", "0")
    ended = golden("status")
    assert ended.out.count("STOPPED, ") == 2
    assert "looking into costs" in " ".join(ended.out.split())
    steps = golden("status", "--format", "json").json["next"]
    assert "golden-assets budget resume" in steps[0]
    assert "golden-assets budget raise" in steps[1]
    golden("budget", "resume", "--reason", "found it")
    golden("budget", "raise", "day", "20", "--reason", "release week")
    assert "STOPPED" not in golden("status").out


def test_a_version_that_must_be_approved_is_to_be_approved_before_it_is_activated(
    golden: Golden, active: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GOLDEN_ASSETS_REQUIRE_APPROVAL", "true")
    waits = golden("status", "--format", "json").json["next"]
    assert waits == ["Version 1.0.1 passed its gates: it waits for approval: `golden-assets approve 1.0.1 --by NAME`."]
    assert golden("approve", "1.0.1", "--by", "Ada").status == 0
    assert "`golden-assets activate 1.0.1`" in golden("status", "--format", "json").json["next"][0]


def test_the_status_names_the_gate_that_blocks_the_newest_version_with_the_measure_before_and_after(
    golden: Golden, active: str, database_url: str
):
    narrow = a_testset(rows_on(a_corpus(count=3), 48), CORPUS)
    (number,) = store(database_url, narrow)
    status = golden("status", "--format", "json").json
    assert (status["newest"]["version"], status["newest"]["status"]) == (number, "validated")
    assert status["failed_gates"] == ["does_not_regress"]
    assert status["next"][0].startswith(
        f"Version {number} passed its gates: does_not_regress blocks it. Worse than the active version: "
        "achievable_coverage fell from 1.000 to 0.500"
    )
    assert f"golden-assets compare 1.0.0 {number}" in status["next"][0]
    assert "promotion_sensor" not in status["next"][0]


def test_what_is_left_to_people_names_the_version_and_knows_what_became_of_it():
    waits = left_to_people("1.2.0", "validated", Settings(require_approval=True))
    assert waits.index("golden-assets approve 1.2.0 --by NAME") < waits.index("golden-assets activate 1.2.0")
    assert "approve" not in left_to_people("1.2.0", "validated", Settings())
    assert left_to_people("1.2.0", "active", Settings()) == "version 1.2.0 is active already."
    assert "golden-assets rollback 1.2.0" in left_to_people("1.2.0", "archived", Settings())


def test_the_status_names_the_gates_that_the_newest_version_failed(golden: Golden, active: str, database_url: str):
    twins = a_testset((*rows_on(CORPUS, 20), changed(rows_on(CORPUS, 21)[-1], user_input=rows_on(CORPUS, 1)[0].user_input)), CORPUS)
    (number,) = store(database_url, twins)
    status = golden("status", "--format", "json").json
    assert (status["newest"]["version"], status["newest"]["status"]) == (number, "failed")
    assert "questions_are_unique" in status["failed_gates"]
    assert f"golden-assets show {number}" in status["next"][0]
    ended = golden("status")
    assert (ended.status, ended.err) == (0, "")
    assert "questions_are_unique" in ended.out


def test_without_servers_the_status_says_how_to_start_them_and_starts_none(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("GOLDEN_ASSETS_DATABASE_URL")
    monkeypatch.setenv("GOLDEN_ASSETS_HOME", str(tmp_path / "home"))
    ended = golden("status", "--format", "json")
    assert json.loads(ended.out)["registry"] is False
    assert "golden-assets up" in ended.json["next"][0]
    assert not (tmp_path / "home").exists()


def test_rows_that_users_call_bad_come_first_in_the_review_with_all_reasons():
    feedback = [
        Feedback(row_id="a", verdict="good", given_by="Ada"),
        Feedback(row_id="a", verdict="bad", given_by="Bob", note="wrong"),
        Feedback(row_id="b", verdict="bad", given_by="Ada"),
        Feedback(row_id="b", verdict="good", given_by="Ada"),
    ]
    assert feedback_doubts(feedback) == {"a": Doubt(certainty=0.0, reasons=("Bob calls it bad: wrong",), raised_later=True)}
    merged = with_feedback({"a": Doubt(certainty=0.4, reasons=("short",)), "c": Doubt(certainty=0.5)}, feedback)
    assert merged["a"] == Doubt(certainty=0.0, reasons=("Bob calls it bad: wrong", "short"))
    assert merged["c"].certainty == 0.5
    assert with_feedback({}, feedback)["a"].raised_later


def test_stale_rows_are_written_again_from_the_documents_that_were_read_last():
    overview = Overview(testset_name="golden", registry=True, newest=a_stored_version().summary, outdated_rows=1)
    assert "1 row of the active version went stale: `golden-assets run` writes them again." in next_steps(overview)
    elsewhere = overview.model_copy(update={"documents": "/srv/my docs"})
    assert "`golden-assets run --docs '/srv/my docs'`" in next_steps(elsewhere)[-1]


def test_stale_rows_lead_back_to_a_version_of_these_very_documents_or_to_the_documents_of_the_active_one():
    active = a_stored_version(status="active").summary
    overview = Overview(testset_name="golden", registry=True, newest=active, active=active, outdated_rows=2, documents="/srv/docs")
    (back,) = next_steps(overview.model_copy(update={"archived_on_documents": "0.9.0"}))
    assert back.endswith("`golden-assets rollback 0.9.0 --reason WHY`.")
    others = {"outdated_rows": active.row_count, "made_from": "/srv/handbook"}
    (step,) = next_steps(overview.model_copy(update=others))
    assert "`golden-assets run --docs /srv/handbook`" in step
    assert "`golden-assets --testset NAME run --docs /srv/docs`" in step


def test_what_is_pressing_is_said_in_order():
    overview = Overview(
        testset_name="golden",
        registry=True,
        pause="paused since noon by Ada: looking into costs",
        limits_reached=("$10 of $10 per day spent",),
        runs=(RunLine(run_id="r1", job="build_testset_job", status="FAILURE"),),
        alerts_pending=2,
        alert_sinks=("slack",),
        lacks_mail_server=True,
    )
    beginnings = [
        "The budget is paused",
        "A cost limit lets no call through",
        "Nothing is stored yet",
        "The last run of",
        "2 alerts not delivered: check slack",
        "No alert is mailed: alert_email is set, and smtp_host is not",
    ]
    assert all(step.startswith(begin) for step, begin in zip(next_steps(overview), beginnings, strict=True))
    assert next_steps(Overview(testset_name="golden"))[0].startswith("No registry answers")
