"""A company's server: the schema has an owner, and the application is a role that owns nothing."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer
from golden_assets_tests.e2e.conftest import Run
from golden_assets_tests.e2e.test_run import write_documents


class Company(NamedTuple):
    """A database with an owner, and an application's role on the same server."""

    database: str
    owner: str
    application: str
    server: PostgresServer

    def url(self, role: str, database: str | None = None, scheme: str = "postgresql") -> str:
        return f"{scheme}://{role}:secret@{self.server.host}:{self.server.port}/{database or self.database}"

    def administer(self, *statements: str, database: str | None = None) -> None:
        url = self.server.url(database or self.database, driver="postgresql", role=SUPERUSER)
        with psycopg.connect(url, autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)

    @property
    def administrator_url(self) -> str:
        return self.server.url(self.database, driver="postgresql", role=SUPERUSER)


@pytest.fixture
def company(postgres_server: PostgresServer) -> Iterator[Company]:
    part = uuid.uuid4().hex[:8]
    made = Company(f"company_{part}", f"owner_{part}", f"app_{part}", postgres_server)
    roles = (made.owner, made.application)
    made.administer(*(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'" for role in roles), database="postgres")
    databases = {made.database: made.owner, f"{made.database}_dagster": made.application}
    for database, owner in databases.items():
        made.administer(f"CREATE DATABASE {database} OWNER {owner}", database="postgres")
    yield made
    for database in databases:
        made.administer(f"DROP DATABASE {database} WITH (FORCE)", database="postgres")
    made.administer(*(f"DROP ROLE {role}" for role in roles), database="postgres")


@pytest.fixture
def as_role(command: Run, company: Company) -> Callable[..., tuple[int, str]]:
    """Run a command as a role; its status and the last line it wrote."""

    def run(role: str, *arguments: object, **variables: str) -> tuple[int, str]:
        url = role if "://" in role else company.url(role, scheme="postgres")
        ended = command(*arguments, **{"GOLDEN_ASSETS_DATABASE_URL": url, "GOLDEN_ASSETS_AUTO_MIGRATE": "false"} | variables)
        assert "Traceback" not in ended.stderr
        return ended.returncode, (ended.stdout + ended.stderr).strip().splitlines()[-1]

    return run


def test_an_ordinary_role_is_told_each_step_in_a_line_and_then_runs(
    as_role: Callable[..., tuple[int, str]], company: Company, tmp_path: Path
) -> None:
    app, owner, docs = company.application, company.owner, write_documents(tmp_path / "docs")
    place = f"127.0.0.1:{company.server.port}/{company.database}"
    assert as_role(app, "list-versions") == (
        1, f"error: the database at {place} has no registry yet: set it up with: golden-assets db up.",
    )  # fmt: skip
    status, said = as_role(app, "db", "up")
    assert (status, "run golden-assets db up as its owner" in said) == (1, True)
    assert as_role(owner, "db", "up")[0] == 0
    status, said = as_role(app, "list-versions")
    assert (status, "permission denied for schema golden_assets" in said, "golden-assets db roles" in said) == (1, True, True)
    status, said = as_role(owner, "db", "roles", "--check")
    assert (status, "missing" in said or "may not give the roles their rights" in said) == (1, True)  # others may have made the roles
    assert as_role(company.administrator_url, "db", "roles")[0] == 0
    company.administer(f"GRANT golden_writer, golden_promoter TO {app}")
    assert as_role(owner, "db", "roles", "--check") == (0, "golden_reader, golden_writer and golden_promoter have all their rights")
    assert as_role(app, "list-versions")[0] == 0

    status, said = as_role(app, "run", "--docs", docs, "--size", 4)
    assert (status, f"run CREATE SCHEMA dagster AUTHORIZATION {app}, or set GOLDEN_ASSETS_DAGSTER_URL" in said) == (1, True)
    company.administer(f"CREATE SCHEMA dagster AUTHORIZATION {owner}")
    status, said = as_role(app, "run", "--docs", docs, "--size", 4)
    assert (status, f"GRANT USAGE, CREATE ON SCHEMA dagster TO {app}" in said) == (1, True)

    elsewhere = company.url(app, f"{company.database}_dagster")  # as people write it, without a driver
    assert as_role(app, "run", "--docs", docs, "--size", 4, GOLDEN_ASSETS_DAGSTER_URL=elsewhere)[0] == 0
    company.administer(f"GRANT USAGE, CREATE ON SCHEMA dagster TO {app}")
    assert as_role(app, "status")[0] == 0
    status, said = as_role(app, "activate", "1.0.0")
    assert (status, "it is in use already" in said) == (1, True)


def test_after_an_upgrade_the_owner_s_db_up_is_all_that_is_needed(as_role: Callable[..., tuple[int, str]], company: Company) -> None:
    assert as_role(company.owner, "db", "up")[0] == 0
    assert as_role(company.administrator_url, "db", "roles")[0] == 0
    company.administer(f"GRANT golden_writer TO {company.application}")
    assert as_role(company.owner, "db", "down", "--to", 13, "--yes")[0] == 0
    status, said = as_role(company.application, "list-versions")
    assert (status, "of this release, from 0014_vectors on: apply them with: golden-assets db up." in said) == (1, True)
    assert as_role(company.owner, "db", "up")[0] == 0
    assert as_role(company.administrator_url, "db", "roles", "--check")[0] == 0
    assert as_role(company.application, "list-versions")[0] == 0
