"""`golden-assets up` and `down`: the embedded servers of one home."""

import click

from golden_assets.cli.local.dagster_server import stop_dagster
from golden_assets.embedded import servers
from golden_assets.settings.settings import load_settings


@click.command("up")
def up_command() -> None:
    """Start the embedded PostgreSQL and Phoenix, and leave them running."""
    settings = load_settings()
    running = servers.up(
        settings.home.resolve(), python=settings.phoenix_python, binaries=settings.postgres_binaries, hosts=settings.ui_hosts
    )
    _show(running)


@click.command("down")
def down_command() -> None:
    """Stop the embedded servers, and Dagster if it runs; their data stay."""
    settings = load_settings()
    stopped = ["Dagster"] if stop_dagster(settings) else []
    stopped += servers.down(settings.home.resolve())
    click.echo(f"stopped {', '.join(stopped)}" if stopped else "nothing was running")


def _show(running: servers.Servers) -> None:
    postgres, phoenix = running.postgres, running.phoenix
    click.echo(f"PostgreSQL  {f'{postgres.host}:{postgres.port} (pid {postgres.pid})' if postgres else 'not running'}")
    click.echo(f"Phoenix     {f'{phoenix.base_url} (pid {phoenix.pid})' if phoenix else 'not running'}")
