"""The room of SQL: where its files lie, and the named queries in them. No other module holds SQL text.

A file in ``sql/queries`` is a list of statements, each below a line ``-- name: <name>``; names are unique over all files.
"""

import re
from functools import cache
from pathlib import Path

from golden_assets.domain.core.errors import ConfigurationError

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def sql_directory() -> Path:
    """The folder ``sql``: of the installed package, else of the checkout that the package runs from.

    Raises:
        ConfigurationError: neither is there.
    """
    package = Path(__file__).resolve().parents[2]
    for directory in (package / "_bundled" / "sql", package.parent / "sql"):
        if (directory / "migrations").is_dir():
            return directory
    raise ConfigurationError(f"the SQL files of golden_assets are missing beside {package}", "install the package again")


@cache
def named_queries() -> dict[str, str]:
    """Every statement of ``sql/queries`` by its name.

    Raises:
        ConfigurationError: two statements have the same name.
    """
    queries: dict[str, str] = {}
    for path in sorted((sql_directory() / "queries").glob("*.sql")):
        _, *pieces = _NAME.split(path.read_text(encoding="utf-8"))
        for name, statement in zip(pieces[::2], pieces[1::2], strict=True):
            if name in queries:
                raise ConfigurationError(f"{path} names a second query {name}", "give it a name of its own")
            queries[name] = statement.strip()
    return queries


def query(name: str) -> str:
    """The statement with this name."""
    return named_queries()[name]
