"""`golden-assets run` and `create`: source documents to an active version, or to one that waits, through Dagster, with a report."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from golden_assets.cli.terminal.output import OutputConsole
from golden_assets.domain.core.text import one_line
from golden_assets.domain.corpus.locations import ALL_FILES, Patterns, absolute_location
from golden_assets.domain.ports.documents import require_location
from golden_assets.settings.settings import chosen_settings

if TYPE_CHECKING:
    from golden_assets.cli.local.jobs import Outcome

AFTER_REVIEW = " Decisions on the active version and on later ones are kept: `golden-assets create` takes them into account."
Command = TypeVar("Command", bound=Callable[..., Any])


def _location(_: click.Context, __: click.Parameter, location: str | None) -> str | None:
    """The location, looked at before Dagster keeps it with a run. Raises `ConfigurationError`."""
    if location:
        require_location(location)
    return location


def generation_options(command: Command) -> Command:
    """The options of both commands: which documents, how many rows, which draw."""
    for option in (
        click.option(
            "--seed", type=click.IntRange(min=0), help="Another seed draws other passages. Default: that of the active version, else 0."
        ),
        click.option(
            "--size",
            type=click.IntRange(min=1),
            help="Rows to generate. Default: default_size of the settings where it is set, else that of the active version, else 20.",
        ),
        click.option(
            "--exclude", "exclude", multiple=True, metavar="PATTERN", help="Leave out files and folders of this pattern; repeatable."
        ),
        click.option(
            "--include",
            "include",
            multiple=True,
            metavar="PATTERN",
            help="Read only files of the folder of this pattern (as in .gitignore: guides/, *.md); repeatable.",
        ),
        click.option(
            "--docs",
            callback=_location,
            help="Folder of the documents, table:NAME, or sample, the sample corpus. Default: docs of the settings, else where "
            "documents were read last, else the sample corpus.",
        ),
    ):
        command = option(command)
    return command


@click.command("run")
@generation_options
def run_command(docs: str | None, include: tuple[str, ...], exclude: tuple[str, ...], size: int | None, seed: int | None) -> None:
    """Read documents, generate a testset, judge it, store it as a version, publish it to Phoenix, activate it."""
    build(docs, size, seed, Patterns(include, exclude), promote=True)
    click.echo("look around: `make dev` (or `golden-assets dev`) opens the Dagster and Phoenix UIs")


@click.command("create")
@generation_options
@click.option("--auto-promote", is_flag=True, help="Activate the version at once if its gates pass.")
def create_command(
    docs: str | None, include: tuple[str, ...], exclude: tuple[str, ...], size: int | None, seed: int | None, auto_promote: bool
) -> None:
    """Like `run`, but the new version waits to be activated: look at it with `show` and `compare`, then `activate` it."""
    build(docs, size, seed, Patterns(include, exclude), promote=auto_promote)


def build(
    docs: str | None = None,
    size: int | None = None,
    seed: int | None = None,
    patterns: Patterns = ALL_FILES,
    *,
    promote: bool = False,
    review_of: str | None = None,
) -> None:
    """Build, show progress, print the report; exit 1 with one line when something failed (through click when gates did)."""
    settings = chosen_settings()
    if size is not None:
        settings.request_defaults.require_allowed(size)
    progress = OutputConsole(stderr=True)
    with progress.status("starting …") as status:
        from golden_assets.cli.local.dagster_home import open_instance
        from golden_assets.embedded.server_urls import begin_phoenix

        if documents := docs or (None if review_of else settings.docs):
            from golden_assets.adapters.documents.library import admit

            admit(settings, documents, patterns)
        begin_phoenix(settings, progress.print)
        with open_instance(settings) as instance:
            from golden_assets.cli.local.jobs import build_and_promote
            from golden_assets.cli.terminal.run_progress import TerminalHandler

            handler = TerminalHandler(progress, status)
            sources = {"docs": docs and absolute_location(docs), "include": [*patterns.include], "exclude": [*patterns.exclude]}
            asked = {"size": size, "seed": seed, "review_of": review_of}
            outcome = build_and_promote(instance, handler, sources, asked, promote=promote, testset=settings.testset)
    _end(outcome, AFTER_REVIEW if review_of else "")


def _end(outcome: "Outcome", after_failure: str) -> None:
    """Print what came of the runs; exit as `build` says."""
    from golden_assets.cli.terminal.run_summary import print_report

    if outcome.is_interrupted:
        raise click.Abort("interrupted: what was paid for is kept; run the same command to continue.")
    print_report(OutputConsole(), outcome.results)
    if outcome.skipped:
        click.echo(f"not promoted: {outcome.skipped}")
    if outcome.failure:
        click.echo(f"error: {one_line(outcome.failure)}{after_failure}", err=True)
        if outcome.is_refused:
            click.get_current_context().exit(1)
        sys.exit(1)
