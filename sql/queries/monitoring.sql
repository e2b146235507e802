-- name: count_operations
-- Transactions from the audit log, where a refusal is an operation that did its work, and the other kinds from golden_operations.
SELECT 'transaction' AS kind, count(*) AS total, count(*) FILTER (WHERE details -> 'fault' IS NULL) AS succeeded,
       NULL::double precision AS p95_seconds
FROM golden_assets.golden_testset_audit_log
WHERE testset_name = :testset AND operation_timestamp > now() - make_interval(days => :days)
HAVING count(*) > 0
UNION ALL
SELECT kind, count(*), count(*) FILTER (WHERE succeeded), percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)
FROM golden_assets.golden_operations
WHERE happened_at > now() - make_interval(days => :days)
GROUP BY kind
ORDER BY kind;

-- name: failed_operations
-- What count_operations does not count as succeeded, the newest first.
SELECT kind, name, fault, message, happened_at FROM (
    SELECT 'transaction' AS kind, operation AS name, details ->> 'fault' AS fault, error_message AS message,
           operation_timestamp AS happened_at
    FROM golden_assets.golden_testset_audit_log
    WHERE testset_name = :testset AND details -> 'fault' IS NOT NULL
    UNION ALL
    SELECT kind, name, error, NULL, happened_at FROM golden_assets.golden_operations WHERE NOT succeeded) AS failed
WHERE happened_at > now() - make_interval(days => :days)
ORDER BY happened_at DESC;

-- name: note_operation
INSERT INTO golden_assets.golden_operations (id, kind, name, succeeded, seconds, error, happened_at)
VALUES (:id, :kind, :name, CAST(:fault AS text) IS NULL, :seconds, :fault, coalesce(CAST(:happened_at AS timestamptz), clock_timestamp()))
ON CONFLICT (id) DO NOTHING;

-- name: note_operation_directly
INSERT INTO golden_assets.golden_operations (id, kind, name, succeeded, seconds, error, happened_at)
VALUES (%(id)s, %(kind)s, %(name)s, %(fault)s::text IS NULL, %(seconds)s, %(fault)s, %(happened_at)s)
ON CONFLICT (id) DO NOTHING;
