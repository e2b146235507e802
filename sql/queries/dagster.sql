-- name: dagster_storage
-- Where unqualified names go (NULL: no schema of the search path is there for this role), and whether Dagster can work there.
SELECT current_schema() AS schema, current_user AS role, to_regnamespace('dagster') IS NOT NULL AS is_made,
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
       OR coalesce(has_table_privilege(to_regclass('runs'), 'INSERT'), false) AS is_usable;

-- name: create_dagster_schema
CREATE SCHEMA dagster;
