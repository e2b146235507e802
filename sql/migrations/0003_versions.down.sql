DROP TABLE golden_assets.golden_testset_rows;
DROP TABLE golden_assets.golden_testset_versions;
DROP FUNCTION golden_assets.fill_rows();
DROP FUNCTION golden_assets.prepare_version();
DROP FUNCTION golden_assets.testset_rows(jsonb);
DROP FUNCTION golden_assets.row_hash(jsonb);
DROP FUNCTION golden_assets.lock_testset(text);
