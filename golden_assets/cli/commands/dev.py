"""`golden-assets dev`, `up` and `down`: the UIs of Dagster and Phoenix until Ctrl-C, and the embedded servers of one home."""

import signal
import threading
from pathlib import Path

import click

from golden_assets.adapters.phoenix.publisher import without_credentials
from golden_assets.cli.local.dagster_home import dagster_home
from golden_assets.cli.local.dagster_server import (
    Dagster,
    dagster_processes,
    is_ready,
    log_file,
    reason_of_end,
    start_dagster,
    stop_dagster,
)
from golden_assets.cli.local.workspace import WorkspaceFollower
from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded import servers
from golden_assets.embedded.processes import LOOPBACK, is_free
from golden_assets.embedded.server_urls import begin_phoenix, embedded_names, phoenix_url
from golden_assets.embedded.usage import command_of, sole_use, users
from golden_assets.settings.settings import Settings, load_settings

READY_TIMEOUT_S = 120


@click.command("dev")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port of the Dagster UI.")
def dev_command(port: int) -> None:
    """Open the Dagster and Phoenix UIs; Ctrl-C stops them, and the embedded servers unless another command uses them."""
    settings = load_settings()
    if running := dagster_processes(settings):
        raise ServerError(f"Dagster of this home runs already (pid {running[0].pid})", "use it, or stop it with `golden-assets down`")
    if not is_free(port):
        raise ServerError(f"port {port} is in use", "stop what listens there, or choose another with --port")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo(f"starting {', '.join([*embedded_names(settings), 'Dagster'])} ...")
    try:
        begin_phoenix(settings, click.echo)
        dagster = start_dagster(settings, port)
        _fail_dead_runs(settings)
        _wait_until_ready(dagster, port, settings, stop)
        phoenix = "none" if settings.phoenix == "none" else without_credentials(phoenix_url(settings))
        click.echo(f"Dagster  http://{LOOPBACK}:{port}\nPhoenix  {phoenix}")
        click.echo(f"Log      {log_file(settings)}\nCtrl-C stops them.")
        follower = WorkspaceFollower(dagster_home(settings), port, click.echo)
        while not stop.wait(0.5):
            _raise_if_ended(dagster, settings)
            follower.look()
    finally:
        stop_dagster(settings)
        _stop_servers(settings.home.resolve())


def _fail_dead_runs(settings: Settings) -> None:
    """Let no run of a process that is gone hold up what Dagster is about to do."""
    from golden_assets.cli.local.dagster_home import open_instance

    with open_instance(settings) as instance:
        from golden_assets.defs.dead_runs import fail_dead_runs

        fail_dead_runs(instance, click.echo)


def _wait_until_ready(dagster: Dagster, port: int, settings: Settings, stop: threading.Event) -> None:
    """Return when the UI answers or the user gave up. Raises `ServerError` when Dagster ends or stays silent."""
    for _ in range(READY_TIMEOUT_S * 2):
        _raise_if_ended(dagster, settings)
        if stop.wait(0.5) or is_ready(port):
            return
    raise ServerError(f"Dagster did not answer on port {port} within {READY_TIMEOUT_S} s", f"see {log_file(settings)}")


def _raise_if_ended(dagster: Dagster, settings: Settings) -> None:
    """Raises `ServerError` when Dagster, or one of its processes and so all of them, ended without being told to."""
    if (status := dagster.poll()) is not None:
        raise ServerError(f"Dagster's {dagster.ended} ended by itself ({reason_of_end(settings, status)})", f"see {log_file(settings)}")


def _stop_servers(home: Path) -> None:
    """Stop the servers of this home, unless another process uses them; say which."""
    with sole_use(home) as is_alone:
        stopped = ["Dagster", *(servers.down(home) if is_alone else [])]
    click.echo(f"stopped {', '.join(stopped)}")
    if not is_alone:
        names = ", ".join(f"{command_of(user)} (pid {user.pid})" for user in users(home))
        click.echo(
            f"PostgreSQL and Phoenix stay, in use by {names or 'a process of another container or user'}; `golden-assets down` stops them"
        )


@click.command("up")
def up_command() -> None:
    """Start the embedded PostgreSQL and Phoenix, and leave them running."""
    settings = load_settings()
    running = servers.up(
        settings.home.resolve(),
        python=settings.phoenix_python,
        binaries=settings.postgres_binaries,
        hosts=settings.ui_hosts,
        with_phoenix=settings.phoenix != "none",
        tell=click.echo,
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
