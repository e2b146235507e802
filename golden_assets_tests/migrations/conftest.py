"""More databases and roles on the session's server."""

import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer


@pytest.fixture
def superuser(postgres_server: PostgresServer) -> Iterator[psycopg.Connection]:
    """A connection that may do everything."""
    with psycopg.connect(postgres_server.url("postgres", driver="postgresql", role=SUPERUSER), autocommit=True) as connection:
        yield connection


@pytest.fixture
def empty_database(postgres_server: PostgresServer, superuser: psycopg.Connection) -> Iterator[Callable[[], str]]:
    """Makes further empty databases."""
    names = []

    def make() -> str:
        names.append(f"test_{uuid.uuid4().hex}")
        superuser.execute(sql.SQL("CREATE DATABASE {} OWNER golden_assets").format(sql.Identifier(names[-1])))
        return postgres_server.url(names[-1])

    yield make
    for name in names:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def other_role_url(database_url: str, superuser: psycopg.Connection) -> Iterator[str]:
    """The test's database as a role without any right of its own."""
    from sqlalchemy.engine import make_url

    superuser.execute("CREATE ROLE nobody_special LOGIN PASSWORD 'test'")
    yield make_url(database_url).set(username="nobody_special", password="test").render_as_string(hide_password=False)
    superuser.execute("DROP ROLE nobody_special")
