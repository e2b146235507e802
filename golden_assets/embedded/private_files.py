"""What the launchers keep on disk: private directories, private files, and one lock per server.

Several processes of one home start, share and stop the same servers, so every decision is taken under a lock, and every file appears whole.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from golden_assets.domain.core.errors import ServerError

LOCK_TIMEOUT_S = 180.0
"""Longer than the slowest start (Phoenix, 120 s), so that a waiting process shares that server instead of giving up."""


def private_directory(path: Path) -> Path:
    """Make ``path`` and close it to everybody but its owner, like the parents that have to be made; returns it resolved.

    Raises:
        ServerError: it cannot be made, or it belongs to another user.
    """
    try:
        for folder in (*reversed(path.parents), path):
            if not folder.exists():
                folder.mkdir(exist_ok=True, mode=0o700)
        path.chmod(0o700)
    except OSError as error:
        raise _unusable(path, error) from error
    return path.resolve()


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Turn what the operating system says of a home of another user, or of one that is a file, into a `ServerError`."""
    try:
        yield
    except (PermissionError, NotADirectoryError) as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> ServerError:
    return ServerError(f"{path} cannot be used ({error.strerror})", "choose another GOLDEN_ASSETS_HOME, or make this one yours")


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step, readable by its owner only (mode 0600)."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def last_line(path: Path) -> str:
    """The last non-empty line of a log, ``"(empty log)"`` if there is none."""
    return next(reversed(last_lines(path)), "(empty log)")


def last_lines(path: Path) -> list[str]:
    """The non-empty lines at the end of a log, oldest first; none without a log. Reads at most its last 8 KiB."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 8192))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except FileNotFoundError:
        lines = []
    return [line.strip() for line in lines if line.strip()]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file lock ``path``; a lock dies with its process, so a killed holder does not block others.

    Raises:
        ServerError: another process held it for ``LOCK_TIMEOUT_S``, or this user may not use it.
    """
    lock = FileLock(path, timeout=LOCK_TIMEOUT_S, mode=0o600)
    try:
        with usable(path):
            lock.acquire()
    except Timeout as error:
        problem = f"another process has been starting or stopping a server for {LOCK_TIMEOUT_S:.0f} s ({path})"
        raise ServerError(problem, "end that process and try again") from error
    try:
        yield
    finally:
        lock.release()
