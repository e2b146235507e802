DROP TABLE golden_assets.golden_duplicate_waivers;
DROP FUNCTION golden_assets.waiver_is_of_rows();
