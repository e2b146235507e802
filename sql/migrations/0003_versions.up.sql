-- Versions and their rows. The row table is filled by the database from testset_data in the statement that stores it, and every hash is
-- computed here too, so that JSON, rows and hashes cannot disagree.

CREATE FUNCTION golden_assets.lock_testset(testset text) RETURNS void
LANGUAGE sql
RETURN pg_advisory_xact_lock(hashtextextended('golden_assets/testset/' || testset, 0));

COMMENT ON FUNCTION golden_assets.lock_testset(text) IS
    'One writer per testset until the end of the transaction: numbers have no duplicates, the audit chain no forks';

CREATE TABLE golden_assets.golden_testset_versions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_name text NOT NULL DEFAULT 'golden' CHECK (testset_name <> ''),
    version text NOT NULL CHECK (version ~ '^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$'),
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'validated', 'failed', 'active', 'archived')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    activated_at timestamptz,
    archived_at timestamptz,
    testset_data jsonb NOT NULL,
    is_active boolean GENERATED ALWAYS AS (status = 'active') STORED,
    created_by text,
    testset_hash text NOT NULL CHECK (testset_hash ~ '^[0-9a-f]{64}$'),
    corpus_hash text NOT NULL,
    run_id text,
    row_count integer NOT NULL CHECK (row_count > 0),
    row_fields text[] NOT NULL,
    creation_order bigint GENERATED ALWAYS AS IDENTITY,
    UNIQUE (testset_name, version),
    UNIQUE (id, testset_hash)
);

COMMENT ON COLUMN golden_assets.golden_testset_versions.testset_data IS 'The complete testset: rows with contexts, request, personas, usage';
COMMENT ON COLUMN golden_assets.golden_testset_versions.testset_hash IS 'Root over the ordered row hashes; checked when stored';
COMMENT ON COLUMN golden_assets.golden_testset_versions.row_fields IS
    'The structure of the rows: content fields in use, unknown ones as extra.<name>; a change of it is a MAJOR version';

CREATE UNIQUE INDEX one_active_version_per_testset ON golden_assets.golden_testset_versions (testset_name) WHERE status = 'active';
-- A failed judgement is final for a version, not for its content: the same rows may pass later, under other thresholds, as a new version.
CREATE UNIQUE INDEX one_version_per_content ON golden_assets.golden_testset_versions (testset_name, testset_hash) WHERE status <> 'failed';
CREATE INDEX idx_testset_version_active ON golden_assets.golden_testset_versions (is_active) WHERE is_active;
CREATE INDEX idx_testset_version_status ON golden_assets.golden_testset_versions (status);
CREATE INDEX idx_testset_version_order ON golden_assets.golden_testset_versions (testset_name, creation_order DESC);

CREATE TABLE golden_assets.golden_testset_rows (
    testset_version_id uuid NOT NULL REFERENCES golden_assets.golden_testset_versions (id),
    "position" integer NOT NULL,
    row_id text NOT NULL,
    row_hash text NOT NULL,
    question_hash text NOT NULL,
    question_type text NOT NULL,
    synthesizer_name text NOT NULL,
    document_ids text[] NOT NULL,
    document_hashes text[] NOT NULL,
    chunk_hashes text[] NOT NULL,
    PRIMARY KEY (testset_version_id, "position")
);

COMMENT ON TABLE golden_assets.golden_testset_rows IS 'One line per testset row, filled from testset_data; position counts from 0';

CREATE INDEX idx_testset_rows_hash ON golden_assets.golden_testset_rows (row_hash);
CREATE INDEX idx_testset_rows_documents ON golden_assets.golden_testset_rows USING gin (document_ids);

CREATE FUNCTION golden_assets.row_hash(testset_row jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN golden_assets.sha256_hex(
    '{' || CASE WHEN coalesce(testset_row -> 'extra', '{}') = '{}' THEN ''
                ELSE '"extra":' || golden_assets.canonical_json(testset_row -> 'extra') || ',' END
    || '"question_type":' || (testset_row -> 'question_type')::text
    || ',"reference":' || (testset_row -> 'reference')::text
    || ',"reference_contexts":[' || coalesce((
        SELECT string_agg((context.value -> 'text')::text, ',' ORDER BY context.ordinality)
        FROM jsonb_array_elements(testset_row -> 'contexts') WITH ORDINALITY AS context), '')
    || '],"user_input":' || (testset_row -> 'user_input')::text || '}');

COMMENT ON FUNCTION golden_assets.row_hash(jsonb) IS 'SHA-256 over the canonical JSON of the row''s content; provenance does not count';

CREATE FUNCTION golden_assets.testset_rows(testset jsonb)
RETURNS TABLE ("position" integer, row_hash text, question_hash text, question_type text, synthesizer_name text,
               document_ids text[], document_hashes text[], chunk_hashes text[])
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT (r.ordinality - 1)::integer, golden_assets.row_hash(r.value), golden_assets.sha256_hex(r.value ->> 'user_input'),
           r.value ->> 'question_type', r.value ->> 'synthesizer_name',
           ARRAY(SELECT c ->> 'document_id' FROM jsonb_array_elements(r.value -> 'contexts') AS c),
           ARRAY(SELECT c ->> 'document_hash' FROM jsonb_array_elements(r.value -> 'contexts') AS c),
           ARRAY(SELECT c ->> 'chunk_hash' FROM jsonb_array_elements(r.value -> 'contexts') AS c)
    FROM jsonb_array_elements(testset -> 'rows') WITH ORDINALITY AS r;
END;

COMMENT ON FUNCTION golden_assets.testset_rows(jsonb) IS 'The row table of a testset; array elements follow the order of its contexts';

CREATE FUNCTION golden_assets.prepare_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
BEGIN
    IF NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'version % of % cannot be stored as %', NEW.version, NEW.testset_name, NEW.status
            USING ERRCODE = 'GA002', HINT = 'store it as draft, then record its quality';
    END IF;
    NEW.activated_at := NULL;
    NEW.archived_at := NULL;
    NEW.row_count := jsonb_array_length(NEW.testset_data -> 'rows');
    NEW.row_fields := ARRAY(
        SELECT DISTINCT field COLLATE "C"
        FROM jsonb_array_elements(NEW.testset_data -> 'rows') AS r
        CROSS JOIN LATERAL (
            SELECT unnest(ARRAY['question_type', 'reference', 'user_input'])
            UNION ALL SELECT 'reference_contexts' WHERE jsonb_array_length(r -> 'contexts') > 0
            UNION ALL SELECT 'extra.' || jsonb_object_keys(r -> 'extra')
        ) AS used (field)
        ORDER BY 1);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.prepare_version() IS 'Trigger: a version begins as a draft; row count and structure come from its rows';

CREATE FUNCTION golden_assets.fill_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
DECLARE
    root text;
BEGIN
    INSERT INTO golden_testset_rows
    SELECT NEW.id, r."position", 'row-' || left(r.row_hash, 16), r.row_hash, r.question_hash, r.question_type, r.synthesizer_name,
           r.document_ids, r.document_hashes, r.chunk_hashes
    FROM testset_rows(NEW.testset_data) AS r;
    SELECT sha256_hex('["' || string_agg(row_hash, '","' ORDER BY "position") || '"]') INTO root
    FROM golden_testset_rows WHERE testset_version_id = NEW.id;
    IF root IS DISTINCT FROM NEW.testset_hash THEN
        RAISE EXCEPTION 'the rows of version % of % hash to %, not to the given %', NEW.version, NEW.testset_name, root, NEW.testset_hash
            USING ERRCODE = 'GA004', HINT = 'hash the rows as they are stored and try again';
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.fill_rows() IS 'Trigger: fills the row table from the JSON and holds the given testset hash against it';

CREATE TRIGGER a_version_begins_as_draft BEFORE INSERT ON golden_assets.golden_testset_versions
    FOR EACH ROW EXECUTE FUNCTION golden_assets.prepare_version();
CREATE TRIGGER rows_follow_the_json AFTER INSERT ON golden_assets.golden_testset_versions
    FOR EACH ROW EXECUTE FUNCTION golden_assets.fill_rows();
CREATE TRIGGER versions_stay BEFORE DELETE OR TRUNCATE ON golden_assets.golden_testset_versions
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
CREATE TRIGGER content_stays
    BEFORE UPDATE OF id, testset_name, version, created_at, activated_at, archived_at, testset_data, created_by, testset_hash, corpus_hash,
                     run_id, row_count, row_fields, creation_order ON golden_assets.golden_testset_versions
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
CREATE TRIGGER rows_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_testset_rows
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER a_version_begins_as_draft;
ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER rows_follow_the_json;
ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER versions_stay;
ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER content_stays;
ALTER TABLE golden_assets.golden_testset_rows ENABLE ALWAYS TRIGGER rows_stay;
