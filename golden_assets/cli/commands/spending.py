"""`golden-assets costs` and `budget`: what model calls cost, and what is left of the cost limits; how to pause, resume and raise them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar, cast

import click
from rich.table import Table

from golden_assets.application import Application
from golden_assets.cli.terminal.output import print_all, shown
from golden_assets.domain.core.text import counted
from golden_assets.domain.costs.budgets import PERIOD_WORDS, PERIODS, BudgetControl, BudgetShare, Pause, Period
from golden_assets.embedded.server_account import process_user
from golden_assets.settings.settings import chosen_settings

if TYPE_CHECKING:
    from golden_assets.adapters.postgres.call_ledger import PostgresCallLedger
    from golden_assets.domain.costs.calls import CostLine, Grouping

COLUMNS = ("calls", "requests", "prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens", "embedding_tokens", "failed")
Answer = TypeVar("Answer")
REASON = click.option("--reason", required=True, help="Why; it is recorded with your user name.")


@click.command("costs")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How many days back.")
@click.option("--by", type=click.Choice(["model", "stage", "version", "day"]), default="day", show_default=True, help="What to group by.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def costs_command(days: int, by: str, form: str) -> None:
    """Show what the model calls of all testsets cost: calls, tokens, US dollars."""
    lines = _ask(lambda ledger: ledger.costs(days, cast("Grouping", by)))
    if form == "json":
        click.echo(json.dumps([line.model_dump() for line in lines], indent=2))
    elif lines:
        _print_costs(lines, by)
    else:
        click.echo(f"no paid model call in {counted(days, 'day')}; those of the embedded model cost nothing and are not recorded")


@click.group("budget")
def budget_command() -> None:
    """Show what is left of the cost limits; pause, resume and raise them."""


@budget_command.command("status")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status_command(form: str) -> None:
    """Show how much of each cost limit is spent, and whether the budget is paused."""

    async def _read(ledger: "PostgresCallLedger") -> tuple[Pause | None, list[BudgetShare]]:
        return await ledger.pause(), await ledger.budget_shares()

    pause, shares = _ask(_read)
    if form == "json":
        lines = [share.model_dump() | {"share": share.share} for share in shares]
        click.echo(json.dumps({"paused": pause and pause.model_dump(mode="json"), "limits": lines}, indent=2))
        return
    click.echo(pause.sentence if pause else "not paused")
    for share in shares:
        click.echo(share.sentence)
    if not shares:
        click.echo("no cost limit is set")


@budget_command.command("pause")
@REASON
def pause_command(reason: str) -> None:
    """Pause all paid model calls, in every process, until you resume. Calls in flight finish; runs keep their rows."""
    _control(BudgetControl(action="pause", reason=reason, performed_by=process_user()))
    click.echo("the budget is paused: no model call is sent until `golden-assets budget resume`")


@budget_command.command("resume")
@REASON
def resume_command(reason: str) -> None:
    """Allow paid model calls again, within the limits."""
    _control(BudgetControl(action="resume", reason=reason, performed_by=process_user()))
    click.echo("the budget is resumed: restart stopped runs; they continue where they left off")


@budget_command.command("raise")
@click.argument("period", type=click.Choice(PERIODS))
@click.argument("usd", type=click.FloatRange(0, 1e9))
@click.option("--hours", type=click.FloatRange(0, 24 * 366, min_open=True), default=24.0, show_default=True, help="For how long.")
@REASON
def raise_command(period: str, usd: float, hours: float, reason: str) -> None:
    """Raise the limit of PERIOD to USD dollars for some hours; a limit that is higher, or not set, stays as it is."""
    until = datetime.now(UTC) + timedelta(hours=hours)
    raised = cast("Period", period)
    _control(BudgetControl(action="raise", period=raised, limit_usd=usd, until=until, reason=reason, performed_by=process_user()))
    unset = "" if getattr(chosen_settings().cost_limits, raised) is not None else "; none is set here, so nothing changes"
    click.echo(f"the cost limit {PERIOD_WORDS[raised]} is at least ${usd:g} until {until:%Y-%m-%d %H:%M} UTC{unset}")


def _control(control: BudgetControl) -> None:
    _ask(lambda ledger: ledger.control(control))


def _ask(question: "Callable[[PostgresCallLedger], Awaitable[Answer]]") -> Answer:
    """What a ledger with the limits of the settings answers. Raises `ServerError`, `RegistryError`."""

    async def _ask() -> Answer:
        async with Application(chosen_settings()) as application:
            return await question(application.ledger)

    return asyncio.run(_ask())


def _print_costs(lines: "list[CostLine]", by: str) -> None:
    table = Table(by, *(column.replace("_", " ") for column in COLUMNS), "US dollars", box=None, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for line in lines:
        estimated = "~" if line.estimated else ""
        table.add_row(shown(line.label), *(f"{getattr(line, column):,}" for column in COLUMNS), f"{estimated}{line.cost_usd:.4f}")
    totals = [f"{sum(getattr(line, column) for line in lines):,}" for column in COLUMNS]
    table.add_row("total", *totals, f"{sum(line.cost_usd for line in lines):.4f}", style="bold")
    print_all(table)
