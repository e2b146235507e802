-- What assets hand to each other: put under its content hash, the same for ever.

-- Error classes of this schema (SQLSTATE), each raised with a remedy as its HINT:
--   GA001 no such version      GA002 the lifecycle does not allow it    GA003 a gate is failed or not on record
--   GA004 content and recorded hash differ                             GA005 history cannot be changed
CREATE FUNCTION golden_assets.refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'GA005', HINT = 'what is stored stays as it is; store a new version instead';
END;
$$;

COMMENT ON FUNCTION golden_assets.refuse_change() IS 'Trigger: history is append-only';

CREATE TABLE golden_assets.golden_artifacts (
    kind text NOT NULL CHECK (kind IN ('document', 'corpus', 'testset', 'report')),
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, content_hash)
);

COMMENT ON TABLE golden_assets.golden_artifacts IS
    'Content-addressed store. A corpus names its documents by hash: each document is stored once, however many corpora hold it';

CREATE TRIGGER golden_artifacts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_artifacts
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_artifacts ENABLE ALWAYS TRIGGER golden_artifacts_append_only;
