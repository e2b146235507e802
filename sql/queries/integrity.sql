-- name: verification_snapshot
-- All that a verification reads is of one moment, and no function or table of another schema can pass for one of PostgreSQL's own.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;

-- name: verification_search_path
SET LOCAL search_path = pg_catalog;

-- name: verification_time_zone
SET LOCAL timezone = 'UTC';

-- name: seals
SELECT s.sequence, s.relation, s.record_id, s.record_hash, s.transaction_id::text AS transaction_id, s.sealed_at, s.previous_hash,
       s.seal_hash
FROM golden_assets.golden_record_seals AS s
WHERE s.testset_name = :testset
ORDER BY s.sequence;

-- name: registry_head
-- One statement, and so of one moment.
SELECT (SELECT v.version FROM golden_assets.golden_testset_versions AS v
        WHERE v.testset_name = :testset AND v.status = 'active' LIMIT 1) AS active,
       (SELECT max(m.number) FROM golden_assets.schema_migrations AS m) AS migration,
       own.sequence AS own_seals, own.seal_hash AS own_hash, own_first.seal_hash AS own_origin,
       shared.sequence AS shared_seals, shared.seal_hash AS shared_hash, shared_first.seal_hash AS shared_origin
FROM (VALUES (1)) AS one (row)
LEFT JOIN LATERAL (
    SELECT s.sequence, s.seal_hash FROM golden_assets.golden_record_seals AS s
    WHERE s.testset_name = :testset ORDER BY s.sequence DESC LIMIT 1
) AS own ON true
LEFT JOIN golden_assets.golden_record_seals AS own_first ON own_first.testset_name = :testset AND own_first.sequence = 1
LEFT JOIN LATERAL (
    SELECT s.sequence, s.seal_hash FROM golden_assets.golden_record_seals AS s
    WHERE s.testset_name = '' ORDER BY s.sequence DESC LIMIT 1
) AS shared ON true
LEFT JOIN golden_assets.golden_record_seals AS shared_first ON shared_first.testset_name = '' AND shared_first.sequence = 1;

-- name: version_record
-- The hash of a version as it is now, and as it was sealed; computed here with PostgreSQL's own functions, for ours may have been replaced.
SELECT encode(sha256(convert_to((SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(
           to_jsonb(v) - '{status,is_active,activated_at,archived_at}'::text[]) AS f WHERE f.value <> 'null')::text, 'UTF8')), 'hex') AS found,
       (SELECT s.record_hash FROM golden_assets.golden_record_seals AS s
        WHERE s.testset_name = v.testset_name AND s.relation = 'golden_testset_versions' AND s.record_id = v.version
        ORDER BY s.sequence LIMIT 1) AS sealed
FROM golden_assets.golden_testset_versions AS v
WHERE v.testset_name = :testset AND v.version = :version;

-- name: recorded_rows
SELECT r.row_id, r.row_hash, r.question_hash, r.question_type, r.synthesizer_name, r.document_ids, r.document_hashes, r.chunk_hashes
FROM golden_assets.golden_testset_rows AS r
JOIN golden_assets.golden_testset_versions AS v ON v.id = r.testset_version_id
WHERE v.testset_name = :testset AND v.version = :version
ORDER BY r.position;

-- name: records
-- The hash of every sealed record as it is now, but of the versions themselves, which are large and are read one by one.
SELECT r.relation, r.record_id, r.version,
       encode(sha256(convert_to((SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(r.content) AS f WHERE f.value <> 'null')::text,
                                'UTF8')), 'hex') AS record_hash
FROM (
    SELECT 'golden_testset_versions.state' AS relation, v.version AS record_id, v.version,
           jsonb_build_object('status', v.status, 'activated_at', v.activated_at, 'archived_at', v.archived_at) AS content
    FROM golden_assets.golden_testset_versions AS v WHERE v.testset_name = :testset AND v.status <> 'draft'
    UNION ALL
    SELECT 'golden_testset_metadata', m.testset_version_id::text, v.version, to_jsonb(m)
    FROM golden_assets.golden_testset_metadata AS m
    JOIN golden_assets.golden_testset_versions AS v ON v.id = m.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_testset_quality_metrics', q.judgement_order::text, v.version, to_jsonb(q)
    FROM golden_assets.golden_testset_quality_metrics AS q
    JOIN golden_assets.golden_testset_versions AS v ON v.id = q.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_testset_publications', p.publication_order::text, v.version, to_jsonb(p)
    FROM golden_assets.golden_testset_publications AS p
    JOIN golden_assets.golden_testset_versions AS v ON v.id = p.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_dataset_edits', d.edit_order::text, v.version, to_jsonb(d)
    FROM golden_assets.golden_dataset_edits AS d
    JOIN golden_assets.golden_testset_versions AS v ON v.id = d.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_testset_approvals', a.approval_order::text, v.version, to_jsonb(a)
    FROM golden_assets.golden_testset_approvals AS a
    JOIN golden_assets.golden_testset_versions AS v ON v.id = a.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_testset_provenance', s.provenance_order::text, v.version, to_jsonb(s)
    FROM golden_assets.golden_testset_provenance AS s
    JOIN golden_assets.golden_testset_versions AS v ON v.id = s.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_row_reviews', r.review_order::text, v.version, to_jsonb(r)
    FROM golden_assets.golden_row_reviews AS r
    JOIN golden_assets.golden_testset_versions AS v ON v.id = r.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_row_feedback', f.feedback_order::text, v.version, to_jsonb(f)
    FROM golden_assets.golden_row_feedback AS f
    JOIN golden_assets.golden_testset_versions AS v ON v.id = f.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_duplicate_waivers', w.waiver_order::text, v.version, to_jsonb(w)
    FROM golden_assets.golden_duplicate_waivers AS w
    JOIN golden_assets.golden_testset_versions AS v ON v.id = w.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_waiver_withdrawals', d.withdrawal_order::text, v.version, to_jsonb(d)
    FROM golden_assets.golden_waiver_withdrawals AS d
    JOIN golden_assets.golden_testset_versions AS v ON v.id = d.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_experiments', e.sequence::text, v.version,
           to_jsonb(e) - '{status,finished_at,run_count,error_count,unscored_count,scores}'::text[]
    FROM golden_assets.golden_experiments AS e
    JOIN golden_assets.golden_testset_versions AS v ON v.id = e.testset_version_id WHERE v.testset_name = :testset
    UNION ALL
    SELECT 'golden_experiments.state', e.sequence::text, v.version,
           jsonb_build_object('status', e.status, 'finished_at', e.finished_at, 'run_count', e.run_count, 'error_count', e.error_count,
                              'unscored_count', e.unscored_count, 'scores', e.scores)
    FROM golden_assets.golden_experiments AS e
    JOIN golden_assets.golden_testset_versions AS v ON v.id = e.testset_version_id
    WHERE v.testset_name = :testset AND e.status <> 'started'
    UNION ALL
    SELECT 'golden_testset_audit_log', l.sequence::text, NULL, to_jsonb(l)
    FROM golden_assets.golden_testset_audit_log AS l WHERE l.testset_name = :testset
    UNION ALL
    SELECT 'golden_budget_controls', b.control_order::text, NULL, to_jsonb(b)
    FROM golden_assets.golden_budget_controls AS b WHERE :testset = ''
    UNION ALL
    SELECT 'golden_drafts_by_request', d.request_key, NULL, to_jsonb(d)
    FROM golden_assets.golden_drafts_by_request AS d WHERE :testset = ''
) AS r;

-- name: version_listing
SELECT v.id::text AS id, v.version, v.status, v.testset_hash, v.row_count, v.created_by
FROM golden_assets.golden_testset_versions AS v WHERE v.testset_name = :testset ORDER BY v.creation_order;

-- name: approval_listing
SELECT v.version, a.testset_hash, a.approved_by
FROM golden_assets.golden_testset_approvals AS a
JOIN golden_assets.golden_testset_versions AS v ON v.id = a.testset_version_id
WHERE v.testset_name = :testset
ORDER BY a.approval_order;

-- name: judgement_reports
SELECT q.judgement_order, q.report_hash, q.validation_status, q.validation_details::text AS details
FROM golden_assets.golden_testset_quality_metrics AS q
JOIN golden_assets.golden_testset_versions AS v ON v.id = q.testset_version_id
WHERE v.testset_name = :testset AND v.version = :version
ORDER BY q.judgement_order;

-- name: artifact_addresses
SELECT a.kind, a.content_hash FROM golden_assets.golden_artifacts AS a ORDER BY a.kind, a.content_hash;

-- name: artifact_payloads
SELECT a.content_hash, a.payload::text AS payload FROM golden_assets.golden_artifacts AS a
WHERE a.kind = :kind AND a.content_hash = ANY(:hashes);

-- name: schema_stamp
-- Another one after any change of the schema's definition, at a tenth of the time of reading that.
SELECT sum(hashtextextended(concat_ws(' ', o.tableoid, o.oid, o.xmin), 0))::text AS stamp
FROM (
    SELECT c.tableoid, c.oid, c.xmin FROM pg_class AS c WHERE c.relnamespace = 'golden_assets'::regnamespace
    UNION ALL SELECT p.tableoid, p.oid, p.xmin FROM pg_proc AS p WHERE p.pronamespace = 'golden_assets'::regnamespace
    UNION ALL SELECT k.tableoid, k.oid, k.xmin FROM pg_constraint AS k WHERE k.connamespace = 'golden_assets'::regnamespace
    UNION ALL SELECT a.tableoid, a.attrelid, a.xmin FROM pg_attribute AS a
              JOIN pg_class AS c ON c.oid = a.attrelid WHERE c.relnamespace = 'golden_assets'::regnamespace
    UNION ALL SELECT i.tableoid, i.indexrelid, i.xmin FROM pg_index AS i
              JOIN pg_class AS c ON c.oid = i.indexrelid WHERE c.relnamespace = 'golden_assets'::regnamespace
    UNION ALL SELECT d.tableoid, d.oid, d.xmin FROM pg_attrdef AS d
              JOIN pg_class AS c ON c.oid = d.adrelid WHERE c.relnamespace = 'golden_assets'::regnamespace
    UNION ALL SELECT t.tableoid, t.oid, t.xmin FROM pg_trigger AS t
              JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.relnamespace = 'golden_assets'::regnamespace
    UNION ALL SELECT w.tableoid, w.oid, w.xmin FROM pg_rewrite AS w
              JOIN pg_class AS c ON c.oid = w.ev_class WHERE c.relnamespace = 'golden_assets'::regnamespace
    UNION ALL SELECT y.tableoid, y.oid, y.xmin FROM pg_policy AS y
              JOIN pg_class AS c ON c.oid = y.polrelid WHERE c.relnamespace = 'golden_assets'::regnamespace
) AS o;

-- name: schema_objects
-- Every object of the schema and its definition as PostgreSQL writes it (15 to 18 do it alike, but for blanks), with what is switched on.
SELECT o.kind, o.name, regexp_replace(o.definition, '\s+', '', 'g') AS definition
FROM (
    SELECT 'relation' AS kind, c.relname::text AS name,
           concat_ws(' ', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,
                     CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END) AS definition
    FROM pg_class AS c
    WHERE c.relnamespace = 'golden_assets'::regnamespace AND c.relkind NOT IN ('i', 't')
    UNION ALL
    SELECT 'column', c.relname || '.' || a.attname,
           concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
    FROM pg_class AS c
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'golden_assets'::regnamespace AND c.relkind = 'r'
    UNION ALL
    SELECT 'constraint', r.relname || '.' || k.conname,
           concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated,
                     (SELECT string_agg(t.tgenabled::text, '' ORDER BY t.tgenabled) FROM pg_trigger AS t WHERE t.tgconstraint = k.oid))
    FROM pg_constraint AS k
    JOIN pg_class AS r ON r.oid = k.conrelid
    WHERE k.connamespace = 'golden_assets'::regnamespace AND k.contype <> 'n'
    UNION ALL
    SELECT 'index', c.relname::text, concat_ws(' ', pg_get_indexdef(c.oid), i.indisvalid)
    FROM pg_class AS c
    JOIN pg_index AS i ON i.indexrelid = c.oid
    WHERE c.relnamespace = 'golden_assets'::regnamespace
    UNION ALL
    SELECT 'trigger', c.relname || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
    FROM pg_trigger AS t
    JOIN pg_class AS c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'golden_assets'::regnamespace
    UNION ALL
    SELECT 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
    FROM pg_proc AS p
    WHERE p.pronamespace = 'golden_assets'::regnamespace AND p.prokind IN ('f', 'p')
    UNION ALL
    SELECT 'rule', c.relname || '.' || w.rulename, pg_get_ruledef(w.oid)
    FROM pg_rewrite AS w
    JOIN pg_class AS c ON c.oid = w.ev_class
    WHERE c.relnamespace = 'golden_assets'::regnamespace AND w.rulename <> '_RETURN'
    UNION ALL
    SELECT 'policy', c.relname || '.' || p.polname,
           concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy AS p
    JOIN pg_class AS c ON c.oid = p.polrelid
    WHERE c.relnamespace = 'golden_assets'::regnamespace
) AS o
ORDER BY o.kind, o.name;

-- name: active_dataset
-- Where the active version of a testset was published last.
SELECT p.dataset_id
FROM golden_assets.golden_testset_publications AS p
JOIN golden_assets.golden_testset_versions AS v ON v.id = p.testset_version_id
WHERE v.testset_name = :testset AND v.status = 'active'
ORDER BY p.publication_order DESC
LIMIT 1;
