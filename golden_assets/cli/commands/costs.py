"""`golden-assets costs`: what model calls cost, from the ledger."""

import asyncio
import json
from typing import TYPE_CHECKING, cast

import click

from golden_assets.application import Application
from golden_assets.domain.core.text import counted
from golden_assets.settings.settings import chosen_settings

if TYPE_CHECKING:
    from golden_assets.domain.costs.calls import CostLine, Grouping

COLUMNS = ("calls", "requests", "prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens", "embedding_tokens", "failed")


@click.command("costs")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How many days back.")
@click.option("--by", type=click.Choice(["model", "stage", "version", "day"]), default="day", show_default=True, help="What to group by.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def costs_command(days: int, by: str, form: str) -> None:
    """Show what the model calls of all testsets cost: calls, tokens, US dollars."""
    lines = asyncio.run(_read(days, cast("Grouping", by)))
    if form == "json":
        click.echo(json.dumps([line.model_dump() for line in lines], indent=2))
    elif lines:
        _print(lines, by)
    else:
        click.echo(f"no paid model call in {counted(days, 'day')}; those of the embedded model cost nothing and are not recorded")


async def _read(days: int, by: "Grouping") -> "list[CostLine]":
    """The lines, from a ledger with the schema of this release."""
    async with Application(chosen_settings()) as application:
        return await application.ledger.costs(days, by)


def _print(lines: "list[CostLine]", by: str) -> None:
    from rich.table import Table

    from golden_assets.cli.terminal.output import print_all, shown

    table = Table(by, *(column.replace("_", " ") for column in COLUMNS), "US dollars", box=None, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for line in lines:
        estimated = "~" if line.estimated else ""
        table.add_row(shown(line.label), *(f"{getattr(line, column):,}" for column in COLUMNS), f"{estimated}{line.cost_usd:.4f}")
    totals = [f"{sum(getattr(line, column) for line in lines):,}" for column in COLUMNS]
    table.add_row("total", *totals, f"{sum(line.cost_usd for line in lines):.4f}", style="bold")
    print_all(table)
