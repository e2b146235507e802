"""How every command went, on record: its name, how long it took, and the kind of a failure of ours. Never what it was given.

A command that was used wrongly, or that answered "no" to what it was asked (a gate failed, a score is low), did its work; one that was
stopped is not counted. Recording starts no server, never lets a command fail, and holds it up for seconds at most: where no registry can be
reached, the record waits in a file in the home, if there is one, for the next command that reaches it.
"""

import errno
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click
from filelock import FileLock
from pydantic import ValidationError

from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.monitoring.service_levels import Performed, fault_of
from golden_assets.settings.settings import Settings, load_settings

WAITING = "operations.jsonl"
LOCK = "operations.lock"
LOCK_SECONDS = 1.0
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
FAILED_RUN = "FailedRun"
MAX_WAITING_BYTES = 1_000_000
"""Some 5,000 commands; what comes after is not recorded."""


@contextmanager
def recorded(name: Callable[[], str | None]) -> Iterator[None]:
    """Record the command that runs meanwhile; ``name`` is asked once it has ended, and is None when no command was chosen."""
    begun = time.perf_counter()
    try:
        yield
    except BaseException as error:
        if not _is_no_result(error):
            _record(name(), begun, _fault_of(error))
        raise
    _record(name(), begun, None)


def output_is_full(error: BaseException) -> bool:
    """Whether what the command writes to takes no more: an error of the operating system that names no file."""
    return isinstance(error, OSError) and error.filename is None and error.errno in NO_ROOM


def _is_no_result(error: BaseException) -> bool:
    """Whether the user stopped the command, closed its output, has no room for it, or only wanted its help."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code == 0
    return isinstance(error, click.Abort | KeyboardInterrupt | BrokenPipeError) or output_is_full(error)


def _fault_of(error: BaseException) -> str | None:
    """The kind of a failure; an exit with status 1 is that of a run, unless it goes through click, which then means the answer "no"."""
    if isinstance(error, click.ClickException | click.exceptions.Exit):
        return None
    if isinstance(error, SystemExit):
        return FAILED_RUN if error.code == 1 else None
    return fault_of(error)


def _record(name: str | None, begun: float, fault: str | None) -> None:
    if name is None:
        return
    seconds, now = time.perf_counter() - begun, datetime.now(UTC)
    performed = Performed(kind="command", name=name, seconds=seconds, fault=fault, happened_at=now)
    try:
        _keep(load_settings(), performed)
    except (GoldenAssetsError, OSError):
        return  # settings that cannot be read name no registry, a full disk holds no file


def _keep(settings: Settings, performed: Performed) -> None:
    """Put a record, and those that wait, into the registry; else into the file."""
    with ExitStack() as stack:
        file = _waiting_file(settings.home.resolve(), stack)
        lines = file.readlines() if file else []
        taken = _note(settings, [*filter(None, map(_read, lines)), performed])
        if file and taken:
            file.truncate(0)
        elif file and file.tell() < MAX_WAITING_BYTES:
            after = "" if not lines or lines[-1].endswith("\n") else "\n"
            file.write(f"{after}{performed.model_dump_json()}\n")


def _waiting_file(home: Path, stack: ExitStack) -> TextIO | None:
    """The file from its start, for this process alone; None without a home to write to, or while another process keeps it."""
    try:
        if not home.is_dir():
            return None
        stack.enter_context(FileLock(home / LOCK, timeout=LOCK_SECONDS, mode=0o600))
        descriptor = os.open(home / WAITING, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        return stack.enter_context(os.fdopen(descriptor, "r+", encoding="utf-8", errors="replace"))
    except OSError:
        return None


def _read(line: str) -> Performed | None:
    """The record in a line; None for one that cannot be read, such as what a full disk left."""
    try:
        return Performed.model_validate_json(line)
    except ValidationError:
        return None


def _note(settings: Settings, performed: Sequence[Performed]) -> bool:
    """Whether a registry that runs took the records."""
    url = settings.database_url.get_secret_value() if settings.database_url else _embedded_url(settings.home.resolve())
    if url is None:
        return False
    from golden_assets.adapters.postgres.operation_log import note_directly

    return note_directly(url, performed)


def _embedded_url(home: Path) -> str | None:
    from golden_assets.embedded.postgres import postgres_status

    server = postgres_status(home)
    return server.url() if server else None
