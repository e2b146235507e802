-- The state machine: draft -> validated | failed;  validated -> active;  active -> archived;  archived -> active (a rollback).

CREATE FUNCTION golden_assets.check_transition() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
DECLARE
    judgement text := latest_judgement(OLD.id);
BEGIN
    IF (OLD.status, NEW.status) NOT IN (('draft', 'validated'), ('draft', 'failed'), ('validated', 'active'), ('active', 'archived'),
                                        ('archived', 'active')) THEN
        RAISE EXCEPTION 'version % of % is % and cannot become %', OLD.version, OLD.testset_name, OLD.status, NEW.status
            USING ERRCODE = 'GA002', HINT = CASE OLD.status
                WHEN 'draft' THEN 'record its quality first'
                WHEN 'failed' THEN 'a failed version stays failed; mend the rows and create a new version'
                WHEN 'active' THEN 'it is in use already; promote another version to replace it'
                ELSE 'look at its status with list_versions' END;
    END IF;
    IF OLD.status IN ('draft', 'validated') AND judgement IS DISTINCT FROM 'warning'
       AND judgement IS DISTINCT FROM (CASE NEW.status WHEN 'failed' THEN 'failed' ELSE 'passed' END) THEN
        RAISE EXCEPTION 'the latest judgement of version % of % is %, so it cannot become %', OLD.version, OLD.testset_name,
                coalesce(judgement, 'missing'), NEW.status
            USING ERRCODE = 'GA003', HINT = 'judge it again, or force the promotion and say why';
    END IF;
    IF NEW.status = 'active' THEN
        NEW.activated_at := clock_timestamp();
        NEW.archived_at := NULL;
    ELSIF NEW.status = 'archived' THEN
        NEW.archived_at := clock_timestamp();
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.check_transition() IS 'Trigger: the state machine, with the gates on the way to active';

CREATE TRIGGER lifecycle_is_a_state_machine BEFORE UPDATE OF status ON golden_assets.golden_testset_versions
    FOR EACH ROW EXECUTE FUNCTION golden_assets.check_transition();
ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER lifecycle_is_a_state_machine;

CREATE FUNCTION golden_assets.settle_draft() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
BEGIN
    UPDATE golden_testset_versions
    SET status = CASE NEW.validation_status WHEN 'failed' THEN 'failed' ELSE 'validated' END
    WHERE id = NEW.testset_version_id AND status = 'draft';
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.settle_draft() IS 'Trigger: the first judgement makes a draft validated or failed';

CREATE TRIGGER a_judgement_settles_the_draft AFTER INSERT ON golden_assets.golden_testset_quality_metrics
    FOR EACH ROW EXECUTE FUNCTION golden_assets.settle_draft();
ALTER TABLE golden_assets.golden_testset_quality_metrics ENABLE ALWAYS TRIGGER a_judgement_settles_the_draft;

CREATE FUNCTION golden_assets.locked_version(testset text, wanted text) RETURNS golden_assets.golden_testset_versions
LANGUAGE plpgsql
AS $$
DECLARE
    found_version golden_assets.golden_testset_versions;
BEGIN
    PERFORM golden_assets.lock_testset(testset);
    SELECT * INTO found_version FROM golden_assets.golden_testset_versions AS v WHERE v.testset_name = testset AND v.version = wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no version % of %', wanted, testset
            USING ERRCODE = 'GA001', HINT = 'list_versions shows what is stored';
    END IF;
    RETURN found_version;
END;
$$;

COMMENT ON FUNCTION golden_assets.locked_version(text, text) IS 'The version as it is once the testset is locked';

CREATE FUNCTION golden_assets.require_intact(stored golden_assets.golden_testset_versions) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    intact boolean;
BEGIN
    SELECT coalesce(bool_and(t.row_hash IS NOT DISTINCT FROM r.row_hash), false)
           AND golden_assets.sha256_hex('["' || string_agg(t.row_hash, '","' ORDER BY t."position") || '"]') = stored.testset_hash
    INTO intact
    FROM golden_assets.testset_rows(stored.testset_data) AS t
    FULL JOIN (SELECT * FROM golden_assets.golden_testset_rows WHERE testset_version_id = stored.id) AS r USING ("position");
    IF NOT coalesce(intact, false) THEN
        RAISE EXCEPTION 'the rows of version % of % do not match the testset hash %', stored.version, stored.testset_name,
                stored.testset_hash
            USING ERRCODE = 'GA004', HINT = 'run verify to see which row was tampered with, and restore the database from a backup';
    END IF;
END;
$$;

COMMENT ON FUNCTION golden_assets.require_intact(golden_assets.golden_testset_versions) IS
    'Hashes every row again and holds it against the row table and the testset hash';

CREATE FUNCTION golden_assets.require_status(stored golden_assets.golden_testset_versions, wanted text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF stored.status <> wanted THEN
        RAISE EXCEPTION 'version % of % is % where % is needed', stored.version, stored.testset_name, stored.status, wanted
            USING ERRCODE = 'GA002', HINT = CASE
                WHEN stored.status = 'active' THEN 'it is in use already, there is nothing to do'
                WHEN stored.status = 'archived' THEN 'return to it with rollback_version'
                WHEN stored.status = 'failed' THEN 'a failed version stays failed; mend the rows and create a new version'
                WHEN wanted = 'active' THEN 'only the active version can be archived'
                WHEN wanted = 'archived' THEN 'roll back only to a version that was active before'
                ELSE 'record its quality first' END;
    END IF;
END;
$$;

COMMENT ON FUNCTION golden_assets.require_status(golden_assets.golden_testset_versions, text) IS 'Refuses any other status, with what to do';

CREATE FUNCTION golden_assets.record_change(
    changed golden_assets.golden_testset_versions, operation text, performed_by text, operation_id uuid, details jsonb) RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO golden_assets.golden_testset_audit_log
        (testset_name, testset_version_id, operation, operation_id, performed_by, details, result)
    VALUES (changed.testset_name, changed.id, operation, operation_id, performed_by, details, 'success');
END;

COMMENT ON FUNCTION golden_assets.record_change(golden_assets.golden_testset_versions, text, text, uuid, jsonb) IS
    'The audit entry of a change that is part of the same transaction';

CREATE FUNCTION golden_assets.activate_version(
    testset text, wanted text, coming_from text, performed_by text, operation_id uuid, details jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
DECLARE
    target golden_testset_versions := locked_version(testset, wanted);
    former text;
BEGIN
    PERFORM require_status(target, coming_from);
    PERFORM require_intact(target);
    UPDATE golden_testset_versions SET status = 'archived' WHERE testset_name = testset AND status = 'active' RETURNING version INTO former;
    UPDATE golden_testset_versions SET status = 'active' WHERE id = target.id;
    PERFORM record_change(target, CASE coming_from WHEN 'archived' THEN 'rollback' ELSE 'promote' END, performed_by, operation_id,
                          details || jsonb_build_object('version', wanted, 'replaced', former));
END;
$$;

COMMENT ON FUNCTION golden_assets.activate_version(text, text, text, text, uuid, jsonb) IS
    'Archives the active version and activates another, coming from validated (a promotion) or archived (a rollback), with its audit entry';

CREATE FUNCTION golden_assets.archive_version(
    testset text, wanted text, performed_by text, operation_id uuid, details jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
DECLARE
    target golden_testset_versions := locked_version(testset, wanted);
BEGIN
    PERFORM require_status(target, 'active');
    UPDATE golden_testset_versions SET status = 'archived' WHERE id = target.id;
    PERFORM record_change(target, 'archive', performed_by, operation_id, details || jsonb_build_object('version', wanted));
END;
$$;

COMMENT ON FUNCTION golden_assets.archive_version(text, text, text, uuid, jsonb) IS 'Retires the active version; none is active afterwards';

REVOKE EXECUTE ON FUNCTION golden_assets.activate_version(text, text, text, text, uuid, jsonb) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION golden_assets.archive_version(text, text, text, uuid, jsonb) FROM PUBLIC;

CREATE VIEW golden_assets.current_golden_testset AS
SELECT
    v.*,
    m.source_docs_hash,
    m.source_docs_count,
    m.generation_params,
    m.token_usage,
    m.generation_cost,
    q.validation_status,
    q.diversity_score,
    q.coverage_score
FROM golden_assets.golden_testset_versions AS v
LEFT JOIN golden_assets.golden_testset_metadata AS m ON m.testset_version_id = v.id
LEFT JOIN LATERAL (
    SELECT * FROM golden_assets.golden_testset_quality_metrics AS judged
    WHERE judged.testset_version_id = v.id ORDER BY judged.judgement_order DESC LIMIT 1
) AS q ON true
WHERE v.is_active;

COMMENT ON VIEW golden_assets.current_golden_testset IS 'The active version of each testset with its latest judgement';
