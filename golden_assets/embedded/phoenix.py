"""A real Phoenix server on this machine: started by the first process that needs it, shared by all processes of one home, ended by
``stop_phoenix``.

It runs from an environment of its own and never enters our processes: beside its packages, importing the Phoenix client alone takes 17 s.
Everything lives in ``<home>/phoenix``: its working directory, ``phoenix.log``, and ``server.json`` with the pid and the ports, which are
kept over restarts, so that links to it stay valid.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.phoenix_process import LOG_FILE, SCRIPT, PhoenixState, answers, end_all, launch, place_of, read_state
from golden_assets.embedded.private_files import last_line, locked, private_directory
from golden_assets.embedded.processes import LOOPBACK, process_in

START_TIMEOUT_S = 120.0
"""It needs 6 s with its bytecode compiled, 20 s without, on two idle cores."""
PROBES = 3
"""A server past its start that leaves so many probes unanswered is hung."""


class PhoenixServer(BaseModel):
    """A Phoenix process, which may still be starting: see ``wait_for_phoenix``."""

    model_config = ConfigDict(frozen=True)
    port: int
    grpc_port: int
    pid: int
    directory: Path

    @property
    def base_url(self) -> str:
        """The address of the UI and the REST API, without a final slash."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        """Where the server writes its messages."""
        return self.directory / LOG_FILE


def ensure_phoenix(
    home: Path, python: Path, database_url: str | None, hosts: Sequence[str] = (), timeout_s: float = START_TIMEOUT_S
) -> PhoenixServer:
    """The Phoenix server of ``home``, ready for requests: ``start_phoenix`` and ``wait_for_phoenix`` in one."""
    server, is_new = _obtain(home, python, database_url, hosts)
    if not is_new and not _becomes_ready(server, timeout_s):  # it was killed a moment ago
        server, _ = _obtain(home, python, database_url, hosts)
    wait_for_phoenix(server, timeout_s)
    return server


def start_phoenix(home: Path, python: Path, database_url: str | None, hosts: Sequence[str] = ()) -> PhoenixServer:
    """The Phoenix server of ``home``, which may still be starting. One that is hung or uses another database is replaced.

    ``python``: see ``phoenix_environment``. ``database_url``: PostgreSQL; None means SQLite in the server's working directory.
    ``hosts``: names under which browsers may reach a server that is started now, beside localhost.

    Raises:
        ServerError: it cannot be started.
    """
    return _obtain(home, python, database_url, hosts)[0]


def wait_for_phoenix(server: PhoenixServer, timeout_s: float = START_TIMEOUT_S) -> None:
    """Return when the server answers and reaches its database.

    Raises:
        ServerError: it ended, or was not ready within ``timeout_s``; with the last line of its log.
    """
    if not _becomes_ready(server, timeout_s):
        raise ServerError(f"Phoenix ended while it started ({last_line(server.log)})", f"see {server.log}")


def stop_phoenix(home: Path) -> bool:
    """End the Phoenix of ``home``; its data and its ports stay. False if none runs."""
    folder = home.resolve() / "phoenix"
    if not folder.is_dir():
        return False
    with locked(folder / "lock"):
        return end_all(folder)


def phoenix_status(home: Path) -> PhoenixServer | None:
    """The Phoenix process of ``home``, ready or not; None if there is none."""
    folder = home.resolve() / "phoenix"
    state = read_state(folder)
    return _server(folder, state) if state and state.is_running(folder) else None


def _obtain(home: Path, python: Path, database_url: str | None, hosts: Sequence[str]) -> tuple[PhoenixServer, bool]:
    """The server to use, and whether it was started just now."""
    folder = private_directory(home / "phoenix")
    with locked(folder / "lock"):
        state = read_state(folder)
        if state and state.database == place_of(database_url) and _is_usable(folder, state):
            return _server(folder, state), False
        end_all(folder)
        return _server(folder, launch(folder, python, database_url, hosts, state)), True


def _is_usable(folder: Path, state: PhoenixState) -> bool:
    """Whether the process lives, and either is still in the time of its start, or answers."""
    if not state.is_running(folder):
        return False
    return time.time() - state.created < START_TIMEOUT_S or any(answers(state.port, "/healthz") for _ in range(PROBES))


def _becomes_ready(server: PhoenixServer, timeout_s: float) -> bool:
    """Wait; False as soon as the process is gone. An answer counts only while it lives, or another server on its port would do."""
    deadline = time.monotonic() + timeout_s
    while process_in(server.pid, server.directory, SCRIPT.name):
        if answers(server.port, "/readyz") and process_in(server.pid, server.directory, SCRIPT.name):
            return True
        if time.monotonic() > deadline:
            problem = f"Phoenix was not ready within {timeout_s:.0f} s ({last_line(server.log)})"
            raise ServerError(problem, f"see {server.log}, and whether its database runs")
        time.sleep(0.1)
    return False


def _server(folder: Path, state: PhoenixState) -> PhoenixServer:
    return PhoenixServer(port=state.port, grpc_port=state.grpc_port, pid=state.pid, directory=folder)
