"""Both embedded servers of one home at once: up, down, status."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from golden_assets.embedded.phoenix import PhoenixServer, ensure_phoenix, phoenix_status, start_phoenix, stop_phoenix
from golden_assets.embedded.phoenix_environment import ensure_server_python
from golden_assets.embedded.postgres import PostgresServer, ensure_postgres, postgres_status, stop_postgres


class Servers(BaseModel):
    """What runs; None for a server that does not."""

    model_config = ConfigDict(frozen=True)
    postgres: PostgresServer | None
    phoenix: PhoenixServer | None


def up(
    home: Path,
    *,
    python: Path | None = None,
    binaries: Path | None = None,
    hosts: Sequence[str] = (),
    wait: bool = True,
    with_phoenix: bool = True,
    tell: Callable[[str], object] = lambda _: None,
) -> Servers:
    """Start what does not run yet: PostgreSQL, then Phoenix on its database ``phoenix``.

    ``python``: the interpreter of Phoenix's environment; ``binaries``: a folder with PostgreSQL's programs; both are looked for by default.
    ``hosts``: names under which browsers may reach Phoenix, beside localhost.
    ``tell`` is told when Phoenix has to be installed first. Without ``wait`` it may still be starting (``wait_for_phoenix``), PostgreSQL
    answers in any case.

    Raises:
        ServerError: one of them cannot be started; what was started stays up.
    """
    interpreter = ensure_server_python(python, tell) if with_phoenix else None
    postgres = ensure_postgres(home, binaries)
    if interpreter is None:
        return Servers(postgres=postgres, phoenix=None)
    provide = ensure_phoenix if wait else start_phoenix
    phoenix = provide(home, interpreter, postgres.url("phoenix", driver="postgresql"), hosts)
    return Servers(postgres=postgres, phoenix=phoenix)


def down(home: Path) -> list[str]:
    """Stop both, Phoenix first, for it uses PostgreSQL; returns the names of those that ran."""
    stops = {"Phoenix": stop_phoenix, "PostgreSQL": stop_postgres}
    return [name for name, stop in stops.items() if stop(home)]


def status(home: Path) -> Servers:
    """What runs now, without starting or asking anything."""
    return Servers(postgres=postgres_status(home), phoenix=phoenix_status(home))
