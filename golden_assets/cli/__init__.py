"""The `golden-assets` command: one module per noun, each imported only when it is called."""

import importlib
import sys

import click

from golden_assets.domain.errors import GoldenAssetsError

COMMANDS = {
    "run": "golden_assets.cli.run",
    "dev": "golden_assets.cli.dev",
    "costs": "golden_assets.cli.costs",
    "up": "golden_assets.cli.servers",
    "down": "golden_assets.cli.servers",
    "status": "golden_assets.cli.servers",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are needed: Dagster takes two seconds, ``--help`` must not."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names, in the order people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), f"{cmd_name}_command")
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="golden-assets")
def cli() -> None:
    """Golden testsets for RAG evaluation: generated, gated, versioned, published."""


def main() -> None:
    """Run the command; an error of ours is one line on standard error and the exit status it asks for."""
    try:
        cli()
    except GoldenAssetsError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_status)
