-- name: find_operation
SELECT details FROM golden_assets.golden_testset_audit_log WHERE operation_id = :operation_id;

-- name: limit_lock_waits
-- For what only takes notes: until the end of the transaction a lock is waited for no longer than this.
SELECT set_config('lock_timeout', :limit, true);

-- name: record_operation
INSERT INTO golden_assets.golden_testset_audit_log
    (testset_name, testset_version_id, operation, operation_id, performed_by, details, result, error_message)
VALUES (:testset, :version_id, :operation, :operation_id, :performed_by, :details, :result, :error_message);

-- name: audit_entries
SELECT a.sequence, v.version, a.operation, a.operation_timestamp, a.performed_by, a.database_user, a.details, a.result, a.error_message,
       a.previous_hash, a.entry_hash, a.operation_id, a.testset_version_id AS version_id
FROM golden_assets.golden_testset_audit_log AS a
LEFT JOIN golden_assets.golden_testset_versions AS v ON v.id = a.testset_version_id
WHERE a.testset_name = :testset
ORDER BY a.sequence;
