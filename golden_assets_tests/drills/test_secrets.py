"""A canary in every secret setting, the whole pipeline on real servers, and then a look into everything that was written."""

import re
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql

from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer
from golden_assets.settings.setting_reference import catalogue
from golden_assets.settings.settings import Settings
from golden_assets_tests.e2e.conftest import Run
from golden_assets_tests.e2e.test_run import write_documents
from golden_assets_tests.endpoint_server import serving

pytestmark = pytest.mark.long

CANARY = re.compile(rb"canary-[a-z_]+-\d+")
ADMINISTRATIVE = ("pg_", "information_schema")


class Registry(NamedTuple):
    """A database whose owner's password is a canary."""

    name: str
    role: str
    password: str
    server: PostgresServer

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{self.role}:{self.password}@{self.server.host}:{self.server.port}/{self.name}"


@pytest.fixture
def registry(postgres_server: PostgresServer) -> Iterator[Registry]:
    name = f"canary_{uuid.uuid4().hex[:8]}"
    made = Registry(name, name, "canary-database_url-1", postgres_server)
    with psycopg.connect(postgres_server.url("postgres", driver="postgresql", role=SUPERUSER), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(made.password)))
        admin.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))
        yield made
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def secrets(registry: Registry) -> dict[str, str]:
    """A value for every setting that is secret; those that must work do."""
    working = {
        "database_url": registry.url,
        "dagster_url": f"{registry.url.replace('+psycopg', '+psycopg2')}?options=-csearch_path%3Ddagster",
        "documents_url": registry.url,
    }
    hidden = [setting for setting in catalogue(Settings).values() if setting.is_secret]
    other = {
        name: f"http://127.0.0.1:9/canary-{name}-1" if name.endswith("_url") else f"canary-{name}-1" for name in (s.name for s in hidden)
    }
    return other | working


def test_no_secret_is_in_anything_that_was_written_or_printed(
    command: Run, embedded_home: Path, tmp_path: Path, registry: Registry, secrets: dict[str, str]
) -> None:
    write_documents(tmp_path / "docs")
    with serving(key=secrets["openai_api_key"]) as endpoint:
        variables = configure(tmp_path, secrets, endpoint.url)
        run = command("run", **variables)
        assert run.returncode == 0, run.stderr
        assert endpoint.requests
        ended = [run, *(command(*call.split(), **variables) for call in READING)]
        ended += refused(command, variables)
    assert [(process.args, process.stderr) for process in ended[: len(READING) + 1] if process.returncode] == []
    for process in ended:
        assert not CANARY.search((process.stdout + process.stderr).encode()), process.args
    assert not list(files_with_canaries(embedded_home))
    for database in (registry.name, "phoenix"):
        assert not list(tables_with_canaries(registry.server, database))


READING = (
    "config show",
    "config show --format json",
    "config validate",
    "list-versions",
    "show active --format json",
    "audit",
    "costs",
    "status",
)


def configure(folder: Path, secrets: dict[str, str], endpoint: str) -> dict[str, str]:
    """Half of the secrets in the file, half in the environment; returns the environment."""
    settings = catalogue(Settings)
    in_file = dict(list(secrets.items())[::2])
    lines = [f"{name}: {value}" for name, value in in_file.items()]
    lines += ["docs: docs", "default_size: 4", "thresholds: {min_diversity: 0.1}", f"openai_base_url: {endpoint}", "model: scripted"]
    lines += ["embedding_model: scripted-embedding", "input_price: 1", "output_price: 2", "embedding_price: 0.5"]
    (folder / "golden_testset_config.yaml").write_text("\n".join(lines), encoding="utf-8")
    return {settings[name].variable: value for name, value in secrets.items() if name not in in_file}


def refused(command: Run, variables: dict[str, str]) -> list[subprocess.CompletedProcess[str]]:
    """Commands that fail because of a secret: a wrong password, a senseless URL, a wrong key."""
    attempts = [
        command("list-versions", **variables | {"GOLDEN_ASSETS_DATABASE_URL": "postgresql://nobody:canary-wrong-2@127.0.0.1:1/none"}),
        command("run", **variables | {"GOLDEN_ASSETS_DATABASE_URL": "postgresql://nobody:canary-wrong-3@127.0.0.1:1/none"}),
        command("list-versions", **variables | {"GOLDEN_ASSETS_DATABASE_URL": "canary-senseless-4"}),
        command("run", "--seed", "5", **variables | {"OPENAI_API_KEY": "canary-refused-5"}),
    ]
    assert all(attempt.returncode for attempt in attempts)
    return attempts


def files_with_canaries(home: Path) -> Iterator[Path]:
    """Files of the home, but for PostgreSQL's own, whose content is read as tables."""
    for path in home.rglob("*"):
        if path.is_file() and "postgres/data" not in path.as_posix() and CANARY.search(path.read_bytes()):
            yield path


def tables_with_canaries(server: PostgresServer, database: str) -> Iterator[str]:
    """Tables of a database, whosever they are, in which a canary stands."""
    with psycopg.connect(server.url(database, driver="postgresql", role=SUPERUSER)) as connection:
        tables = connection.execute("SELECT schemaname, tablename FROM pg_tables").fetchall()
        assert len([name for name in tables if not name[0].startswith(ADMINISTRATIVE)]) > 20
        for schema, table in tables:
            if not schema.startswith(ADMINISTRATIVE):
                found = connection.execute(
                    sql.SQL("SELECT count(*) FROM {0} AS row WHERE row::text ~ %s").format(sql.Identifier(schema, table)),
                    [CANARY.pattern.decode()],
                ).fetchone()
                if found and found[0]:
                    yield f"{schema}.{table}"


def test_the_search_finds_a_canary_in_a_file_and_in_a_table(registry: Registry, tmp_path: Path) -> None:
    """Without this, the test above could not fail."""
    (tmp_path / "log").write_text("connecting to postgresql://u:canary-database_url-1@h")
    assert list(files_with_canaries(tmp_path)) == [tmp_path / "log"]
    with psycopg.connect(registry.url.replace("+psycopg", "")) as connection:
        for number in range(21):
            connection.execute(sql.SQL("CREATE TABLE {} (text text)").format(sql.Identifier(f"t{number}")))
        connection.execute("INSERT INTO t7 VALUES ('a canary-database_url-1 here')")
    assert list(tables_with_canaries(registry.server, registry.name)) == ["public.t7"]
