-- name: try_lock
SELECT pg_try_advisory_lock(hashtextextended('golden_assets/' || :name, 0));

-- name: unlock
SELECT pg_advisory_unlock(hashtextextended('golden_assets/' || :name, 0));

-- name: hold_lock
SELECT pg_try_advisory_lock(hashtextextended('golden_assets/' || %(name)s, 0)) AS held;

-- name: is_locked
-- Looked up, not tried: trying would take it from its holder for a moment.
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (classid::bigint << 32) | objid::bigint = hashtextextended('golden_assets/' || %(name)s, 0)) AS locked;
