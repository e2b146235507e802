"""The place of Dagster's own tables, looked at before Dagster does: it would answer with a traceback."""

import psycopg

from golden_assets.adapters.postgres.connecting import connect
from golden_assets.adapters.postgres.failures import domain_errors
from golden_assets.adapters.postgres.sql_files import query
from golden_assets.adapters.postgres.urls import shown_url
from golden_assets.domain.errors import ServerError

ELSEWHERE = "or set GOLDEN_ASSETS_DAGSTER_URL to a database of Dagster's own"


def prepare_dagster_storage(url: str, *, create_schema: bool) -> None:
    """See that Dagster can keep its tables at ``url``; with ``create_schema`` its schema ``dagster`` is made where it is missing.

    Raises:
        ServerError: the database cannot be reached, or this role may not keep tables there.
    """
    place = f"the database at {shown_url(url)}"
    with domain_errors(place), connect(url) as connection:
        found = connection.execute(query("dagster_storage")).fetchone() or {}
        if create_schema and not found["is_made"]:
            _create(connection, place, found["role"])
        elif found["schema"] is None:
            raise ServerError(f"{found['role']} may not use the schema of Dagster in {place}", _granting("dagster", found["role"]))
        elif not found["is_usable"]:
            problem = f"{found['role']} may not make Dagster's tables in schema {found['schema']} of {place}"
            raise ServerError(problem, _granting(found["schema"], found["role"]))


def _create(connection: psycopg.Connection[dict[str, object]], place: str, role: str) -> None:
    try:
        connection.execute(query("create_dagster_schema"))
    except (psycopg.errors.DuplicateSchema, psycopg.errors.UniqueViolation):
        return  # another process was faster
    except psycopg.errors.InsufficientPrivilege as error:
        remedy = f"have the owner of the database run CREATE SCHEMA dagster AUTHORIZATION {role}, {ELSEWHERE}"
        raise ServerError(f"{role} may not make the schema dagster in {place}", remedy) from error


def _granting(schema: str, role: str) -> str:
    return f"have its owner run GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}, {ELSEWHERE}"
