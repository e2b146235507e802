-- How a version was made, how it was judged, and where it was published.

CREATE TABLE golden_assets.golden_testset_metadata (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL UNIQUE REFERENCES golden_assets.golden_testset_versions (id),
    source_docs_hash text NOT NULL,
    source_docs_count integer NOT NULL CHECK (source_docs_count >= 0),
    ragas_version text,
    langchain_version text,
    generation_params jsonb NOT NULL,
    personas jsonb,
    query_distribution jsonb,
    token_usage jsonb,
    generation_cost numeric(12, 6),
    generation_duration_seconds numeric(12, 3),
    user_metadata jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON COLUMN golden_assets.golden_testset_metadata.generation_cost IS 'US dollars';
COMMENT ON COLUMN golden_assets.golden_testset_metadata.user_metadata IS 'What the caller wanted to be kept with the version';

CREATE INDEX idx_testset_metadata_hash ON golden_assets.golden_testset_metadata (source_docs_hash);

CREATE TABLE golden_assets.golden_testset_quality_metrics (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL,
    testset_hash text NOT NULL,
    report_hash text CHECK (report_hash ~ '^[0-9a-f]{64}$'),
    validation_timestamp timestamptz NOT NULL DEFAULT clock_timestamp(),
    validation_status text NOT NULL CHECK (validation_status IN ('passed', 'failed', 'warning')),
    diversity_score double precision,
    coverage_score double precision,
    distribution_chi_square double precision,
    distribution_p_value double precision,
    duplicate_count integer DEFAULT 0,
    validation_details jsonb NOT NULL CHECK (jsonb_typeof(validation_details -> 'verdicts') = 'array'),
    judgement_order bigint GENERATED ALWAYS AS IDENTITY,
    FOREIGN KEY (testset_version_id, testset_hash) REFERENCES golden_assets.golden_testset_versions (id, testset_hash),
    CONSTRAINT passed_means_every_gate_passed CHECK (
        validation_status <> 'passed'
        OR (jsonb_array_length(validation_details -> 'verdicts') > 0
            AND jsonb_array_length(validation_details -> 'verdicts')
                = jsonb_array_length(jsonb_path_query_array(validation_details, '$.verdicts[*] ? (@.passed == true)'))))
);

COMMENT ON TABLE golden_assets.golden_testset_quality_metrics IS
    'Judgements, the latest one counts; "warning" is a promotion forced past failed gates, with who and why in its details';
COMMENT ON COLUMN golden_assets.golden_testset_quality_metrics.validation_details IS 'The quality report with the verdict of every gate';

CREATE INDEX idx_quality_metrics_status ON golden_assets.golden_testset_quality_metrics (validation_status);
CREATE INDEX idx_quality_metrics_version ON golden_assets.golden_testset_quality_metrics (testset_version_id, judgement_order DESC);

CREATE FUNCTION golden_assets.latest_judgement(version_id uuid) RETURNS text
LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
    SELECT q.validation_status FROM golden_assets.golden_testset_quality_metrics AS q
    WHERE q.testset_version_id = version_id ORDER BY q.judgement_order DESC LIMIT 1;
END;

COMMENT ON FUNCTION golden_assets.latest_judgement(uuid) IS 'passed, failed, warning, or NULL for a version that nobody judged';

CREATE TABLE golden_assets.golden_testset_publications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL,
    testset_hash text NOT NULL,
    dataset_id text NOT NULL,
    dataset_version_id text NOT NULL,
    dataset_name text NOT NULL,
    url text NOT NULL,
    example_count integer NOT NULL CHECK (example_count >= 0),
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    publication_order bigint GENERATED ALWAYS AS IDENTITY,
    FOREIGN KEY (testset_version_id, testset_hash) REFERENCES golden_assets.golden_testset_versions (id, testset_hash)
);

COMMENT ON TABLE golden_assets.golden_testset_publications IS 'Where a version lives in Phoenix; the latest line counts';

CREATE INDEX idx_publications_version ON golden_assets.golden_testset_publications (testset_version_id, publication_order DESC);

CREATE TRIGGER metadata_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_testset_metadata
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
CREATE TRIGGER judgements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_testset_quality_metrics
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
CREATE TRIGGER publications_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_testset_publications
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_testset_metadata ENABLE ALWAYS TRIGGER metadata_stays;
ALTER TABLE golden_assets.golden_testset_quality_metrics ENABLE ALWAYS TRIGGER judgements_stay;
ALTER TABLE golden_assets.golden_testset_publications ENABLE ALWAYS TRIGGER publications_stay;
