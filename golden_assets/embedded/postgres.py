"""A real PostgreSQL on this machine: started by the first process that needs it, shared by all processes of one home, ended by
``stop_postgres``.

Everything lives in ``<home>/postgres``: the data directory ``data`` (with the log ``server.log`` in it), and ``server.json``, mode 0600,
with the port, which is kept over restarts, and the password. The server is a daemon and outlives the process that started it.
"""

import secrets
import signal
import time
from pathlib import Path
from urllib.parse import quote

import psutil
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_serializer

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.binaries import Binaries, find_binaries, runnable_by
from golden_assets.embedded.cluster import DATABASES, SUPERUSER, complaint, create_cluster, major_version
from golden_assets.embedded.private_files import last_line, locked, private_directory, usable, write_private
from golden_assets.embedded.processes import LOOPBACK, end, free_port, keep_port, process_in, processes_in
from golden_assets.embedded.server_account import OWN_SERVER, Account, server_account

START_ATTEMPTS = 3
CONNECT_TIMEOUT_S = 3
ANSWER_TIMEOUT_S = 30.0
"""Also the time a crash recovery may take."""


class Credentials(BaseModel):
    """The content of ``server.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    port: int = Field(gt=0, lt=65536)
    password: SecretStr = Field(min_length=16)

    @field_serializer("password", when_used="json")
    def _reveal(self, password: SecretStr) -> str:
        return password.get_secret_value()


class PostgresServer(BaseModel):
    """A running server. The password, one for all roles, does not show in ``repr``."""

    model_config = ConfigDict(frozen=True)
    host: str = LOOPBACK
    port: int
    password: SecretStr
    data_dir: Path
    pid: int

    def url(self, database: str = DATABASES[0], driver: str = "postgresql+psycopg", role: str | None = None) -> str:
        """The address of ``database`` for SQLAlchemy (for libpq with driver ``postgresql``), password included.

        ``role``: by default the database's owner; ``golden_assets`` for a database other than the three.
        """
        user = role or (database if database in DATABASES else DATABASES[0])
        return f"{driver}://{user}:{quote(self.password.get_secret_value(), safe='')}@{self.host}:{self.port}/{database}"


def ensure_postgres(home: Path, binaries: Path | None = None) -> PostgresServer:
    """The server of ``home``, made and started if need be. ``binaries``: the folder of PostgreSQL's programs, looked for by default.

    Raises:
        ServerError: it cannot be made, started or reached, or ``server.json`` is not its own.
    """
    folder = private_directory(home / "postgres")
    data = folder / "data"
    with locked(folder / "lock"):
        credentials = _credentials(folder, fresh=not data.exists())
        for _ in range(START_ATTEMPTS):
            process = _postmaster(data)
            if process is None:
                credentials, process = _start(data, credentials, binaries)
            server = PostgresServer(port=credentials.port, password=credentials.password, data_dir=data, pid=process.pid)
            if _answers(server):
                return server
    log = data / "server.log"
    raise ServerError(f"PostgreSQL dies as soon as it is started on {data} ({last_line(log)})", f"see {log}, {OWN_SERVER}")


def stop_postgres(home: Path) -> bool:
    """End the server of ``home``: fast shutdown, then immediate, then by force; the data stay. False if none runs."""
    folder = home.resolve() / "postgres"
    if not folder.is_dir():
        return False
    with locked(folder / "lock"):
        process = _postmaster(folder / "data")
        if process is not None:
            end(process, [(signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)])
    return process is not None


def postgres_status(home: Path) -> PostgresServer | None:
    """The running server of ``home``, or None. Asks the process table, not the server.

    Raises:
        ServerError: a server runs, but ``server.json`` cannot be used.
    """
    folder = home.resolve() / "postgres"
    process = _postmaster(folder / "data")
    if process is None:
        return None
    credentials = _credentials(folder, fresh=False)
    return PostgresServer(port=credentials.port, password=credentials.password, data_dir=folder / "data", pid=process.pid)


def _credentials(folder: Path, fresh: bool) -> Credentials:
    """Read ``server.json``; for a fresh cluster write it first, so that no cluster exists with an unknown password."""
    path = folder / "server.json"
    if fresh and not path.exists():
        write_private(path, Credentials(port=free_port(), password=SecretStr(secrets.token_hex(24))).model_dump_json())
    try:
        return Credentials.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        reason = "unreadable" if isinstance(error, OSError) else "not the port and password of a server"
        remedy = f"restore it from a backup, or move {folder} away to start with an empty database"
        raise ServerError(f"{path} is {reason}", remedy) from None  # the cause would show the file's content


def _postmaster(data: Path) -> psutil.Process | None:
    """The living server of ``data``, after its own ``postmaster.pid``. Raises `ServerError`."""
    try:
        with usable(data):
            first_line = (data / "postmaster.pid").read_text(encoding="utf-8").partition("\n")[0]
    except FileNotFoundError:
        return None
    return process_in(int(first_line), data, "postgres") if first_line.isdecimal() else None


def _start(data: Path, credentials: Credentials, setting: Path | None) -> tuple[Credentials, psutil.Process]:
    """Start the server on its old port, or on a new one if that is taken meanwhile."""
    account = server_account(data)
    binaries = runnable_by(account, find_binaries(setting, major_version(data)))
    if not data.exists():
        create_cluster(data, binaries, account, credentials.password)
    _clear_crash(data, account)
    for _ in range(START_ATTEMPTS):
        if (port := keep_port(credentials.port)) != credentials.port:
            credentials = Credentials(port=port, password=credentials.password)
            write_private(data.with_name("server.json"), credentials.model_dump_json())
        output = _pg_ctl_start(data, binaries, account, credentials.port)
        if process := _postmaster(data):
            return credentials, process
    log = data / "server.log"
    raise ServerError(f"PostgreSQL did not start on {data} ({complaint(output)}; {last_line(log)})", f"see {log}, {OWN_SERVER}")


def _clear_crash(data: Path, account: Account) -> None:
    """Make way after a killed server: its children must be gone before another server writes here; its pid may be another process now."""
    if data.stat().st_uid == 0:
        account.take(data)  # a copy of a home that root made
    for orphan in processes_in(data, "postgres"):
        end(orphan, [(signal.SIGQUIT, 5.0)])
    (data / "postmaster.pid").unlink(missing_ok=True)


def _pg_ctl_start(data: Path, binaries: Binaries, account: Account, port: int) -> str:
    options = ["-D", account.path_of(data), "-w", "-t", "60", "-l", "server.log", "-o", f"-p {port}"]
    answer = account.run([binaries / "pg_ctl", "start", *options], data)
    return answer.stderr or answer.stdout


def _answers(server: PostgresServer) -> bool:
    """Wait until the server lets us in; False as soon as it is found dead (one that is just being killed still looks alive for a moment).

    Raises:
        ServerError: it refuses the password, or stays silent for ``ANSWER_TIMEOUT_S``.
    """
    import psycopg

    reason, deadline = "", time.monotonic() + ANSWER_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            psycopg.connect(server.url(driver="postgresql", role=SUPERUSER), connect_timeout=CONNECT_TIMEOUT_S).close()
            return True
        except psycopg.OperationalError as error:
            reason = str(error).partition("\n")[0]
        if "password authentication failed" in reason:
            place = server.data_dir.with_name("server.json")
            raise ServerError(f"{place} holds the password of another server", "put the right file back")
        if _postmaster(server.data_dir) is None:
            return False
        time.sleep(0.05)
    problem = f"PostgreSQL (pid {server.pid}) does not answer ({reason})"
    raise ServerError(problem, f"stop it with golden-assets down and try again; its log is {server.data_dir / 'server.log'}")
