"""`golden-assets run` and `create`: source documents to an active version, or to one that waits, through Dagster, with a report."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
from rich.console import Console

from golden_assets.settings.settings import chosen_settings

AFTER_REVIEW = " Decisions on the active version and on later ones are kept: `golden-assets create` takes them into account."
Command = TypeVar("Command", bound=Callable[..., Any])


def generation_options(command: Command) -> Command:
    """The options of both commands: which documents, how many rows, which draw."""
    for option in (
        click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws other passages."),
        click.option("--size", type=click.IntRange(min=1), help="Rows to generate.  [default: default_size of the settings, 20]"),
        click.option("--docs", help="Folder of the documents, or table:NAME. Default: GOLDEN_ASSETS_DOCS, else the sample corpus."),
    ):
        command = option(command)
    return command


@click.command("run")
@generation_options
def run_command(docs: str | None, size: int | None, seed: int) -> None:
    """Read documents, generate a testset, judge it, store it as a version, publish it to Phoenix, activate it."""
    build(docs, size, seed, promote=True)
    click.echo("look around: `make dev` (or `golden-assets dev`) opens the Dagster and Phoenix UIs")


@click.command("create")
@generation_options
@click.option("--auto-promote", is_flag=True, help="Activate the version at once if its gates pass.")
def create_command(docs: str | None, size: int | None, seed: int, auto_promote: bool) -> None:
    """Like `run`, but the new version waits to be activated: look at it with `show` and `compare`, then `activate` it."""
    build(docs, size, seed, promote=auto_promote)


def build(docs: str | None = None, size: int | None = None, seed: int = 0, *, promote: bool = False, review_of: str | None = None) -> None:
    """Build, show progress, print the report; exit 1 with one line when something failed (through click when gates did)."""
    settings = chosen_settings()
    rows = settings.request_defaults.choose_size(size)
    progress = Console(stderr=True)
    with progress.status("starting …") as status:
        from golden_assets.cli.instance import absolute, open_instance
        from golden_assets.embedded.addresses import begin_phoenix

        begin_phoenix(settings)
        with open_instance(settings) as instance:
            from golden_assets.cli.jobs import build_and_promote
            from golden_assets.cli.report import print_report
            from golden_assets.cli.terminal import TerminalHandler

            handler, folder = TerminalHandler(progress, status), docs and absolute(docs)
            outcome = build_and_promote(
                instance, handler, docs=folder, size=rows, seed=seed, promote=promote, testset=settings.testset, review_of=review_of
            )
    print_report(Console(), outcome.results)
    if outcome.skipped:
        click.echo(f"not promoted: {outcome.skipped}")
    if outcome.failure:
        click.echo(f"error: {outcome.failure}{AFTER_REVIEW if review_of else ''}", err=True)
        if outcome.is_refused:
            click.get_current_context().exit(1)
        sys.exit(1)
