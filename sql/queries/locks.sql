-- name: try_lock
SELECT pg_try_advisory_lock(hashtextextended('golden_assets/' || :name, 0));

-- name: unlock
SELECT pg_advisory_unlock(hashtextextended('golden_assets/' || :name, 0));
