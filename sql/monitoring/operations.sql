-- How our own operations went in the last 30 days: the share that did not fail by a fault of ours (a refusal is none), and the 95th percentile
-- of their duration in seconds. A transaction that never reached the database is not counted: it shows as a failed command or run.
SELECT 'transaction' AS kind, count(*) AS total, avg((details -> 'fault' IS NULL)::integer)::double precision AS rate,
       NULL::double precision AS p95_seconds
FROM golden_assets.golden_testset_audit_log
WHERE operation_timestamp > now() - interval '30 days'
HAVING count(*) > 0
UNION ALL
SELECT kind, count(*), avg(succeeded::integer)::double precision, percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds)
FROM golden_assets.golden_operations
WHERE happened_at > now() - interval '30 days'
GROUP BY kind
ORDER BY kind;
