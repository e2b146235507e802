"""What a run shows on the terminal while it goes on."""

import logging

import pytest

from golden_assets.cli.terminal import with_bar
from golden_assets.defs.progress import log_progress


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
