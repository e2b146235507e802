"""What every test may ask for: the embedded servers, real ones, started once per session and stopped at its end.

``database_url`` is a fresh, empty database for one test; ``phoenix_url`` the session's Phoenix on its own database. Phoenix takes long to
start, so it is started together with PostgreSQL if any collected test needs it, and waited for by the first that uses it.
In-process calls to anything but the loopback interface fail, whoever makes them.
"""

import ipaddress
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from golden_assets.adapters.tracing import end
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.phoenix import PhoenixServer, ensure_phoenix, start_phoenix
from golden_assets.embedded.phoenix_environment import find_server_python
from golden_assets.embedded.postgres import PostgresServer, ensure_postgres

os.environ["GOLDEN_ASSETS_TRACING"] = "false"  # tests of tracing switch it on
os.environ["GOLDEN_ASSETS_AUTO_MIGRATE"] = "true"  # tests of what happens without it take it away
os.environ["GOLDEN_ASSETS_HOME"] = "/nonexistent/home"  # no test meets the servers that a developer runs beside it
_HEADS = tempfile.TemporaryDirectory(prefix="golden-heads-")  # goes with the process
os.environ["GOLDEN_ASSETS_HEAD_FILE"] = str(Path(_HEADS.name) / "heads.jsonl")


def is_loopback(host: object) -> bool:
    """Whether a host is this machine: an address of the loopback network, localhost, or nothing (for a server)."""
    try:
        return host in (None, "", "localhost", b"localhost") or ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse_outbound(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):  # a Unix socket's address is a string
        host = arguments[1][0]
    else:
        return
    if not is_loopback(host):
        raise AssertionError(f"outbound call to {host!r} in a test")


sys.addaudithook(_refuse_outbound)


@pytest.fixture(autouse=True)
def nobody_traces_for_the_next_test() -> Iterator[None]:
    """A process records to the Phoenix that it was told first, which may be gone by the next test."""
    yield
    end()


@pytest.fixture(scope="session")
def embedded_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of the session's servers. A process that waits for our end stops both, so they do not outlive a killed test run."""
    home = tmp_path_factory.mktemp("golden-home")
    code = (
        "import sys; sys.stdin.read(); from pathlib import Path; from golden_assets.embedded.servers import down; down(Path(sys.argv[1]))"
    )
    with subprocess.Popen([sys.executable, "-c", code, home], stdin=subprocess.PIPE, start_new_session=True):
        yield home


@pytest.fixture(scope="session")
def postgres_server(embedded_home: Path, request: pytest.FixtureRequest) -> PostgresServer:
    """The session's PostgreSQL."""
    server = ensure_postgres(embedded_home)
    if any("phoenix_server" in getattr(item, "fixturenames", ()) for item in request.session.items):
        start_phoenix(embedded_home, find_server_python(), server.url("phoenix", driver="postgresql"))
    return server


@pytest.fixture(scope="session")
def phoenix_server(embedded_home: Path, postgres_server: PostgresServer) -> PhoenixServer:
    """The session's Phoenix, ready, on the session's PostgreSQL."""
    return ensure_phoenix(embedded_home, find_server_python(), postgres_server.url("phoenix", driver="postgresql"))


@pytest.fixture
def phoenix_url(phoenix_server: PhoenixServer) -> str:
    """Base URL of the session's Phoenix; datasets of other tests may be in it, so give yours names of your own."""
    return phoenix_server.base_url


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """SQLAlchemy URL of a fresh, empty database owned by the role it names; dropped afterwards, open connections or not."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server.url("postgres", driver="postgresql", role=SUPERUSER), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER golden_assets").format(sql.Identifier(name)))
        yield postgres_server.url(name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
