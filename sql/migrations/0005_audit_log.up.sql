-- Every operation, the failed ones too, in one hash chain per testset.

CREATE TABLE golden_assets.golden_testset_audit_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_name text NOT NULL,
    sequence bigint NOT NULL,
    testset_version_id uuid REFERENCES golden_assets.golden_testset_versions (id),
    operation text NOT NULL,
    operation_id uuid NOT NULL UNIQUE,
    operation_timestamp timestamptz NOT NULL,
    performed_by text,
    database_user text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    result text NOT NULL CHECK (result IN ('success', 'failure')),
    error_message text,
    previous_hash text NOT NULL,
    entry_hash text NOT NULL,
    UNIQUE (testset_name, sequence)
);

COMMENT ON COLUMN golden_assets.golden_testset_audit_log.operation_id IS
    'Chosen by the caller: whoever lost the connection during COMMIT finds out here whether the operation took place';
COMMENT ON COLUMN golden_assets.golden_testset_audit_log.entry_hash IS 'SHA-256 over this entry and the hash of the one before';

CREATE INDEX idx_audit_log_timestamp ON golden_assets.golden_testset_audit_log (operation_timestamp DESC);

CREATE FUNCTION golden_assets.audit_entry_hash(entry golden_assets.golden_testset_audit_log) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN golden_assets.sha256_hex(golden_assets.canonical_json(jsonb_build_array(
    entry.previous_hash, entry.testset_name, entry.sequence, entry.testset_version_id, entry.operation, entry.operation_id,
    to_char(entry.operation_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    entry.performed_by, entry.database_user, entry.details, entry.result, entry.error_message)));

COMMENT ON FUNCTION golden_assets.audit_entry_hash(golden_assets.golden_testset_audit_log) IS 'What entry_hash must be';

CREATE FUNCTION golden_assets.chain_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
DECLARE
    former golden_testset_audit_log;
BEGIN
    PERFORM lock_testset(NEW.testset_name);
    SELECT * INTO former FROM golden_testset_audit_log
    WHERE testset_name = NEW.testset_name ORDER BY sequence DESC LIMIT 1;
    NEW.sequence := coalesce(former.sequence, 0) + 1;
    NEW.previous_hash := coalesce(former.entry_hash, repeat('0', 64));
    NEW.operation_timestamp := clock_timestamp();
    NEW.database_user := session_user;
    NEW.entry_hash := audit_entry_hash(NEW);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.chain_entry() IS 'Trigger: number, time, database user and hashes of an entry are the database''s own';

CREATE TRIGGER entries_are_chained BEFORE INSERT ON golden_assets.golden_testset_audit_log
    FOR EACH ROW EXECUTE FUNCTION golden_assets.chain_entry();
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_testset_audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_testset_audit_log ENABLE ALWAYS TRIGGER entries_are_chained;
ALTER TABLE golden_assets.golden_testset_audit_log ENABLE ALWAYS TRIGGER entries_stay;
