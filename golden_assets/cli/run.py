"""`golden-assets run`: source documents to an active version, through Dagster, with progress and a report."""

import sys

import click
from rich.console import Console

from golden_assets.settings.settings import load_settings


@click.command("run")
@click.option("--docs", help="Folder of the documents, or table:NAME. Default: GOLDEN_ASSETS_DOCS, else the sample corpus.")
@click.option("--size", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Rows to generate.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws other passages.")
def run_command(docs: str | None, size: int, seed: int) -> None:
    """Read documents, generate a testset, judge it, store it as a version, publish it to Phoenix, activate it."""
    settings = load_settings()
    progress = Console(stderr=True)
    with progress.status("starting …") as status:
        from golden_assets.cli.instance import absolute, open_instance
        from golden_assets.embedded.addresses import begin_phoenix

        begin_phoenix(settings)
        with open_instance(settings) as instance:
            from golden_assets.cli.jobs import build_and_promote
            from golden_assets.cli.report import print_report
            from golden_assets.cli.terminal import TerminalHandler

            outcome = build_and_promote(instance, TerminalHandler(progress, status), docs=docs and absolute(docs), size=size, seed=seed)
    print_report(Console(), outcome.results)
    if outcome.skipped:
        click.echo(f"not promoted: {outcome.skipped}")
    if outcome.failure:
        click.echo(f"error: {outcome.failure}", err=True)
        sys.exit(1)
    click.echo("look around: `make dev` (or `golden-assets dev`) opens the Dagster and Phoenix UIs")
