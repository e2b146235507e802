"""A Dagster run as people follow it in a terminal: one line per finished step, a moving line for the current one."""

import logging
import re

import dagster as dg
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from golden_assets.defs.names import TYPES_NOTE
from golden_assets.defs.presentation.spending import ESTIMATE
from golden_assets.domain.core.text import one_line, printable
from golden_assets.domain.gates.activation import is_approved

PROGRESS = re.compile(r"\w+: (?P<done>\d+) of (?P<total>\d+)(?:, \d+ model calls?)?(?:, about \d+ \w+ left)?")
"""As `golden_assets.defs.progress` writes it."""
NOT_EXECUTED = re.compile(r"Dependencies for step .* Not executing\.")
"""Dagster's line for each step after one that failed, which says nothing that the failure does not."""
BAR_WIDTH = 20


class TerminalHandler(logging.Handler):
    """Turns the events of a run into lines on ``console``; ``status`` shows the step under way."""

    def __init__(self, console: Console, status: Status) -> None:
        super().__init__()
        self.console = console
        self.status = status

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line for a step that ended, a check that was evaluated, or a message of ours."""
        meta = getattr(record, "dagster_meta", None) or {}
        event, step = meta.get("dagster_event"), meta.get("step_key") or ""
        if event is None and not step:
            return  # Dagster's own remarks, on steps that are skipped and the like
        if event is None:
            self._message(record, step, str(meta.get("orig_message") or record.getMessage()))
        elif event.event_type is dg.DagsterEventType.STEP_START:
            self.status.update(f"{step} …")
        elif event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION:
            metadata = event.step_materialization_data.materialization.metadata
            told = [metadata[key] for key in (ESTIMATE, TYPES_NOTE) if key in metadata and ESTIMATE in metadata]
            for line in "\n".join(str(text.value) for text in told).splitlines():
                self.console.print(f"    [dim]{escape(one_line(line))}[/]", highlight=False)
        elif event.event_type is dg.DagsterEventType.STEP_SUCCESS and not step.endswith("_gates"):
            self.console.print(f"  {step:<18} [dim]{event.event_specific_data.duration_ms / 1000:.1f} s[/]")
        elif event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.event_specific_data
            self.console.print(f"    {verdict_mark(evaluation)} {evaluation.check_name}", highlight=False)

    def tell(self, text: str) -> None:
        """Print what holds the command up, and show it as the step under way."""
        self.console.print(f"  [dim]{escape(text)}[/]", highlight=False)
        self.status.update(f"{escape(text)} …")

    def _message(self, record: logging.LogRecord, step: str, text: str) -> None:
        """Progress goes into the moving line on a terminal, and is printed elsewhere; warnings are always printed."""
        if NOT_EXECUTED.fullmatch(text):
            return
        text = printable(text)
        if record.levelno >= logging.WARNING:
            self.console.print(f"  [yellow]{escape(text)}[/]", highlight=False)
        elif record.levelno >= logging.INFO:
            self.status.update(f"{step} … {escape(with_bar(text))}")
            if not self.console.is_terminal:
                self.console.print(f"    [dim]{escape(text)}[/]", highlight=False)


def verdict_mark(evaluation: dg.AssetCheckEvaluation) -> str:
    """Passed, waiting for approval, not judged, warning or FAILED, in its colour."""
    if evaluation.passed:
        return "[green]passed[/]"
    if awaits_approval(evaluation):
        return "[yellow]waiting for approval[/]"
    if evaluation.metadata.get("verdict") == dg.MetadataValue.text("not judged"):
        return "[yellow]not judged[/]"
    return "[yellow]warning[/]" if evaluation.severity is dg.AssetCheckSeverity.WARN else "[red]FAILED[/]"


def awaits_approval(evaluation: dg.AssetCheckEvaluation) -> bool:
    """Whether it is the gate on approval, and the approval is missing: the version did not fail, it waits."""
    return evaluation.check_name == is_approved.__name__ and not evaluation.passed


def with_bar(text: str) -> str:
    """Progress (``rows: 3 of 20``) with a bar before it; any other text as it is."""
    found = PROGRESS.fullmatch(text)
    if found is None or int(found["total"]) == 0:
        return text
    filled = round(BAR_WIDTH * int(found["done"]) / int(found["total"]))
    return f"{'█' * filled}{'░' * (BAR_WIDTH - filled)} {text}"


def terminal_logger(handler: TerminalHandler) -> dg.LoggerDefinition:
    """A Dagster logger that writes to ``handler``, in place of Dagster's own console output."""

    def _terminal(_context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("golden_assets.terminal", level=logging.DEBUG)
        logger.addHandler(handler)
        return logger

    return dg.LoggerDefinition(_terminal, description="The terminal of the command that runs the job.")
