"""Where Dagster's tables go is looked at before Dagster does."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from golden_assets.adapters.postgres.dagster_storage import prepare_dagster_storage
from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer


@pytest.fixture
def admin(postgres_server: PostgresServer, database_url: str) -> Iterator[psycopg.Connection]:
    """The superuser in the test's database."""
    url = postgres_server.url(make_url(database_url).database, driver="postgresql", role=SUPERUSER)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def role(admin: psycopg.Connection) -> Iterator[str]:
    """A role that owns nothing."""
    name = f"app_{uuid.uuid4().hex[:8]}"
    admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
    yield name
    admin.execute(f"DROP OWNED BY {name}")
    admin.execute(f"DROP ROLE {name}")


def url_of(database_url: str, role: str, schema: str | None) -> str:
    url = make_url(database_url).set(username=role, password="secret")
    return (url.update_query_dict({"options": f"-csearch_path={schema}"}) if schema else url).render_as_string(hide_password=False)


def test_the_schema_is_made_by_a_role_that_may_and_then_only_used(database_url: str, admin: psycopg.Connection, role: str):
    database = make_url(database_url).database
    admin.execute(f"GRANT CREATE ON DATABASE {database} TO {role}")
    prepare_dagster_storage(url_of(database_url, role, "dagster"))
    admin.execute(f"REVOKE CREATE ON DATABASE {database} FROM {role}")
    prepare_dagster_storage(url_of(database_url, role, "dagster"))
    assert admin.execute("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'dagster'").fetchone() == (role,)


@pytest.mark.parametrize(
    ("schema", "before", "said"),
    [
        ("dagster", "SELECT", r"{role} may not make the schema dagster in .*: have the owner of the database run CREATE SCHEMA dagster"),
        (
            "dagster",
            "CREATE SCHEMA dagster",
            r"{role} may not use the schema dagster in .*: have its owner run GRANT USAGE, CREATE ON SCHEMA",
        ),
        (
            "other",
            "SELECT",
            r"schema other does not exist in .*: have the owner of the database run CREATE SCHEMA other AUTHORIZATION {role}",
        ),
        (None, "SELECT", r"{role} may not make Dagster's tables in the schema public of .*: have its owner run GRANT USAGE, CREATE"),
    ],
)
def test_a_role_that_may_not_is_told_what_to_do(
    database_url: str, admin: psycopg.Connection, role: str, schema: str | None, before: str, said: str
):
    admin.execute(before)
    with pytest.raises(ServerError, match=said.format(role=role)) as caught:
        prepare_dagster_storage(url_of(database_url, role, schema))
    assert str(caught.value).endswith("or set GOLDEN_ASSETS_DAGSTER_URL to a database of Dagster's own.")


def test_tables_that_are_there_already_need_no_right_to_make_others(database_url: str, admin: psycopg.Connection, role: str):
    admin.execute("CREATE SCHEMA dagster")
    admin.execute("CREATE TABLE dagster.runs ()")
    admin.execute(f"GRANT USAGE ON SCHEMA dagster TO {role}")
    with pytest.raises(ServerError, match="may not make Dagster's tables"):
        prepare_dagster_storage(url_of(database_url, role, "dagster"))
    admin.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON dagster.runs TO {role}")
    prepare_dagster_storage(url_of(database_url, role, "dagster"))
