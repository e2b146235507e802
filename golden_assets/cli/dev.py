"""`golden-assets dev`: Dagster's UI and daemon, and Phoenix, until Ctrl-C."""

import signal
import threading
from pathlib import Path

import click

from golden_assets.cli.dagster_server import Dagster, dagster_processes, is_ready, log_file, start_dagster, stop_dagster
from golden_assets.cli.instance import dagster_home
from golden_assets.cli.workspace import WorkspaceFollower
from golden_assets.domain.errors import ServerError
from golden_assets.embedded import servers
from golden_assets.embedded.addresses import begin_phoenix, phoenix_url
from golden_assets.embedded.processes import LOOPBACK, is_free
from golden_assets.embedded.state import last_line
from golden_assets.settings.settings import load_settings

READY_TIMEOUT_S = 120


@click.command("dev")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port of the Dagster UI.")
def dev_command(port: int) -> None:
    """Open the Dagster and Phoenix UIs; Ctrl-C stops them and the embedded servers."""
    settings = load_settings()
    if running := dagster_processes(settings):
        raise ServerError(f"Dagster of this home runs already (pid {running[0].pid})", "use it, or stop it with `golden-assets down`")
    if not is_free(port):
        raise ServerError(f"port {port} is in use", "stop what listens there, or choose another with --port")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("starting PostgreSQL, Phoenix and Dagster ...")
    try:
        begin_phoenix(settings)
        dagster = start_dagster(settings, port)
        _wait_until_ready(dagster, port, log_file(settings), stop)
        click.echo(f"Dagster  http://{LOOPBACK}:{port}\nPhoenix  {phoenix_url(settings)}")
        click.echo(f"Log      {log_file(settings)}\nCtrl-C stops everything.")
        follower = WorkspaceFollower(dagster_home(settings), port, click.echo)
        while not stop.wait(0.5) and dagster.poll() is None:
            follower.look()
    finally:
        stop_dagster(settings)
        stopped = servers.down(settings.home.resolve())
        click.echo(f"stopped {', '.join(['Dagster', *stopped])}")


def _wait_until_ready(dagster: Dagster, port: int, log: Path, stop: threading.Event) -> None:
    """Return when the UI answers or the user gave up. Raises `ServerError` when Dagster ends or stays silent."""
    for _ in range(READY_TIMEOUT_S * 2):
        if dagster.poll() is not None:
            raise ServerError(f"Dagster ended with status {dagster.returncode} while it started ({last_line(log)})", f"see {log}")
        if stop.wait(0.5) or is_ready(port):
            return
    raise ServerError(f"Dagster did not answer on port {port} within {READY_TIMEOUT_S} s", f"see {log}")
