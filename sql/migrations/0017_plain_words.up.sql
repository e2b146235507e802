-- The remedy for a version that is not there serves whoever types commands, too; an approved version is not approved again.

CREATE OR REPLACE FUNCTION golden_assets.locked_version(testset text, wanted text) RETURNS golden_assets.golden_testset_versions
LANGUAGE plpgsql
AS $$
DECLARE
    found_version golden_assets.golden_testset_versions;
BEGIN
    PERFORM golden_assets.lock_testset(testset);
    SELECT * INTO found_version FROM golden_assets.golden_testset_versions AS v WHERE v.testset_name = testset AND v.version = wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no version % of %', wanted, testset
            USING ERRCODE = 'GA001', HINT = '`golden-assets list-versions` (list_versions() in Python) shows what is stored';
    END IF;
    RETURN found_version;
END;
$$;

COMMENT ON TABLE golden_assets.golden_testset_approvals IS 'Who approved which content, once';
