-- name: prepare_bookkeeping
-- IF NOT EXISTS alone would ask for the right to create schemas even where the schema is there.
DO $$
BEGIN
    IF to_regnamespace('golden_assets') IS NULL THEN
        CREATE SCHEMA golden_assets;
    END IF;
END;
$$;
CREATE TABLE IF NOT EXISTS golden_assets.schema_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE golden_assets.schema_migrations
    ADD COLUMN IF NOT EXISTS compatible_with integer,
    ADD COLUMN IF NOT EXISTS release text,
    ADD COLUMN IF NOT EXISTS applied_by text;

-- name: lock_migrations
SELECT pg_advisory_xact_lock(hashtextextended('golden_assets/migrations', 0));

-- name: bookkeeping_exists
SELECT to_regclass('golden_assets.schema_migrations') IS NOT NULL AS found;

-- name: applied_migrations
-- The bookkeeping of older releases lacks the last three columns.
SELECT number, name, sha256, applied_at, (to_jsonb(m) ->> 'compatible_with')::integer AS compatible_with, to_jsonb(m) ->> 'release' AS release,
       to_jsonb(m) ->> 'applied_by' AS applied_by
FROM golden_assets.schema_migrations AS m
ORDER BY number;

-- name: note_applied
INSERT INTO golden_assets.schema_migrations (number, name, sha256, compatible_with, release, applied_by)
VALUES (%(number)s, %(name)s, %(sha256)s, %(compatible_with)s, %(release)s, session_user);

-- name: note_reverted
DELETE FROM golden_assets.schema_migrations WHERE number = %(number)s;

-- name: roles_are_used
-- Whether the roles were given their rights in this database.
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'golden_reader' AND has_schema_privilege(oid, 'golden_assets', 'USAGE')) AS found;

-- name: rights_of_roles
WITH roles AS (SELECT oid FROM pg_roles WHERE rolname IN ('golden_reader', 'golden_writer', 'golden_promoter'))
SELECT format('%s: %s on %s', grantee::regrole, privilege_type, thing) AS line
FROM (
    SELECT 'schema ' || nspname AS thing, nspacl AS acl FROM pg_namespace WHERE nspname = 'golden_assets'
    UNION ALL
    SELECT relname, relacl FROM pg_class WHERE relnamespace = to_regnamespace('golden_assets')
    UNION ALL
    SELECT 'function ' || proname, proacl FROM pg_proc WHERE pronamespace = to_regnamespace('golden_assets')
) AS things CROSS JOIN LATERAL aclexplode(acl)
WHERE grantee IN (SELECT oid FROM roles)
UNION ALL
SELECT format('%s: %s on %s (%s)', grantee::regrole, privilege_type, relname, string_agg(attname, ', ' ORDER BY attnum))
FROM pg_attribute JOIN pg_class AS c ON c.oid = attrelid CROSS JOIN LATERAL aclexplode(attacl)
WHERE relnamespace = to_regnamespace('golden_assets') AND grantee IN (SELECT oid FROM roles)
GROUP BY grantee, privilege_type, relname
UNION ALL
SELECT format('%s: the role itself', oid::regrole) FROM roles
UNION ALL
SELECT format('%s: member of %s', member::regrole, roleid::regrole) FROM pg_auth_members
WHERE roleid IN (SELECT oid FROM roles) AND member IN (SELECT oid FROM roles);
