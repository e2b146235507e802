import json
from pathlib import Path

import pytest

from golden_assets.cli.jobs import left_to_people
from golden_assets.domain.feedback import Feedback, feedback_doubts, with_feedback
from golden_assets.domain.overview import Overview, RunLine, next_steps
from golden_assets.domain.review import Doubt
from golden_assets_tests.cli.conftest import CORPUS, Golden, first_testset, store
from golden_assets_tests.factories import a_stored_version, a_testset, changed, rows_on


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
    assert waits == ["Version 1.0.1 passed its gates and waits for consent: `golden-assets approve 1.0.1 --by NAME`."]
    assert golden("approve", "1.0.1", "--by", "Ada").status == 0
    assert "`golden-assets activate 1.0.1`" in golden("status", "--format", "json").json["next"][0]
    assert left_to_people(require_approval=True).index("approve VERSION") < left_to_people(require_approval=True).index("activate VERSION")
    assert "approve" not in left_to_people(require_approval=False)


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


def test_stale_rows_are_written_anew_from_the_documents_that_were_read_last():
    overview = Overview(testset_name="golden", registry=True, newest=a_stored_version().summary, outdated_rows=1)
    assert "1 row of the active version went stale: `golden-assets run` writes them anew." in next_steps(overview)
    elsewhere = overview.model_copy(update={"documents": "/srv/my docs"})
    assert "`golden-assets run --docs '/srv/my docs'`" in next_steps(elsewhere)[-1]


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
