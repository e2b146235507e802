-- Three roles, each with the least that its work needs. `golden-assets db roles` runs this, and every later `db up` does it again; the
-- first time as a role that may create roles. Running it again changes nothing. Then: GRANT golden_writer TO my_application.
--   golden_reader    reads everything
--   golden_writer    stores versions, artifacts, judgements, publications, edits found in Phoenix and decisions on rows, reserves and settles model calls,
--                    remembers vectors
--   golden_promoter  approves, activates, rolls back and archives
-- Nobody gets UPDATE, DELETE or TRUNCATE. Applications should not connect as the owner of the tables, who can disable triggers.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['golden_reader', 'golden_writer', 'golden_promoter'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        END IF;
    END LOOP;
    FOREACH wanted IN ARRAY ARRAY['golden_writer', 'golden_promoter'] LOOP
        IF NOT EXISTS (SELECT FROM pg_auth_members WHERE roleid = 'golden_reader'::regrole AND member = wanted::regrole) THEN
            EXECUTE format('GRANT golden_reader TO %I', wanted);  -- the owner of the schema alone may not, once it is done
        END IF;
    END LOOP;
END;
$$;


GRANT USAGE ON SCHEMA golden_assets TO golden_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA golden_assets TO golden_reader;

GRANT INSERT (testset_name, version, testset_data, testset_hash, corpus_hash, created_by, run_id)
    ON golden_assets.golden_testset_versions TO golden_writer;
GRANT INSERT (testset_version_id, source_docs_hash, source_docs_count, ragas_version, langchain_version, generation_params, personas,
              query_distribution, token_usage, generation_cost, generation_duration_seconds, user_metadata)
    ON golden_assets.golden_testset_metadata TO golden_writer;
GRANT INSERT (testset_version_id, testset_hash, report_hash, validation_status, diversity_score, coverage_score, distribution_chi_square,
              distribution_p_value, duplicate_count, validation_details)
    ON golden_assets.golden_testset_quality_metrics TO golden_writer, golden_promoter;
GRANT INSERT (testset_version_id, testset_hash, dataset_id, dataset_version_id, dataset_name, url, example_count)
    ON golden_assets.golden_testset_publications TO golden_writer;
GRANT INSERT (testset_version_id, row_id, kind, changed, example, dataset_name, dataset_version_id)
    ON golden_assets.golden_dataset_edits TO golden_writer;
GRANT INSERT (testset_version_id, testset_hash, approved_by, note) ON golden_assets.golden_testset_approvals TO golden_promoter;
GRANT INSERT (testset_version_id, row_id, decision, reason, user_input, reference, reviewer)
    ON golden_assets.golden_row_reviews TO golden_writer, golden_promoter;
GRANT INSERT (testset_version_id, row_id, other_row_id, reason, waived_by)
    ON golden_assets.golden_duplicate_waivers TO golden_writer, golden_promoter;
GRANT INSERT (testset_version_id, waiver_id, reason, withdrawn_by)
    ON golden_assets.golden_waiver_withdrawals TO golden_writer, golden_promoter;
GRANT INSERT (testset_version_id, corpus_hash, places) ON golden_assets.golden_testset_provenance TO golden_writer;
GRANT INSERT (kind, content_hash, payload) ON golden_assets.golden_artifacts TO golden_writer;
GRANT INSERT (id, testset_version_id, testset_hash, experiment_key, task, task_fingerprint, evaluators, evaluator_fingerprints,
              repetitions, phoenix_experiment_id, dataset_id, dataset_version_id, url, created_by, run_id)
    ON golden_assets.golden_experiments TO golden_writer;
GRANT INSERT (request_key, draft_hash) ON golden_assets.golden_drafts_by_request TO golden_writer;
GRANT INSERT (testset_name, testset_version_id, operation, operation_id, performed_by, details, result, error_message)
    ON golden_assets.golden_testset_audit_log TO golden_writer, golden_promoter;

GRANT EXECUTE ON FUNCTION golden_assets.lock_testset TO golden_writer, golden_promoter;
GRANT EXECUTE ON FUNCTION golden_assets.activate_version(text, text, text, text, uuid, jsonb) TO golden_promoter;
GRANT EXECUTE ON FUNCTION golden_assets.archive_version(text, text, text, uuid, jsonb) TO golden_promoter;
GRANT EXECUTE ON FUNCTION golden_assets.reserve_call TO golden_writer;
GRANT EXECUTE ON FUNCTION golden_assets.settle_call TO golden_writer;
GRANT EXECUTE ON FUNCTION golden_assets.recall_vectors TO golden_writer;
GRANT EXECUTE ON FUNCTION golden_assets.keep_vectors TO golden_writer;
GRANT EXECUTE ON FUNCTION golden_assets.raise_alert TO golden_writer;
GRANT EXECUTE ON FUNCTION golden_assets.control_budget TO golden_promoter;
GRANT EXECUTE ON FUNCTION golden_assets.record_alert TO golden_writer, golden_promoter;
GRANT EXECUTE ON FUNCTION golden_assets.claim_alerts TO golden_writer, golden_promoter;
GRANT EXECUTE ON FUNCTION golden_assets.finish_alert TO golden_writer, golden_promoter;
GRANT INSERT (testset_version_id, row_id, verdict, note, given_by) ON golden_assets.golden_row_feedback TO golden_writer, golden_promoter;
GRANT INSERT (id, kind, name, succeeded, seconds, error, happened_at) ON golden_assets.golden_operations TO golden_writer, golden_promoter;
GRANT EXECUTE ON FUNCTION golden_assets.complete_experiment TO golden_writer;
