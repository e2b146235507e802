"""What a schema consists of, as comparable text: everything that PostgreSQL's catalogue knows, object ids left out."""

import psycopg

_QUERIES = {
    "columns": """SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, is_generated, generation_expression
                  FROM information_schema.columns WHERE table_schema = 'golden_assets' ORDER BY table_name, ordinal_position""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                      WHERE connamespace = 'golden_assets'::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'golden_assets' ORDER BY 1",
    "functions": """SELECT proname, pg_get_functiondef(oid), proacl::text FROM pg_proc
                    WHERE pronamespace = 'golden_assets'::regnamespace ORDER BY 1, 2""",
    "triggers": """SELECT tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(t.oid) FROM pg_trigger AS t
                   JOIN pg_class AS c ON c.oid = tgrelid
                   WHERE NOT tgisinternal AND c.relnamespace = 'golden_assets'::regnamespace ORDER BY 1, 2""",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'golden_assets' ORDER BY 1",
    "relations": """SELECT relname, relkind::text, relacl::text, obj_description(oid, 'pg_class') FROM pg_class
                    WHERE relnamespace = 'golden_assets'::regnamespace ORDER BY 1""",
    "comments": """SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class AS c
                   JOIN pg_attribute AS a ON a.attrelid = c.oid
                   WHERE c.relnamespace = 'golden_assets'::regnamespace AND col_description(c.oid, a.attnum) IS NOT NULL ORDER BY 1, 2""",
}


def catalogue(url: str) -> dict[str, list[tuple]]:
    """Every object of the schema, without the bookkeeping of migrations."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        found = {name: connection.execute(query).fetchall() for name, query in _QUERIES.items()}
    return {name: [row for row in rows if "schema_migrations" not in " ".join(map(str, row))] for name, rows in found.items()}
