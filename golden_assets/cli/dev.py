"""`golden-assets dev`: Dagster's UI and daemon, and Phoenix, until Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import click
import psutil

from golden_assets.cli.instance import prepare_dagster, project_file
from golden_assets.domain.errors import ServerError
from golden_assets.embedded import servers
from golden_assets.embedded.addresses import phoenix_url
from golden_assets.embedded.processes import LOOPBACK, is_free
from golden_assets.settings.settings import Settings, load_settings

READY_TIMEOUT_S = 120
STOP_TIMEOUT_S = 30


@click.command("dev")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port of the Dagster UI.")
def dev_command(port: int) -> None:
    """Open the Dagster and Phoenix UIs; Ctrl-C stops everything that this command started."""
    settings = load_settings()
    if not is_free(port):
        raise ServerError(f"port {port} is in use", "stop what listens there, or choose another with --port")
    click.echo("starting PostgreSQL, Phoenix and Dagster ...")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    dagster = _start_dagster(settings, port)
    try:
        _wait_until_ready(dagster, port, stop)
        click.echo(f"Dagster  http://{LOOPBACK}:{port}\nPhoenix  {phoenix_url(settings)}\nCtrl-C stops both.")
        while not stop.wait(0.5) and dagster.poll() is None:
            pass
    finally:
        _stop_dagster(dagster)
        stopped = servers.down(settings.home.resolve())
        click.echo(f"stopped Dagster{''.join(f', {name}' for name in stopped)}")


def _start_dagster(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    """`dagster dev` in a session of its own: started from a shell in the background it would ignore SIGINT."""
    environment = os.environ | prepare_dagster(settings)
    command = [sys.executable, "-m", "dagster", "dev", "--workspace", str(project_file("workspace.yaml"))]
    command += ["--host", LOOPBACK, "--port", str(port), "--log-level", "warning", "--use-legacy-code-server-behavior"]
    return subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=_default_interrupt)  # noqa: S603  our own command


def _default_interrupt() -> None:
    """Give SIGINT back its default meaning, which a background job of a shell has lost."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _wait_until_ready(dagster: subprocess.Popen[bytes], port: int, stop: threading.Event) -> None:
    """Return when the UI answers or the user gave up. Raises `ServerError` when Dagster ends or stays silent."""
    for _ in range(READY_TIMEOUT_S * 2):
        if dagster.poll() is not None:
            raise ServerError(f"Dagster ended with status {dagster.returncode} while it started", "see its messages above")
        if stop.wait(0.5) or _answers(port):
            return
    raise ServerError(f"Dagster did not answer on port {port} within {READY_TIMEOUT_S} s", "see its messages above")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/server_info", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _stop_dagster(dagster: subprocess.Popen[bytes]) -> None:
    """SIGINT, as Ctrl-C; then whatever of its children is left is ended by force."""
    children = psutil.Process(dagster.pid).children(recursive=True) if dagster.poll() is None else []
    if dagster.poll() is None:
        dagster.send_signal(signal.SIGINT)
    try:
        dagster.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        dagster.kill()
    _, alive = psutil.wait_procs(children, timeout=5)
    for process in alive:
        process.kill()
