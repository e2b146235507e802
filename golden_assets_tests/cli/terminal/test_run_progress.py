"""What a run shows on the terminal while it goes on."""

import logging
from io import StringIO
from types import SimpleNamespace

import dagster as dg
import pytest
from rich.console import Console
from rich.status import Status

from golden_assets.cli.terminal.run_progress import TerminalHandler, with_bar
from golden_assets.cli.terminal.run_summary import gate_table
from golden_assets.defs.presentation.reports import describe_verdict
from golden_assets.defs.presentation.spending import ESTIMATE
from golden_assets.defs.progress import log_progress
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.activation import gates_passed, is_approved


@pytest.mark.parametrize(("done", "filled"), [(0, 0), (4, 2), (36, 18), (40, 20)])
def test_progress_as_it_is_logged_is_shown_as_a_bar(done: int, filled: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        report = log_progress(logging.getLogger("progress"))
        for number in range(41):
            report("rows", number, 40)
    (logged,) = [message for message in caplog.messages if message.startswith(f"rows: {done} ")]
    assert with_bar(logged) == f"{'█' * filled}{'░' * (20 - filled)} rows: {done} of 40"
    assert len(caplog.messages) == 11


def test_a_slow_model_shows_its_calls_and_the_time_that_is_left(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    with caplog.at_level(logging.INFO):
        report = log_progress(logging.getLogger("progress"), lambda: 7, lambda: now[0])
        now[0] = 80.0
        report("rows", 2, 8)
    assert caplog.messages == ["rows: 2 of 8, 7 model calls, about 4 min left"]
    assert with_bar(caplog.messages[0]) == f"{'█' * 5}{'░' * 15} {caplog.messages[0]}"


def test_no_progress_is_told_again_every_fifteen_seconds_and_not_more_often(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    with caplog.at_level(logging.INFO):
        report = log_progress(logging.getLogger("progress"), lambda: 3, lambda: now[0])
        for second in range(61):
            now[0] = float(second)
            report("rows", 0, 8)
    assert caplog.messages == ["rows: 0 of 8, 3 model calls"] * 5


@pytest.mark.parametrize("text", ["reading documents", "rows: 0 of 0", "rows: 1 of 2, and more"])
def test_anything_else_is_shown_as_it_is(text: str) -> None:
    assert with_bar(text) == text


def test_the_estimate_of_a_run_is_printed_before_generation_begins() -> None:
    out = StringIO()
    console = Console(file=out, width=300)
    materialization = dg.AssetMaterialization(
        "source_documents", metadata={ESTIMATE: "About $1 for 3 [calls]\n$2.0000 of $10 per day spent (20%)"}
    )
    event = SimpleNamespace(
        event_type=dg.DagsterEventType.ASSET_MATERIALIZATION, step_materialization_data=SimpleNamespace(materialization=materialization)
    )
    record = logging.LogRecord("dagster", logging.DEBUG, "", 0, "", None, None)
    record.dagster_meta = {"dagster_event": event, "step_key": "source_documents"}
    TerminalHandler(console, Status("", console=console)).emit(record)
    assert out.getvalue() == "    About $1 for 3 [calls]\n    $2.0000 of $10 per day spent (20%)\n"


def gates_shown(*verdicts: Verdict) -> str:
    """The table of gates with its colours, as a run that judged so prints it."""
    checks = [
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey("stored_version"),
            check_name=verdict.name,
            passed=verdict.passed,
            metadata={key: dg.MetadataValue.json(value) if isinstance(value, list) else value for key, value in metadata.items()},
            severity=dg.AssetCheckSeverity.ERROR,
        )
        for verdict, metadata in ((verdict, describe_verdict(verdict)) for verdict in verdicts)
    ]
    console = Console(file=StringIO(), width=200, force_terminal=True, color_system="standard")
    console.print(gate_table([SimpleNamespace(get_asset_check_evaluations=lambda: checks)]))
    return console.file.getvalue()


def test_a_version_that_nobody_approved_yet_waits_in_yellow_and_says_for_what() -> None:
    shown = gates_shown(is_approved("1.0.0", Thresholds(), required=True, approved=False))
    assert "\x1b[33mwaiting for approval\x1b[0m Look at the version, then run: golden-assets approve 1.0.0 --by NAME." in shown
    assert ">= 1" in shown
    assert "FAILED" not in shown


def test_a_gate_that_judged_before_and_after_a_promotion_is_listed_once_as_it_judged_last() -> None:
    before, after = (is_approved("1.0.0", Thresholds(), required=True, approved=approved) for approved in (False, True))
    shown = gates_shown(before, after)
    assert shown.count("is_approved") == 1
    assert "waiting for approval" not in shown


def test_a_gate_that_had_nothing_to_judge_shows_no_limit() -> None:
    shown = gates_shown(is_approved("1.0.0", Thresholds(), required=False, approved=False))
    assert ">=" not in shown
    assert "passed" in shown


def test_any_other_gate_that_fails_says_so_in_red() -> None:
    assert "\x1b[31mFAILED\x1b[0m The version is draft: none of " in gates_shown(gates_passed("draft", None, "h"))
