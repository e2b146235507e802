"""A PostgreSQL data directory that is complete from its first moment: made and provisioned aside, then renamed into place.

Whoever finds the directory finds all roles and databases in it; what a killed process left behind is rubbish and is swept away.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from pydantic import SecretStr

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.binaries import Binaries
from golden_assets.embedded.server_account import OWN_SERVER, Account

SUPERUSER = "golden"
DATABASES = ("golden_assets", "dagster", "phoenix")
"""Each belongs to a role of its own with the same name."""
SYNC_METHOD = "syncfs" if sys.platform == "linux" else "fsync"
"""How a directory of 1,200 files reaches the disk: one ``syncfs`` takes 0.1 s on a busy disk, an ``fsync`` for each file 3 to 6 s."""
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # no socket: nothing to clean up, no limit on the length of the home's path
    "shared_buffers": "32MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "recovery_init_sync_method": SYNC_METHOD,
    "scram_iterations": "1",  # they slow down guessing; our passwords are 192 random bits, and Dagster connects 400 times a run
}
_STAGE = "new-"


def create_cluster(data: Path, binaries: Binaries, account: Account, password: SecretStr) -> None:
    """Make ``data``: a cluster with scram-sha-256 for every connection, the superuser, and ``DATABASES`` with their owners.

    ``password`` is that of every role: hexadecimal digits, told to the programs by a file and by stdin, never on a command line.

    Raises:
        ServerError: initdb or the provisioning failed; nothing is left behind.
    """
    sweep(data.parent)
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=data.parent))
    fresh = stage / "data"
    try:
        fresh.mkdir(mode=0o700)
        (stage / "password").touch(mode=0o600)
        (stage / "password").write_text(password.get_secret_value(), encoding="utf-8")
        account.take(stage)
        _initdb(fresh, binaries, account)
        _provision(fresh, binaries, account, password)
        _sync(fresh, binaries, account)
        fresh.rename(data)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what interrupted attempts left in ``folder``."""
    for stage in folder.glob(f"{_STAGE}*"):
        shutil.rmtree(stage, ignore_errors=True)  # its orphaned initdb may still write; then the next start sweeps again


def major_version(data: Path) -> int | None:
    """The major version that wrote ``data``; None before there is a cluster."""
    mark = data / "PG_VERSION"
    return int(mark.read_text(encoding="utf-8")) if mark.exists() else None


def complaint(log: str) -> str:
    """The first error of a PostgreSQL program's output, else its last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return next((line for line in lines if "FATAL" in line or "ERROR" in line or "error:" in line), lines[-1] if lines else "no message")


def _initdb(fresh: Path, binaries: Binaries, account: Account) -> None:
    where = ["-D", account.path_of(fresh), "--no-instructions", "--no-sync"]
    access = ["--username", SUPERUSER, "--pwfile", "../password", "--auth", "scram-sha-256"]
    texts = ["--locale-provider", "builtin", "--locale", "C.UTF-8", "--encoding", "UTF8"]
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    _run([binaries / "initdb", *where, *access, *texts, *settings], fresh, account)


def _provision(fresh: Path, binaries: Binaries, account: Account, password: SecretStr) -> None:
    """One statement a line, for the stand-alone backend: it needs no port, and ends at the first error.

    Our owner may create roles, so that its migrations can set up the role the application works under, which owns nothing.
    """
    statements = [
        f"CREATE ROLE {name} LOGIN {'CREATEROLE' if name == DATABASES[0] else ''} PASSWORD '{password.get_secret_value()}';\n"
        f"CREATE DATABASE {name} OWNER {name};\n"
        for name in DATABASES
    ]
    options = ["-F", "-D", account.path_of(fresh), "-c", "exit_on_error=on", "-c", "log_min_error_statement=panic"]
    _run([binaries / "postgres", "--single", *options, "postgres"], fresh, account, "".join(statements))


def _sync(fresh: Path, binaries: Binaries, account: Account) -> None:
    _run([binaries / "initdb", "--sync-only", f"--sync-method={SYNC_METHOD}", "-D", account.path_of(fresh)], fresh, account)


def _run(command: list[str | Path], fresh: Path, account: Account, stdin: str | None = None) -> None:
    answer = account.run(command, fresh, stdin)
    if answer.returncode:
        problem = f"the database could not be made in {fresh.parents[1]} ({complaint(answer.stderr)})"
        raise ServerError(problem, f"see whether the disk is full, {OWN_SERVER}")
