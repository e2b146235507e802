"""The Phoenix process of one home: what is known about it, whether it is ours and alive, how it is launched and ended.

Deciding whether one is needed, and waiting for it, is the business of ``phoenix``.
"""

import http.client
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from signal import SIGINT, SIGTERM
from urllib.parse import urlsplit

import psutil
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded import phoenix_serve
from golden_assets.embedded.private_files import last_line, usable, write_private
from golden_assets.embedded.processes import LOOPBACK, end, keep_port, process_in, processes_in

PROBE_TIMEOUT_S = 5.0
ENDING = ((SIGINT, 10.0), (SIGTERM, 10.0))
"""Signals and the seconds each is given before the next, and in the end SIGKILL. The first lets it finish requests."""
SCRIPT = Path(phoenix_serve.__file__)
GUARD = SCRIPT.with_name("browser_guard.py")
STATE_FILE = "server.json"
LOG_FILE = "phoenix.log"
QUIET = {
    "PHOENIX_TELEMETRY_ENABLED": "false",
    "PHOENIX_ALLOW_EXTERNAL_RESOURCES": "false",
    "PHOENIX_DISABLE_AGENT_ASSISTANT": "true",
    "PHOENIX_ENABLE_MCP_SERVER": "false",
    "PHOENIX_ALLOWED_SANDBOX_PROVIDERS": "NONE",
    "PHOENIX_LOGGING_LEVEL": "warning",  # one line a request would fill the disk
    "PHOENIX_LOG_MIGRATIONS": "false",
}
"""No outbound call, nothing that runs code or agents, a short log."""


class PhoenixState(BaseModel):
    """The content of ``server.json``: ``created`` in seconds since 1970, ``database`` as ``place_of`` gives it."""

    model_config = ConfigDict(frozen=True)
    pid: int
    created: float
    port: int = Field(gt=0, lt=65536)
    grpc_port: int = Field(gt=0, lt=65536)
    database: str

    def is_running(self, folder: Path) -> bool:
        """Whether the process lives and is a Phoenix of ``folder``; by the clock alone it could not be told, for clocks are set."""
        return process_in(self.pid, folder, SCRIPT.name) is not None


def read_state(folder: Path) -> PhoenixState | None:
    """The state, or None. A damaged one is as good as none: ``end_all`` finds the process without it. Raises `ServerError`."""
    try:
        with usable(folder):
            return PhoenixState.model_validate_json((folder / STATE_FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def place_of(database_url: str | None) -> str:
    """Where a database is, without the credentials: ``//host:port/name``; "" for None, SQLite in the server's working directory."""
    if database_url is None:
        return ""
    parts = urlsplit(database_url)
    return f"//{parts.netloc.rpartition('@')[2]}{parts.path}"


def launch(folder: Path, python: Path, database_url: str | None, hosts: Sequence[str], old: PhoenixState | None) -> PhoenixState:
    """Start Phoenix as a daemon in ``folder``, on the ports of the ``old`` state if they are free, and note it; it is not ready yet.

    ``hosts``: names under which browsers may reach it, beside localhost.

    Raises:
        ServerError: the interpreter does not even start.
    """
    port, grpc_port = keep_port(old.port if old else None), keep_port(old.grpc_port if old else None)
    pid = _spawn(folder, python, _environment(folder, port, grpc_port, database_url, hosts))
    try:
        created = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:  # gone already; the process that waits for it says why
        created = 0.0
    state = PhoenixState(pid=pid, created=created, port=port, grpc_port=grpc_port, database=place_of(database_url))
    write_private(folder / STATE_FILE, state.model_dump_json())
    return state


def end_all(folder: Path) -> bool:
    """End every Phoenix of ``folder``, also one whose starter was killed before it could note the pid. False if there was none."""
    ours = list(processes_in(folder, SCRIPT.name))
    for process in ours:
        end(process, ENDING)
    return bool(ours)


def answers(port: int, path: str) -> bool:
    """Whether ``GET path`` on this loopback port gives 200 within ``PROBE_TIMEOUT_S``."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PROBE_TIMEOUT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _spawn(folder: Path, python: Path, environment: dict[str, str]) -> int:
    """Run the script, which leaves a daemon behind, and return the daemon's pid; the log of the last one is kept beside the new."""
    log = folder / LOG_FILE
    if log.exists():
        log.replace(log.with_stem("phoenix.previous"))
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as output:
        command = [str(python), "-I", str(SCRIPT)]
        try:
            answer = subprocess.run(  # noqa: S603 - the interpreter that the user installed Phoenix for
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=output, check=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            raise ServerError(f"{python} cannot start Phoenix ({last_line(log)})", f"see {log}") from error
    return int(answer.stdout)


def _environment(folder: Path, port: int, grpc_port: int, database_url: str | None, hosts: Sequence[str]) -> dict[str, str]:
    """All the server gets to see: no key of ours, and no variable of the user's that opens a port or sends traces away."""
    environment = {
        **QUIET,
        "HOME": str(folder),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PHOENIX_HOST": LOOPBACK,
        "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(grpc_port),
        "PHOENIX_WORKING_DIR": str(folder),
        "PHOENIX_FASTAPI_MIDDLEWARE_PATHS": f"{GUARD}:BrowserGuard",
        "GOLDEN_ASSETS_UI_HOSTS": ",".join(hosts),
    }
    return environment if database_url is None else {**environment, "PHOENIX_SQL_DATABASE_URL": database_url}
