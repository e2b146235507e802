-- name: count_operations
-- Transactions from the audit log, where a refusal counts as not succeeded, and the other kinds from golden_operations.
SELECT 'transaction' AS kind, count(*) AS total, count(*) FILTER (WHERE result = 'success') AS succeeded, NULL::double precision AS p95_seconds
FROM golden_assets.golden_testset_audit_log
WHERE testset_name = :testset AND operation_timestamp > now() - make_interval(days => :days)
HAVING count(*) > 0
UNION ALL
SELECT kind, count(*), count(*) FILTER (WHERE succeeded), percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)
FROM golden_assets.golden_operations
WHERE happened_at > now() - make_interval(days => :days)
GROUP BY kind
ORDER BY kind;

-- name: record_command
INSERT INTO golden_assets.golden_operations (id, kind, name, succeeded, seconds, error)
VALUES (:id, :kind, :name, :succeeded, :seconds, :error) ON CONFLICT (id) DO NOTHING;
