"""Dagster's UI, daemon and code server as one thing to start and stop; known by the folder that all of them work in."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

from golden_assets.cli.local.dagster_home import dagster_home, prepare_dagster
from golden_assets.cli.local.workspace import write_workspace
from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.private_files import last_line, last_lines
from golden_assets.embedded.processes import LOOPBACK, end, processes_in
from golden_assets.settings.names import TESTSET_VARIABLE
from golden_assets.settings.settings import Settings

HOSTS_VARIABLE = "GOLDEN_ASSETS_UI_HOSTS"
ENDING = ((signal.SIGINT, 20.0), (signal.SIGTERM, 5.0))
"""Signals and the seconds each is given before the next, and in the end SIGKILL."""

MAX_ROUNDS = 20
"""How often new processes of a stopping Dagster are looked for."""
WORKER = "multiprocessing.spawn"
"""In the command line of a process that executes a run."""
WORKER_PATIENCE_S = 15.0
RAISED = "Exception: "
"""How the line of its log begins that says which of its processes ended."""


def log_file(settings: Settings) -> Path:
    """Where the processes write their messages."""
    return dagster_home(settings) / "dev.log"


class Dagster:
    """A web server and a daemon that were started, each with a code server of its own."""

    def __init__(self, webserver: subprocess.Popen[bytes], daemon: subprocess.Popen[bytes]) -> None:
        self._processes = {"web server": webserver, "daemon": daemon}
        self.ended = ""

    def poll(self) -> int | None:
        """The status of the one that ended, None while both run: Dagster needs both."""
        for name, process in self._processes.items():
            if (status := process.poll()) is not None:
                self.ended = name
                return status
        return None


def start_dagster(settings: Settings, port: int) -> Dagster:
    """Dagster's web server, behind our guard and on loopback, and its daemon: what `dagster dev` starts."""
    environment = {k: v for k, v in (os.environ | prepare_dagster(settings)).items() if k != TESTSET_VARIABLE}
    environment |= {HOSTS_VARIABLE: ",".join(settings.ui_hosts)}
    workspace, _ = write_workspace(dagster_home(settings))
    start = partial(_start, settings, environment, ["--workspace", str(workspace), "--code-server-log-level", "warning"])
    webserver = start("golden_assets.cli.local.dagster_webserver", "--host", LOOPBACK, "--port", str(port))
    return Dagster(webserver, start("dagster._daemon", "run"))


def _start(
    settings: Settings, environment: Mapping[str, str], shared: Sequence[str], module: str, *options: str
) -> subprocess.Popen[bytes]:
    """One of the two, in a session of its own: started from a shell in the background it would ignore SIGINT."""
    with log_file(settings).open("ab") as log:
        return subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-m", module, *options, *shared],
            env=environment,
            cwd=dagster_home(settings),
            start_new_session=True,
            preexec_fn=_default_interrupt,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def dagster_processes(settings: Settings) -> list[psutil.Process]:
    """Every Dagster process of this home, the oldest first."""
    return sorted(processes_in(dagster_home(settings), "dagster"), key=lambda process: float(process.create_time()))


def stop_dagster(settings: Settings) -> bool:
    """End every Dagster process of this home, however it was started; False if none ran. Raises `ServerError` for those that do not end."""
    for attempt in range(MAX_ROUNDS):
        found = [*_interrupted_workers(settings), *dagster_processes(settings)]  # one that ends may just have started another
        if not found:
            return attempt > 0
        for process in found:
            end(process, ENDING)
    left = ", ".join(str(process.pid) for process in dagster_processes(settings))
    raise ServerError(f"processes of Dagster do not end: {left}", "end them by hand, or restart the machine")


def _interrupted_workers(settings: Settings) -> list[psutil.Process]:
    """The processes that execute runs, told to end; those that have a model call in flight got time for it. A code server waits for all."""
    workers = processes_in(dagster_home(settings), WORKER)
    for worker in workers:
        with suppress(psutil.NoSuchProcess):
            worker.send_signal(signal.SIGINT)
    psutil.wait_procs(workers, timeout=WORKER_PATIENCE_S)
    return workers


def reason_of_end(settings: Settings, status: int) -> str:
    """Why Dagster ended with this status without being told to: the signal that killed it, else what its log says."""
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    lines = last_lines(log_file(settings))
    return next((line.removeprefix(RAISED) for line in reversed(lines) if line.startswith(RAISED)), last_line(log_file(settings)))


def is_ready(port: int) -> bool:
    """Whether the UI answers."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/server_info", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _default_interrupt() -> None:
    """Give SIGINT back its default meaning, which a background job of a shell has lost."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
