DROP FUNCTION golden_assets.complete_experiment;
DROP TABLE golden_assets.golden_experiments;
DROP FUNCTION golden_assets.keep_experiments;
