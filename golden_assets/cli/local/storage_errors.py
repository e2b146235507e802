"""What a command says when Dagster's own storage fails: one line, where Dagster prints tracebacks, statements and their parameters."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any, TextIO

from sqlalchemy.exc import DBAPIError

from golden_assets.adapters.postgres.connecting import shown_url
from golden_assets.adapters.postgres.failures import domain_errors
from golden_assets.embedded.server_urls import dagster_url, is_embedded
from golden_assets.settings.settings import Settings

RETRYING = "Retrying failed database"
UNWRITTEN = "Exception while writing logger call to event log"
"""How the messages begin that Dagster logs and prints while its storage fails."""


@contextmanager
def storage_errors(settings: Settings) -> Iterator[None]:
    """Say in one line what is wrong with the database of the instance. Raises `ServerError`, `RegistryError`."""
    from dagster_postgres.utils import DagsterPostgresException

    remedy = "run the command again; what was stored and paid for is kept"
    if not is_embedded(settings):
        remedy = f"check that it runs, then {remedy}"
    root, notice = logging.getLogger(), RetryNotice()
    root.addFilter(notice)
    try:
        with redirect_stderr(_Stderr(sys.stderr)), domain_errors(f"the database at {shown_url(dagster_url(settings))}", remedy):
            try:
                yield
            except DagsterPostgresException as error:
                raise (error.__cause__ if isinstance(error.__cause__, DBAPIError) else error) from None
    finally:
        root.removeFilter(notice)


class RetryNotice(logging.Filter):
    """Says once, in place of a page for every attempt, that the storage is tried again."""

    def __init__(self) -> None:
        super().__init__()
        self._said = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is none of Dagster's on attempts."""
        if not record.getMessage().startswith(RETRYING):
            return True
        if not self._said:
            sys.stderr.write("the database does not answer; trying again for some seconds ...\n")
        self._said = True
        return False


class _Stderr:
    """Standard error without what Dagster writes to it about its event log, parameters of statements included."""

    def __init__(self, inner: TextIO) -> None:
        self._inner = inner

    def write(self, text: str) -> int:
        """Write, unless it is that."""
        return len(text) if text.startswith(UNWRITTEN) else self._inner.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
