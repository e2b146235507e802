-- name: prepare_bookkeeping
CREATE SCHEMA IF NOT EXISTS golden_assets;
CREATE TABLE IF NOT EXISTS golden_assets.schema_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- name: lock_migrations
SELECT pg_advisory_xact_lock(hashtextextended('golden_assets/migrations', 0));

-- name: bookkeeping_exists
SELECT to_regclass('golden_assets.schema_migrations') IS NOT NULL AS found;

-- name: applied_migrations
SELECT number, name, sha256, applied_at FROM golden_assets.schema_migrations ORDER BY number;

-- name: note_applied
INSERT INTO golden_assets.schema_migrations (number, name, sha256) VALUES (%(number)s, %(name)s, %(sha256)s);

-- name: note_reverted
DELETE FROM golden_assets.schema_migrations WHERE number = %(number)s;
