-- compatible-with: 0017
-- Every record is sealed when it is stored: its hash goes into one chain per testset, whose last hash stands for all of them. What all
-- testsets share (budget controls, which draft answers which request) has a chain of its own, under the empty name.

CREATE TABLE golden_assets.golden_record_seals (
    testset_name text NOT NULL,
    sequence bigint NOT NULL,
    relation text NOT NULL,
    record_id text NOT NULL,
    record_hash text NOT NULL,
    transaction_id xid8,
    sealed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    previous_hash text NOT NULL,
    seal_hash text NOT NULL,
    PRIMARY KEY (testset_name, sequence)
);

COMMENT ON TABLE golden_assets.golden_record_seals IS
    'The hash of every record as it was stored, chained per testset; the last seal_hash, kept outside of the database, vouches for all';
COMMENT ON COLUMN golden_assets.golden_record_seals.relation IS
    'The table; with .state behind it, the part of a record that may change, of which the latest seal counts';
COMMENT ON COLUMN golden_assets.golden_record_seals.transaction_id IS
    'The transaction that stored the record; null for records that are older than seals, taken as they were found';

CREATE FUNCTION golden_assets.record_hash(content jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN golden_assets.sha256_hex((SELECT jsonb_object_agg(key, value) FROM jsonb_each(content) WHERE value <> 'null')::text);

COMMENT ON FUNCTION golden_assets.record_hash(jsonb) IS
    'SHA-256 of a record as JSON. Columns that are null do not count, so that a later release can add some';

CREATE FUNCTION golden_assets.seal_hash(seal golden_assets.golden_record_seals) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN golden_assets.sha256_hex(golden_assets.canonical_json(jsonb_build_array(
    seal.previous_hash, seal.testset_name, seal.sequence, seal.relation, seal.record_id, seal.record_hash, seal.transaction_id::text,
    to_char(seal.sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))));

COMMENT ON FUNCTION golden_assets.seal_hash(golden_assets.golden_record_seals) IS 'What seal_hash must be';

CREATE FUNCTION golden_assets.seal(testset text, of_relation text, of_record text, content jsonb, in_transaction xid8) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    former golden_assets.golden_record_seals;
    made golden_assets.golden_record_seals;
BEGIN
    PERFORM golden_assets.lock_testset(testset);
    SELECT * INTO former FROM golden_assets.golden_record_seals AS s WHERE s.testset_name = testset ORDER BY s.sequence DESC LIMIT 1;
    made.testset_name := testset;
    made.sequence := coalesce(former.sequence, 0) + 1;
    made.relation := of_relation;
    made.record_id := of_record;
    made.record_hash := golden_assets.record_hash(content);
    made.transaction_id := in_transaction;
    made.sealed_at := clock_timestamp();
    made.previous_hash := coalesce(former.seal_hash, repeat('0', 64));
    made.seal_hash := golden_assets.seal_hash(made);
    INSERT INTO golden_assets.golden_record_seals SELECT made.*;
END;
$$;

COMMENT ON FUNCTION golden_assets.seal(text, text, text, jsonb, xid8) IS 'Adds one seal to the chain of a testset';

CREATE FUNCTION golden_assets.testset_of(content jsonb) RETURNS text
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(
        content ->> 'testset_name',
        (SELECT v.testset_name FROM golden_assets.golden_testset_versions AS v WHERE v.id = (content ->> 'testset_version_id')::uuid),
        '');
END;

COMMENT ON FUNCTION golden_assets.testset_of(jsonb) IS 'The testset that a record belongs to; empty for what all share';

-- TimeZone is set because to_jsonb writes times in the time zone of the session.
CREATE FUNCTION golden_assets.seal_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
    content jsonb := to_jsonb(NEW);
BEGIN
    PERFORM seal(testset_of(content), TG_TABLE_NAME, content ->> TG_ARGV[0], content - TG_ARGV[1:], pg_current_xact_id());
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.seal_record() IS
    'Trigger: seals what was stored. The first argument is the column that identifies it, the others are columns that may change';

CREATE FUNCTION golden_assets.version_state(stored golden_assets.golden_testset_versions) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object('status', stored.status, 'activated_at', stored.activated_at, 'archived_at', stored.archived_at);

COMMENT ON FUNCTION golden_assets.version_state(golden_assets.golden_testset_versions) IS 'The part of a version that may change';

CREATE FUNCTION golden_assets.seal_version_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
SET timezone = 'UTC'
AS $$
BEGIN
    PERFORM seal(NEW.testset_name, 'golden_testset_versions.state', NEW.version, version_state(NEW), pg_current_xact_id());
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.seal_version_state() IS 'Trigger: seals the status of a version, and since when it has it';

CREATE FUNCTION golden_assets.experiment_state(stored golden_assets.golden_experiments) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object('status', stored.status, 'finished_at', stored.finished_at, 'run_count', stored.run_count,
                          'error_count', stored.error_count, 'unscored_count', stored.unscored_count, 'scores', stored.scores);

COMMENT ON FUNCTION golden_assets.experiment_state(golden_assets.golden_experiments) IS 'The part of an experiment that may change';

CREATE FUNCTION golden_assets.seal_experiment_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
SET timezone = 'UTC'
AS $$
BEGIN
    PERFORM seal(testset_of(jsonb_build_object('testset_version_id', NEW.testset_version_id)), 'golden_experiments.state',
                 NEW."sequence"::text, experiment_state(NEW), pg_current_xact_id());
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.seal_experiment_state() IS 'Trigger: seals what came of an experiment';

-- Records that are there already are sealed as they are found.
DO $$
DECLARE
    found_record record;
BEGIN
    PERFORM set_config('timezone', 'UTC', true);
    FOR found_record IN
        SELECT 'golden_testset_versions' AS relation, v.version AS id,
               to_jsonb(v) - '{status,is_active,activated_at,archived_at}'::text[] AS content
        FROM golden_assets.golden_testset_versions AS v
        UNION ALL SELECT 'golden_testset_metadata', m.testset_version_id::text, to_jsonb(m) FROM golden_assets.golden_testset_metadata AS m
        UNION ALL SELECT 'golden_testset_quality_metrics', q.judgement_order::text, to_jsonb(q)
                  FROM golden_assets.golden_testset_quality_metrics AS q
        UNION ALL SELECT 'golden_testset_publications', p.publication_order::text, to_jsonb(p)
                  FROM golden_assets.golden_testset_publications AS p
        UNION ALL SELECT 'golden_testset_approvals', a.approval_order::text, to_jsonb(a) FROM golden_assets.golden_testset_approvals AS a
        UNION ALL SELECT 'golden_testset_provenance', s.provenance_order::text, to_jsonb(s)
                  FROM golden_assets.golden_testset_provenance AS s
        UNION ALL SELECT 'golden_row_reviews', r.review_order::text, to_jsonb(r) FROM golden_assets.golden_row_reviews AS r
        UNION ALL SELECT 'golden_row_feedback', f.feedback_order::text, to_jsonb(f) FROM golden_assets.golden_row_feedback AS f
        UNION ALL SELECT 'golden_experiments', e."sequence"::text,
                         to_jsonb(e) - '{status,finished_at,run_count,error_count,unscored_count,scores}'::text[]
                  FROM golden_assets.golden_experiments AS e
        UNION ALL SELECT 'golden_budget_controls', b.control_order::text, to_jsonb(b) FROM golden_assets.golden_budget_controls AS b
        UNION ALL SELECT 'golden_drafts_by_request', d.request_key, to_jsonb(d) FROM golden_assets.golden_drafts_by_request AS d
        UNION ALL SELECT 'golden_testset_audit_log', l.sequence::text, to_jsonb(l) FROM golden_assets.golden_testset_audit_log AS l
    LOOP
        PERFORM golden_assets.seal(golden_assets.testset_of(found_record.content), found_record.relation, found_record.id,
                                   found_record.content, NULL);
    END LOOP;
    PERFORM golden_assets.seal(v.testset_name, 'golden_testset_versions.state', v.version, golden_assets.version_state(v), NULL)
    FROM golden_assets.golden_testset_versions AS v WHERE v.status <> 'draft' ORDER BY v.creation_order;
    PERFORM golden_assets.seal(v.testset_name, 'golden_experiments.state', e."sequence"::text, golden_assets.experiment_state(e), NULL)
    FROM golden_assets.golden_experiments AS e JOIN golden_assets.golden_testset_versions AS v ON v.id = e.testset_version_id
    WHERE e.status <> 'started' ORDER BY e."sequence";
END;
$$;

CREATE TRIGGER seals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_record_seals
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_record_seals ENABLE ALWAYS TRIGGER seals_stay;

CREATE TRIGGER versions_are_sealed AFTER INSERT ON golden_assets.golden_testset_versions
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('version', 'status', 'is_active', 'activated_at', 'archived_at');
CREATE TRIGGER states_are_sealed AFTER UPDATE OF status ON golden_assets.golden_testset_versions
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_version_state();
CREATE TRIGGER metadata_is_sealed AFTER INSERT ON golden_assets.golden_testset_metadata
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('testset_version_id');
CREATE TRIGGER judgements_are_sealed AFTER INSERT ON golden_assets.golden_testset_quality_metrics
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('judgement_order');
CREATE TRIGGER publications_are_sealed AFTER INSERT ON golden_assets.golden_testset_publications
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('publication_order');
CREATE TRIGGER approvals_are_sealed AFTER INSERT ON golden_assets.golden_testset_approvals
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('approval_order');
CREATE TRIGGER provenance_is_sealed AFTER INSERT ON golden_assets.golden_testset_provenance
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('provenance_order');
CREATE TRIGGER reviews_are_sealed AFTER INSERT ON golden_assets.golden_row_reviews
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('review_order');
CREATE TRIGGER feedback_is_sealed AFTER INSERT ON golden_assets.golden_row_feedback
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('feedback_order');
CREATE TRIGGER experiments_are_sealed AFTER INSERT ON golden_assets.golden_experiments
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record(
        'sequence', 'status', 'finished_at', 'run_count', 'error_count', 'unscored_count', 'scores');
CREATE TRIGGER results_are_sealed AFTER UPDATE ON golden_assets.golden_experiments
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_experiment_state();
CREATE TRIGGER controls_are_sealed AFTER INSERT ON golden_assets.golden_budget_controls
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('control_order');
CREATE TRIGGER answers_are_sealed AFTER INSERT ON golden_assets.golden_drafts_by_request
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('request_key');
CREATE TRIGGER entries_are_sealed AFTER INSERT ON golden_assets.golden_testset_audit_log
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('sequence');
ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER versions_are_sealed;
ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER states_are_sealed;
ALTER TABLE golden_assets.golden_testset_metadata ENABLE ALWAYS TRIGGER metadata_is_sealed;
ALTER TABLE golden_assets.golden_testset_quality_metrics ENABLE ALWAYS TRIGGER judgements_are_sealed;
ALTER TABLE golden_assets.golden_testset_publications ENABLE ALWAYS TRIGGER publications_are_sealed;
ALTER TABLE golden_assets.golden_testset_approvals ENABLE ALWAYS TRIGGER approvals_are_sealed;
ALTER TABLE golden_assets.golden_testset_provenance ENABLE ALWAYS TRIGGER provenance_is_sealed;
ALTER TABLE golden_assets.golden_row_reviews ENABLE ALWAYS TRIGGER reviews_are_sealed;
ALTER TABLE golden_assets.golden_row_feedback ENABLE ALWAYS TRIGGER feedback_is_sealed;
ALTER TABLE golden_assets.golden_experiments ENABLE ALWAYS TRIGGER experiments_are_sealed;
ALTER TABLE golden_assets.golden_experiments ENABLE ALWAYS TRIGGER results_are_sealed;
ALTER TABLE golden_assets.golden_budget_controls ENABLE ALWAYS TRIGGER controls_are_sealed;
ALTER TABLE golden_assets.golden_drafts_by_request ENABLE ALWAYS TRIGGER answers_are_sealed;
ALTER TABLE golden_assets.golden_testset_audit_log ENABLE ALWAYS TRIGGER entries_are_sealed;
