"""How reading commands answer: tables for people, JSON for programs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

Command = TypeVar("Command", bound=Callable[..., Any])


def format_option(command: Command) -> Command:
    """``--format table|json``, as the parameter ``form``."""
    choice = click.Choice(["table", "json"])
    return click.option("--format", "form", type=choice, default="table", show_default=True, help="For people, or for programs.")(command)


def print_json(value: Any) -> None:
    """One JSON document on standard output, nothing else."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_all(*parts: Table | Text) -> None:
    """Tables and texts on standard output; colours only on a terminal."""
    console = Console(highlight=False)
    for part in parts:
        console.print(part)


def plain_table(*headings: str, title: str | None = None) -> Table:
    """A table without lines whose last column alone is folded; a wrapped number or id could not be copied."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, title=title and f"\n{title}", title_justify="left", title_style="bold")
    for heading in headings[:-1]:
        table.add_column(heading, no_wrap=True)
    table.add_column(headings[-1], overflow="fold")
    return table


def shown(text: object) -> Text:
    """Text from outside on one line, without markup; characters that would steer the terminal show as ``\\ufffd``."""
    words = " ".join(str(text).split())
    return Text("".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in words))


def when(moment: datetime | None) -> str:
    """A moment in UTC to the minute; a dash for none."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else "-"
