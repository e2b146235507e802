"""Which columns of a user's PostgreSQL table hold documents: the two layouts that langchain-postgres writes.

``PGVectorStore`` writes one table with columns of configurable names (``langchain_id``, ``content``, ``langchain_metadata``). The older
``PGVector`` writes ``langchain_pg_embedding`` (``id``, ``collection_id``, ``document``, ``cmetadata``) beside ``langchain_pg_collection``.
Table and column names are the user's, so these statements are composed here of identifiers instead of standing with our own queries.
The catalogue is read rather than ``information_schema``, which hides tables that the role may not read, and materialised views.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from psycopg import Connection, sql

from golden_assets.domain.core.errors import DocumentError

_TABLES = sql.SQL("""
    SELECT namespace.nspname, class.relname, pg_table_is_visible(class.oid)
    FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
    WHERE class.relkind IN ('r', 'p', 'v', 'm', 'f') AND namespace.nspname NOT LIKE 'pg\\_%' AND namespace.nspname <> 'information_schema'
    ORDER BY 1, 2
""")
_COLUMNS = sql.SQL("""
    SELECT attname FROM pg_attribute
    JOIN pg_class AS class ON class.oid = attrelid
    JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
    WHERE nspname = %s AND relname = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum
""")
_LEGACY = {"document", "collection_id", "cmetadata"}


@dataclass(frozen=True)
class ColumnNames:
    """The columns of a ``PGVectorStore`` table. ``metadata`` None: the table has no such column."""

    document_id: str = "langchain_id"
    content: str = "content"
    metadata: str | None = "langchain_metadata"


@dataclass(frozen=True)
class TableLayout:
    """Where documents lie in one table, and which of its rows are asked for.

    ``rows`` selects (id, content, metadata), each as text, of every row; ``state`` one row (count, hash over all rows).
    """

    rows: sql.Composed
    state: sql.Composed


def find_layout(connection: Connection[Any], table: str, columns: ColumnNames, collection: str | None) -> TableLayout:
    """Look at the table and compose the statements that read it.

    Args:
        connection: open, may be read-only.
        table: name as it is written in the catalogue, ``schema.name`` or ``name`` on the search path.
        columns: names for the ``PGVectorStore`` layout.
        collection: name of one collection of the older layout; None for all.

    Raises:
        DocumentError: the table, its columns or the collection are not there.
    """
    schema, name = _find_table(connection, table)
    found = [row[0] for row in connection.execute(_COLUMNS, (schema, name))]
    if columns.content not in found and set(found) >= _LEGACY:
        key = "id" if "id" in found else "uuid"  # the key was called uuid before langchain-postgres
        condition = _collection_condition(connection, schema, collection)
        return _layout(schema, name, ColumnNames(key, "document", "cmetadata"), condition)
    if collection is not None:
        raise DocumentError(f"the table {table} has no collections", "leave out the collection")
    _require_columns(table, columns, found)
    return _layout(schema, name, columns, sql.SQL("TRUE"))


def _find_table(connection: Connection[Any], table: str) -> tuple[str, str]:
    """(schema, name) of the table, or an error that names the most similar tables."""
    schema, _, name = table.rpartition(".")
    tables = connection.execute(_TABLES).fetchall()
    for nspname, relname, visible in tables:
        if relname == name and (nspname == schema if schema else visible):
            return nspname, relname
    known = {(f"{nspname}.{relname}" if schema or not visible else relname): None for nspname, relname, visible in tables}
    folded = {candidate.lower(): candidate for candidate in known}
    similar = [folded[match] for match in get_close_matches(table.lower(), folded, n=3)]
    hint = f"did you mean {' or '.join(similar)}" if similar else f"name one of the {len(known)} tables of this database"
    raise DocumentError(f"the table {table} does not exist", f"{hint}, as schema.table if it is not on the search path")


def _require_columns(table: str, columns: ColumnNames, found: list[str]) -> None:
    needed = [name for name in (columns.document_id, columns.content, columns.metadata) if name is not None]
    if missing := [name for name in needed if name not in found]:
        raise DocumentError(
            f"the table {table} has no column {', '.join(missing)} (it has {', '.join(found)})",
            "name the columns that hold id, content and metadata",
        )


def _collection_condition(connection: Connection[Any], schema: str, collection: str | None) -> sql.Composable:
    """The condition on ``collection_id``; all rows when no collection is named."""
    if collection is None:
        return sql.SQL("TRUE")
    collections = sql.Identifier(schema, "langchain_pg_collection")
    known = [row[0] for row in connection.execute(sql.SQL("SELECT DISTINCT name FROM {} ORDER BY 1").format(collections))]
    if collection not in known:
        names = ", ".join(str(name) for name in known[:10])
        raise DocumentError(f"collection {collection!r} does not exist", f"name one of: {names}" if known else "store documents first")
    return sql.SQL("collection_id IN (SELECT uuid FROM {} WHERE name = {})").format(collections, sql.Literal(collection))


def _layout(schema: str, name: str, columns: ColumnNames, condition: sql.Composable) -> TableLayout:
    fields = {
        "id": sql.Identifier(columns.document_id),
        "content": sql.Identifier(columns.content),
        "metadata": sql.SQL("NULL") if columns.metadata is None else sql.Identifier(columns.metadata),
        "table": sql.Identifier(schema, name),
        "condition": condition,
    }
    rows = sql.SQL("SELECT {id}::text, {content}::text, {metadata}::text FROM {table} WHERE {condition}")
    state = sql.SQL(
        "SELECT count(*), sum(hashtextextended(ROW({id}, {content}, {metadata})::text, 0)::numeric)::text FROM {table} WHERE {condition}"
    )
    return TableLayout(rows.format(**fields), state.format(**fields))
