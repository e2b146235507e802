"""Which processes use the servers of a home: each holds a shared lock on one file, so that none of them stops the servers under another.

The lock ends with its process, however that ends, and it holds between containers that share the home.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.private_files import private_directory

FILE = "users.lock"
PATIENCE_S = 2.0
_held: dict[Path, int] = {}
"""The open lock files of this process, by home: they stay open until it ends."""


def use_servers(home: Path) -> None:
    """Count this process among the users until it ends. Waits while another process stops the servers. Raises `ServerError`."""
    home = home.resolve()
    if home not in _held:
        file = os.open(private_directory(home / "postgres") / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_SH)
        except OSError as error:
            os.close(file)
            raise ServerError(f"{home} cannot be locked: {error.strerror}", "keep the home on a local disk") from error
        _held[home] = file


@contextmanager
def sole_use(home: Path) -> Iterator[bool]:
    """Whether no other process uses the servers; if so, none begins to while the block runs. Afterwards this process is not a user."""
    home = home.resolve()
    use_servers(home)
    file = _held.pop(home)
    try:
        yield _is_alone(file)
    finally:
        os.close(file)


def users(home: Path) -> list[psutil.Process]:
    """The other processes of this machine that use the servers, as far as they may be looked at."""
    file = str(home.resolve() / "postgres" / FILE)
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and _has_open(process, file)]


def command_of(process: psutil.Process) -> str:
    """What a process was started as, for people: its program and first argument, without the folder."""
    try:
        words = [Path(word).name for word in process.cmdline() if not word.startswith("-")]
    except psutil.Error:
        return "a process"
    return " ".join(words[1:3] if words and words[0].startswith("python") else words[:2]) or "a process"


def _is_alone(file: int) -> bool:
    """Whether the lock can be had alone, also from a process that is ending just now."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        else:
            return True


def _has_open(process: psutil.Process, file: str) -> bool:
    try:
        return any(opened.path == file for opened in process.open_files())
    except psutil.Error:
        return False
