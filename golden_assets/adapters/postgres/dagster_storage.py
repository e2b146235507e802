"""The place of Dagster's own tables, looked at before Dagster does: it would answer with a traceback."""

from typing import Any

import psycopg

from golden_assets.adapters.postgres.connecting import connect, shown_url
from golden_assets.adapters.postgres.failures import domain_errors
from golden_assets.adapters.postgres.sql_files import query
from golden_assets.domain.core.errors import ServerError

SCHEMA = "dagster"
"""Where Dagster's tables are beside a registry."""
ELSEWHERE = "or set GOLDEN_ASSETS_DAGSTER_URL to a database of Dagster's own"


def prepare_dagster_storage(url: str) -> None:
    """See that Dagster can keep its tables at ``url``; the schema ``dagster`` is made where it is meant and missing.

    Raises:
        ServerError: the database cannot be reached, or this role may not keep tables there.
    """
    place = f"the database at {shown_url(url)}"
    with domain_errors(place), connect(url) as connection:
        found = connection.execute(query("dagster_storage")).fetchone() or {}
        wanted, role = found["wanted"], found["role"]
        if found["schema"] is None and found["is_made"]:
            raise ServerError(f"{role} may not use the schema {wanted} in {place}", _granting(wanted, role))
        if found["schema"] is None:
            _create(connection, place, wanted, role)
        elif not found["is_usable"]:
            problem = f"{role} may not make Dagster's tables in the schema {found['schema']} of {place}"
            raise ServerError(problem, _granting(found["schema"], role))


def _create(connection: psycopg.Connection[dict[str, Any]], place: str, schema: str, role: str) -> None:
    remedy = f"have the owner of the database run CREATE SCHEMA {schema} AUTHORIZATION {role}, {ELSEWHERE}"
    if schema != SCHEMA:
        raise ServerError(f"schema {schema} does not exist in {place}", remedy)
    try:
        connection.execute(query("create_dagster_schema"))
    except (psycopg.errors.DuplicateSchema, psycopg.errors.UniqueViolation):
        return  # another process was faster
    except psycopg.errors.InsufficientPrivilege as error:
        raise ServerError(f"{role} may not make the schema {schema} in {place}", remedy) from error


def _granting(schema: str, role: str) -> str:
    return f"have its owner run GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}, {ELSEWHERE}"
