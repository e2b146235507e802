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
            USING ERRCODE = 'GA001', HINT = 'list_versions shows what is stored';
    END IF;
    RETURN found_version;
END;
$$;

COMMENT ON TABLE golden_assets.golden_testset_approvals IS 'Who approved which content; approving again adds a line';
