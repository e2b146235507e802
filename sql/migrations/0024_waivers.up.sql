-- compatible-with: 0022
-- People's word that two rows which look like one question are two: gates on duplicates go by it, in every version that has both rows.

CREATE TABLE golden_assets.golden_duplicate_waivers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL REFERENCES golden_assets.golden_testset_versions (id),
    row_id text NOT NULL,
    other_row_id text NOT NULL CHECK (row_id < other_row_id),
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    waived_by text NOT NULL CHECK (btrim(waived_by) <> ''),
    waived_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    waiver_order bigint GENERATED ALWAYS AS IDENTITY
);

CREATE INDEX idx_duplicate_waivers ON golden_assets.golden_duplicate_waivers (testset_version_id, row_id, other_row_id);

COMMENT ON TABLE golden_assets.golden_duplicate_waivers IS
    'What people decided about two rows that look like one question; it holds in every version of the testset that has both';

CREATE FUNCTION golden_assets.waiver_is_of_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
DECLARE
    missing text;
BEGIN
    SELECT named.row_id INTO missing FROM (VALUES (NEW.row_id), (NEW.other_row_id)) AS named (row_id)
    WHERE NOT EXISTS (SELECT FROM golden_testset_rows AS r WHERE r.testset_version_id = NEW.testset_version_id AND r.row_id = named.row_id)
    LIMIT 1;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'the version has no row %', missing
            USING ERRCODE = 'GA001', HINT = 'show the version to see the ids of its rows';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.waiver_is_of_rows() IS 'Trigger: a waiver is on two rows that the version has';

CREATE TRIGGER waivers_are_on_rows BEFORE INSERT ON golden_assets.golden_duplicate_waivers
    FOR EACH ROW EXECUTE FUNCTION golden_assets.waiver_is_of_rows();
CREATE TRIGGER waivers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_duplicate_waivers
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
CREATE TRIGGER waivers_are_sealed AFTER INSERT ON golden_assets.golden_duplicate_waivers
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('waiver_order');
ALTER TABLE golden_assets.golden_duplicate_waivers ENABLE ALWAYS TRIGGER waivers_are_on_rows;
ALTER TABLE golden_assets.golden_duplicate_waivers ENABLE ALWAYS TRIGGER waivers_stay;
ALTER TABLE golden_assets.golden_duplicate_waivers ENABLE ALWAYS TRIGGER waivers_are_sealed;
