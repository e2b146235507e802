"""`golden-assets budget` on a database of its own."""

import pytest

from golden_assets_tests.cli.conftest import Golden


def test_without_limits_it_says_so(golden: Golden) -> None:
    assert golden("budget", "status").out == "not paused\nno cost limit is set\n"


def test_a_pause_shows_with_its_reason_until_it_is_resumed(golden: Golden) -> None:
    assert golden("budget", "pause", "--reason", "the invoice looks odd").status == 0
    first = golden("budget", "status").out.splitlines()[0]
    assert first.startswith("paused since 20")
    assert first.endswith(": the invoice looks odd")
    assert golden("budget", "status", "--format", "json").json["paused"]["reason"] == "the invoice looks odd"
    assert golden("budget", "resume", "--reason", "it was right").status == 0
    assert golden("budget", "status", "--format", "json").json["paused"] is None


def test_a_raised_limit_shows(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_COST_LIMIT_TESTSET_DAILY", "2")
    assert golden("budget", "status").out.splitlines()[1] == "$0.0000 of $2 per day of this testset spent (0%)"
    raised = golden("budget", "raise", "testset_day", 5, "--hours", 2, "--reason", "a big corpus")
    assert raised.out.startswith("the cost limit per day of this testset is at least $5 until 20")
    (limit,) = golden("budget", "status", "--format", "json").json["limits"]
    assert (limit["period"], limit["limit_usd"], limit["share"]) == ("testset_day", 5.0, 0.0)


def test_raising_a_limit_that_is_not_set_says_that_nothing_changes(golden: Golden) -> None:
    assert golden("budget", "raise", "month", 5, "--reason", "r").out.endswith(" UTC; none is set here, so nothing changes\n")


@pytest.mark.parametrize(
    "arguments",
    [["pause"], ["resume"], ["raise", "day", 5], ["raise", "week", 5, "--reason", "r"], ["raise", "day", -1, "--reason", "r"]],
)
def test_what_is_done_needs_a_reason_and_a_limit_that_exists(golden: Golden, arguments: list[object]) -> None:
    ended = golden("budget", *arguments)
    assert (ended.status, ended.out) == (2, "")


def test_an_empty_reason_is_refused(golden: Golden) -> None:
    assert golden("budget", "pause", "--reason", " ").status != 0
    assert golden("budget", "status").out.startswith("not paused")
