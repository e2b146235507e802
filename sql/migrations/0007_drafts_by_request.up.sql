-- Which draft answered which request in full, so that the same request is not paid for twice.

CREATE TABLE golden_assets.golden_drafts_by_request (
    request_key text PRIMARY KEY CHECK (request_key ~ '^[0-9a-f]{64}$'),
    draft_hash text NOT NULL,
    kind text NOT NULL GENERATED ALWAYS AS ('testset') STORED,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (kind, draft_hash) REFERENCES golden_assets.golden_artifacts (kind, content_hash)
);

COMMENT ON TABLE golden_assets.golden_drafts_by_request IS 'The first full answer to a request stays its answer';

CREATE TRIGGER answers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_drafts_by_request
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_drafts_by_request ENABLE ALWAYS TRIGGER answers_stay;
