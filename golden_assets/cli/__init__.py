"""The `golden-assets` command: one module per noun, each imported only when it is called."""

import importlib
import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.core.text import one_line
from golden_assets.settings.names import CONFIG_VARIABLE, FILE_NAME, TESTSET_VARIABLE

COMMANDS = {
    "run": "golden_assets.cli.commands.run",
    "create": "golden_assets.cli.commands.run",
    "list-versions": "golden_assets.cli.commands.versions",
    "show": "golden_assets.cli.commands.versions",
    "activate": "golden_assets.cli.commands.activation",
    "approve": "golden_assets.cli.commands.activation",
    "review": "golden_assets.cli.commands.review",
    "rollback": "golden_assets.cli.commands.activation",
    "publish": "golden_assets.cli.commands.activation",
    "compare": "golden_assets.cli.commands.compare",
    "report": "golden_assets.cli.commands.report",
    "experiment": "golden_assets.cli.commands.experiments",
    "experiments": "golden_assets.cli.commands.experiments",
    "ab-test": "golden_assets.cli.commands.ab_test",
    "import": "golden_assets.cli.commands.import_export",
    "export": "golden_assets.cli.commands.import_export",
    "feedback": "golden_assets.cli.commands.review",
    "waive": "golden_assets.cli.commands.review",
    "verify": "golden_assets.cli.commands.auditing",
    "audit": "golden_assets.cli.commands.auditing",
    "db": "golden_assets.cli.commands.database",
    "dev": "golden_assets.cli.commands.dev",
    "costs": "golden_assets.cli.commands.spending",
    "budget": "golden_assets.cli.commands.spending",
    "config": "golden_assets.cli.commands.config",
    "up": "golden_assets.cli.commands.dev",
    "down": "golden_assets.cli.commands.dev",
    "status": "golden_assets.cli.commands.status",
}


SECTIONS = {
    "Build": ("run", "create", "import", "export"),
    "Versions": ("list-versions", "show", "compare", "report", "activate", "rollback", "publish"),
    "People": ("review", "approve", "feedback", "waive"),
    "Experiments": ("experiment", "experiments", "ab-test"),
    "Operate": ("status", "dev", "up", "down", "costs", "budget", "config", "db", "verify", "audit"),
}
"""How the help groups the commands; each is in one section."""
COMPLETION = 'Completion: eval "$(_GOLDEN_ASSETS_COMPLETE=bash_source golden-assets)" in ~/.bashrc; likewise zsh_source, fish_source.'


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed: Dagster takes two seconds, ``--help`` must not."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in the order people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in sections, each with its whole summary."""
        for title, names in SECTIONS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl([(name, command.get_short_help_str(limit=400)) for name, command in commands if command])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, and record how it went. A reader of the output that leaves ends it, as it ends every tool in a pipe."""
        from golden_assets.cli.local.command_log import recorded

        try:
            with recorded(lambda: ctx.invoked_subcommand):
                return super().invoke(ctx)
        except BrokenPipeError:
            _drop_output()
            raise click.exceptions.Exit(128 + signal.SIGPIPE) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=COMPLETION)
@click.version_option(package_name="golden-assets")
@click.option("--config", type=click.Path(), metavar="FILE", help=f"The configuration file.  [default: {FILE_NAME} here, if there is one]")
@click.option("--testset", metavar="NAME", help="Testset to use when several are configured.")
@click.pass_context
def cli(context: click.Context, config: str | None, testset: str | None) -> None:
    """Golden testsets for RAG evaluation: generated, gated, versioned, published."""
    given = {CONFIG_VARIABLE: config and str(Path(config).absolute()), TESTSET_VARIABLE: testset}
    context.with_resource(_environment({variable: value for variable, value in given.items() if value}))


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """The variables while the command runs: its options reach what it calls, and the processes it starts."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        for variable in variables:
            os.environ.pop(variable)
            os.environ.update({variable: before[variable]} if variable in before else {})


def main() -> None:
    """Run the command; an error of ours, in its usage or of the operating system is one line on standard error, with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows what it can
    try:
        sys.exit(cli(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _end(_with_help(error), error.exit_code)
    except click.Abort as error:
        click.echo(str(error) or _stopped(error), err=True)
        sys.exit(1)
    except GoldenAssetsError as error:
        _end(str(error), error.exit_status)
    except OSError as error:
        _end(_explained(error), 1)


def _stopped(error: click.Abort) -> str:
    """What became of a command that was interrupted, or whose question was answered no."""
    return "interrupted." if isinstance(error.__cause__, KeyboardInterrupt) else "error: interrupted"


def _end(message: str, status: int) -> NoReturn:
    click.echo(f"error: {one_line(message)}", err=True)
    sys.exit(status)


def _with_help(error: click.ClickException) -> str:
    """What is wrong, and for wrong usage where to read on."""
    message = error.format_message().strip().removesuffix(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{message}: see `{context.command_path} --help`." if context else f"{message}."


def _explained(error: OSError) -> str:
    """What the operating system refused: a file that it names, or room for the output. Raises any other error again."""
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}: check that it exists and that this user may use it."
    from golden_assets.cli.local.command_log import output_is_full

    if output_is_full(error):
        _drop_output()
        return f"standard output: {error.strerror}: make room, or write elsewhere."
    raise error


def _drop_output() -> None:
    """Let what is still to be written to standard output vanish, or the interpreter would complain of it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
