"""`golden-assets config`: what is configured and where each value comes from, or what is wrong with it."""

import json
import sys
from collections.abc import Iterable

import click
from rich.table import Table

from golden_assets.cli.terminal.output import format_option, plain_table, print_all, print_json, shown
from golden_assets.settings.explain import Explained, explain, find_problems
from golden_assets.settings.loader import config_path
from golden_assets.settings.settings import chosen_settings


@click.group("config")
def config_command() -> None:
    """Show and check the settings (file, environment, defaults)."""


@config_command.command("show")
@format_option
def show_command(form: str) -> None:
    """Show every setting with its value and where that comes from; secrets are masked."""
    explained = explain(chosen_settings().testset)
    if form == "json":
        print_json([{"setting": e.setting.name, "value": e.value, "from": e.origin.kind, "where": e.origin.text} for e in explained])
        return
    print_all(_listing(explained))


@config_command.command("validate")
@format_option
def validate_command(form: str) -> None:
    """Validate all settings of every testset; report each problem with its file and line or variable. Exit with 2 on problems."""
    problems = find_problems()
    if form == "json":
        print_json({"valid": not problems, "file": str(config_path() or "") or None, "problems": problems})
    elif problems:
        for problem in problems:
            click.echo(problem, err=True)
    else:
        click.echo(f"the configuration is valid ({config_path() or 'no file: environment and defaults'})")
    if problems:
        sys.exit(2)


def _listing(explained: Iterable[Explained]) -> Table:
    table = plain_table("setting", "from", "value")
    for item in explained:
        value = "-" if item.value is None else item.value if isinstance(item.value, str) else json.dumps(item.value)
        table.add_row(item.setting.name, shown(item.origin.text), shown(value), style="dim" if item.origin.kind == "default" else None)
    return table
