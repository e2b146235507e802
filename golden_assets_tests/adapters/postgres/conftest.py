"""One registry for all tests here, a testset name of its own for each: versions of different names know nothing of each other."""

import uuid
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from psycopg import sql

from golden_assets.adapters.postgres import Pooling, PostgresArtifactStore, PostgresVersionStore, migrate
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer


@pytest.fixture(scope="session")
def registry_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database with the schema in it, shared by the tests of this folder."""
    name = f"registry_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server.url("postgres", driver="postgresql", role=SUPERUSER), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER golden_assets").format(sql.Identifier(name)))
        migrate(postgres_server.url(name))
        yield postgres_server.url(name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def name() -> str:
    """The testset of this test."""
    return f"testset-{uuid.uuid4().hex}"


@pytest.fixture
async def store(registry_url: str, name: str) -> AsyncIterator[PostgresVersionStore]:
    """The versions of this test's testset, none yet."""
    made = PostgresVersionStore(registry_url, name)
    yield made
    await made.dispose()


@pytest.fixture
def artifacts(registry_url: str) -> PostgresArtifactStore:
    """The artifact store."""
    return PostgresArtifactStore(registry_url, Pooling.PER_USE)


@pytest.fixture
def owner(registry_url: str) -> Iterator[psycopg.Connection]:
    """A plain connection of the tables' owner, past every adapter; each statement commits itself."""
    with psycopg.connect(registry_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection
