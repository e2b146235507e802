-- Where the rows of a version stand in documents that have changed since: passages move without a word of them changing, so that the
-- version stays the same and only the places are new.

CREATE TABLE golden_assets.golden_testset_provenance (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL REFERENCES golden_assets.golden_testset_versions (id),
    corpus_hash text NOT NULL,
    places jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    provenance_order bigint GENERATED ALWAYS AS IDENTITY
);

COMMENT ON TABLE golden_assets.golden_testset_provenance IS
    'Where each context of a version stands in a later corpus; the newest line counts, testset_data keeps where it stood at first';
COMMENT ON COLUMN golden_assets.golden_testset_provenance.places IS
    'An array per row, in order, of an object per context: document_id, document_hash, start, end. The text is the version''s and is not here';

CREATE INDEX idx_provenance_version ON golden_assets.golden_testset_provenance (testset_version_id, provenance_order DESC);

CREATE FUNCTION golden_assets.places_fit(contexts jsonb, places jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(bool_and(coalesce(
        place ->> 'document_id' IS NOT NULL AND place ->> 'document_hash' IS NOT NULL AND (place ->> 'start')::bigint >= 0
        AND (place ->> 'end')::bigint - (place ->> 'start')::bigint = char_length(context ->> 'text'), false)), true)
    FROM ROWS FROM (jsonb_array_elements(contexts), jsonb_array_elements(places)) AS pair (context, place);
END;

COMMENT ON FUNCTION golden_assets.places_fit(jsonb, jsonb) IS 'Whether there is a place for each context of a row, and each as long as its text';

CREATE FUNCTION golden_assets.places_fit_the_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT min(pair.n) INTO wrong
    FROM golden_testset_versions AS v
    CROSS JOIN LATERAL ROWS FROM (jsonb_array_elements(v.testset_data -> 'rows'), jsonb_array_elements(NEW.places))
        WITH ORDINALITY AS pair (testset_row, places, n)
    WHERE v.id = NEW.testset_version_id
      AND (pair.testset_row IS NULL OR pair.places IS NULL OR NOT places_fit(pair.testset_row -> 'contexts', pair.places));
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the places do not fit row % of the version', wrong
            USING ERRCODE = 'GA004', HINT = 'give each context of each row one place, as long as its text';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.places_fit_the_rows() IS 'Trigger: a place for each context, as long as the context is';

CREATE TRIGGER places_fit_the_rows BEFORE INSERT ON golden_assets.golden_testset_provenance
    FOR EACH ROW EXECUTE FUNCTION golden_assets.places_fit_the_rows();
CREATE TRIGGER provenance_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_testset_provenance
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_testset_provenance ENABLE ALWAYS TRIGGER places_fit_the_rows;
ALTER TABLE golden_assets.golden_testset_provenance ENABLE ALWAYS TRIGGER provenance_stays;
