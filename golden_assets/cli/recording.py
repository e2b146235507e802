"""How every command went, on record: its name, how long it took, and the kind of a failure of ours. Never what it was given.

A command that was used wrongly, or that answered "no" to what it was asked (a gate failed, a score is low), did its work; one that somebody
stopped is not counted. Recording starts no server and never lets a command fail: where no registry can be reached, the record waits in a
file in the home, if there is one, for the next command that reaches it.
"""

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.monitoring import Performed, fault_of
from golden_assets.settings.settings import Settings, load_settings

WAITING = "operations.jsonl"
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


def _is_no_result(error: BaseException) -> bool:
    """Whether somebody stopped the command, read no further, or only wanted to read its help."""
    return isinstance(error, click.Abort | KeyboardInterrupt | BrokenPipeError) or (
        isinstance(error, click.exceptions.Exit) and error.exit_code == 0
    )


def _fault_of(error: BaseException) -> str | None:
    """The kind of a failure; an exit with status 1 is one, unless it goes through click, which then means the answer "no"."""
    if isinstance(error, click.ClickException | click.exceptions.Exit):
        return None
    if isinstance(error, SystemExit):
        return "SystemExit" if error.code == 1 else None
    return fault_of(error)


def _record(name: str | None, begun: float, fault: str | None) -> None:
    if name is None:
        return
    seconds, now = time.perf_counter() - begun, datetime.now(UTC)
    performed = Performed(kind="command", name=name, seconds=seconds, fault=fault, happened_at=now)
    try:
        _keep(load_settings(), performed)
    except (ConfigurationError, OSError):
        return  # settings that cannot be read name no registry, a home that cannot be written to holds no file


def _keep(settings: Settings, performed: Performed) -> None:
    """Put a record, and those that wait, into the registry; else into the file. One process at a time uses the file."""
    home = settings.home.resolve()
    if not home.is_dir():
        _note(settings, [performed])
        return
    with (home / WAITING).open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        waiting = [Performed.model_validate_json(line) for line in file if line.endswith("}\n")]
        if _note(settings, [*waiting, performed]):
            file.truncate(0)
        elif file.tell() < MAX_WAITING_BYTES:
            file.write(performed.model_dump_json() + "\n")


def _note(settings: Settings, performed: Sequence[Performed]) -> bool:
    """Whether a registry that runs took the records."""
    url = settings.database_url.get_secret_value() if settings.database_url else _embedded_url(settings.home.resolve())
    if url is None:
        return False
    from golden_assets.adapters.postgres.journal import note_directly

    return note_directly(url, performed)


def _embedded_url(home: Path) -> str | None:
    from golden_assets.embedded.postgres import postgres_status

    server = postgres_status(home)
    return server.url() if server else None
