-- name: dagster_storage
-- Where unqualified names go (NULL: this role sees no schema of the search path), the schema that is meant, and whether Dagster can work.
SELECT current_schema() AS schema, current_user AS role, path.first AS wanted, to_regnamespace(quote_ident(path.first)) IS NOT NULL AS is_made,
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
       OR coalesce(has_table_privilege(to_regclass('runs'), 'INSERT'), false) AS is_usable
FROM (SELECT trim(BOTH '" ' FROM split_part(current_setting('search_path'), ',', 1)) AS first) AS path;

-- name: create_dagster_schema
CREATE SCHEMA dagster;
