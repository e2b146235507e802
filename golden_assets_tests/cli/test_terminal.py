"""What a run shows on the terminal while it goes on."""

import logging
from io import StringIO
from types import SimpleNamespace

import dagster as dg
import pytest
from rich.console import Console
from rich.status import Status

from golden_assets.cli.terminal import TerminalHandler, with_bar
from golden_assets.defs.progress import log_progress
from golden_assets.defs.spending import ESTIMATE


@pytest.mark.parametrize(("done", "filled"), [(0, 0), (4, 2), (36, 18), (40, 20)])
def test_progress_as_it_is_logged_is_shown_as_a_bar(done: int, filled: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        report = log_progress(logging.getLogger("progress"))
        for number in range(41):
            report("rows", number, 40)
    (logged,) = [message for message in caplog.messages if message.startswith(f"rows: {done} ")]
    assert with_bar(logged) == f"{'█' * filled}{'░' * (20 - filled)} rows: {done} of 40"
    assert len(caplog.messages) == 11


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
