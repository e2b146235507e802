"""How reading commands answer: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from golden_assets.domain.core.text import one_line

Command = TypeVar("Command", bound=Callable[..., Any])
UNLIMITED = 1_000_000
"""Columns where output is not a terminal."""
LEAST_FOLDED = 10
"""Columns that the last column of a table has at least."""


def format_option(command: Command) -> Command:
    """``--format table|json``, as the parameter ``form``."""
    choice = click.Choice(["table", "json"])
    return click.option("--format", "form", type=choice, default="table", show_default=True, help="Output format.")(command)


def print_json(value: Any) -> None:
    """One JSON document on standard output, nothing else; where that is not UTF-8, with escapes, so that it stays whole."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(value, ensure_ascii=not is_utf8, indent=2))


class OutputConsole(Console):
    """Standard output, or standard error with ``stderr``; where it is not a terminal, nothing is cut or folded."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False)
        if not self.is_terminal:
            self.width = UNLIMITED

    def on_broken_pipe(self) -> None:
        """The reader left: its output ends (`BrokenPipeError`); closed progress output ends nothing."""
        if not self.stderr:
            raise BrokenPipeError
        self.quiet = True


def print_all(*parts: Table | Text, console: Console | None = None) -> None:
    """Tables and texts on standard output, or on ``console``; colours only on a terminal, and no blanks at the end of a line."""
    chosen = console or OutputConsole()
    width = chosen.width
    with chosen.capture() as captured:
        for part in parts:
            chosen.width = max(width, _least_width(chosen, part)) if isinstance(part, Table) else width
            chosen.print(part)
    chosen.width = width
    text = "\n".join(line.rstrip() for line in captured.get().splitlines())
    click.echo(text, file=chosen.file, color=chosen.is_terminal)


def _least_width(console: Console, table: Table) -> int:
    """The width below which a name or number in the table would be cut: only the last column is folded, the terminal wraps the rest."""
    last = table.columns[-1]
    allowed, last.max_width = last.max_width, LEAST_FOLDED
    least = Measurement.get(console, console.options.update_width(UNLIMITED), table).maximum
    last.max_width = allowed
    return least


def plain_table(*headings: str, title: str | None = None) -> Table:
    """A table without lines whose last column alone is folded; a wrapped number or id could not be copied."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, title=title and f"\n{title}", title_justify="left", title_style="bold")
    for heading in headings[:-1]:
        table.add_column(heading, no_wrap=True)
    table.add_column(headings[-1], overflow="fold")
    return table


def shown(text: object) -> Text:
    """Text from outside on one line, without markup; characters that would steer the terminal show as ``\\ufffd``."""
    return Text(one_line(text))


def when(moment: datetime | None) -> str:
    """A moment in UTC to the minute; a dash for none."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else "-"
