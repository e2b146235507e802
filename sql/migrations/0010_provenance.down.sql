DROP TABLE golden_assets.golden_testset_provenance;
DROP FUNCTION golden_assets.places_fit_the_rows();
DROP FUNCTION golden_assets.places_fit(jsonb, jsonb);
