-- name: lock_testset
SELECT golden_assets.lock_testset(:testset);

-- name: same_content
-- The version that holds these rows already; one that did not fail is preferred.
SELECT id, version, status
FROM golden_assets.golden_testset_versions
WHERE testset_name = :testset AND testset_hash = :testset_hash
ORDER BY status = 'failed', creation_order DESC
LIMIT 1;

-- name: version_numbers
SELECT version FROM golden_assets.golden_testset_versions WHERE testset_name = :testset ORDER BY creation_order;

-- name: row_keys
SELECT r.row_id, r.row_hash, r.question_hash, r.question_type
FROM golden_assets.golden_testset_rows AS r
JOIN golden_assets.golden_testset_versions AS v ON v.id = r.testset_version_id
WHERE v.testset_name = :testset AND v.version = :version
ORDER BY r."position";

-- name: row_fields
SELECT row_fields FROM golden_assets.golden_testset_versions WHERE testset_name = :testset AND version = :version;

-- name: insert_version
INSERT INTO golden_assets.golden_testset_versions (testset_name, version, testset_data, testset_hash, corpus_hash, created_by, run_id)
VALUES (:testset, :version, :testset_data, :testset_hash, :corpus_hash, :created_by, :run_id)
RETURNING id;

-- name: insert_metadata
INSERT INTO golden_assets.golden_testset_metadata (
    testset_version_id, source_docs_hash, source_docs_count, ragas_version, langchain_version, generation_params, personas,
    query_distribution, token_usage, generation_cost, generation_duration_seconds, user_metadata)
VALUES (
    :version_id, :source_docs_hash, :source_docs_count, :ragas_version, :langchain_version, :generation_params, :personas,
    :query_distribution, :token_usage, :generation_cost, :generation_duration_seconds, :user_metadata);

-- name: latest_report_hash
SELECT report_hash
FROM golden_assets.golden_testset_quality_metrics
WHERE testset_version_id = :version_id
ORDER BY judgement_order DESC
LIMIT 1;

-- name: insert_judgement
INSERT INTO golden_assets.golden_testset_quality_metrics (
    testset_version_id, testset_hash, report_hash, validation_status, diversity_score, coverage_score, distribution_chi_square,
    distribution_p_value, duplicate_count, validation_details)
VALUES (
    :version_id, :testset_hash, :report_hash, :validation_status, :diversity_score, :coverage_score, :distribution_chi_square,
    :distribution_p_value, :duplicate_count, :validation_details);

-- name: summaries
SELECT v.testset_name, v.version, v.status, v.testset_hash, v.corpus_hash, v.row_count, v.created_at, v.activated_at, v.archived_at,
       v.created_by, coalesce(q.answers_judged, false) AS answers_judged
FROM golden_assets.golden_testset_versions AS v
LEFT JOIN LATERAL (
    SELECT jsonb_path_exists(judged.validation_details,
        '$.verdicts[*] ? (@.name == "answers_fit_their_questions" && !(@.is_judged == false))') AS answers_judged
    FROM golden_assets.golden_testset_quality_metrics AS judged
    WHERE judged.testset_version_id = v.id AND judged.report_hash IS NOT NULL
    ORDER BY judged.judgement_order DESC LIMIT 1
) AS q ON true
WHERE v.testset_name = :testset AND (CAST(:version AS text) IS NULL OR v.version = :version)
ORDER BY v.creation_order DESC;

-- name: stored_version
-- Without a version: the active one. The testset comes as text, for the domain's own parser. The report is the latest judgement that came as a report, and so not a forced one.
SELECT v.testset_name, v.version, v.status, v.testset_hash, v.corpus_hash, v.row_count, v.created_at, v.activated_at, v.archived_at,
       v.created_by, CAST(v.testset_data AS text) AS testset_data, q.validation_details AS report,
       coalesce(jsonb_path_exists(q.validation_details,
           '$.verdicts[*] ? (@.name == "answers_fit_their_questions" && !(@.is_judged == false))'), false) AS answers_judged,
       to_jsonb(m) - '{id,testset_version_id}'::text[] AS metadata,
       CAST(s.places AS text) AS places, s.corpus_hash AS places_corpus_hash,
       to_jsonb(p) - '{id,testset_version_id,published_at,publication_order}'::text[] AS publication
FROM golden_assets.golden_testset_versions AS v
LEFT JOIN golden_assets.golden_testset_metadata AS m ON m.testset_version_id = v.id
LEFT JOIN LATERAL (
    SELECT judged.validation_details FROM golden_assets.golden_testset_quality_metrics AS judged
    WHERE judged.testset_version_id = v.id AND judged.report_hash IS NOT NULL
    ORDER BY judged.judgement_order DESC LIMIT 1
) AS q ON true
LEFT JOIN LATERAL (
    SELECT * FROM golden_assets.golden_testset_publications AS published
    WHERE published.testset_version_id = v.id
    ORDER BY published.publication_order DESC LIMIT 1
) AS p ON true
LEFT JOIN LATERAL (
    SELECT * FROM golden_assets.golden_testset_provenance AS stands
    WHERE stands.testset_version_id = v.id
    ORDER BY stands.provenance_order DESC LIMIT 1
) AS s ON true
WHERE v.testset_name = :testset
  AND CASE WHEN CAST(:version AS text) IS NULL THEN v.status = 'active' ELSE v.version = :version END;

-- name: version_identity
SELECT id, status, testset_hash FROM golden_assets.golden_testset_versions WHERE testset_name = :testset AND version = :version;

-- name: latest_publication
SELECT testset_hash, dataset_id, dataset_version_id, dataset_name, url, example_count
FROM golden_assets.golden_testset_publications
WHERE testset_version_id = :version_id
ORDER BY publication_order DESC
LIMIT 1;

-- name: insert_publication
INSERT INTO golden_assets.golden_testset_publications (
    testset_version_id, testset_hash, dataset_id, dataset_version_id, dataset_name, url, example_count)
VALUES (:version_id, :testset_hash, :dataset_id, :dataset_version_id, :dataset_name, :url, :example_count);

-- name: insert_provenance
INSERT INTO golden_assets.golden_testset_provenance (testset_version_id, corpus_hash, places) VALUES (:version_id, :corpus_hash, :places);

-- name: activate_version
SELECT golden_assets.activate_version(:testset, :version, :coming_from, :performed_by, :operation_id, :details);

-- name: archive_version
SELECT golden_assets.archive_version(:testset, :version, :performed_by, :operation_id, :details);

-- name: published_versions
SELECT v.version
FROM golden_assets.golden_testset_versions AS v
WHERE v.testset_name = :testset
  AND EXISTS (SELECT FROM golden_assets.golden_testset_publications AS p WHERE p.testset_version_id = v.id);
