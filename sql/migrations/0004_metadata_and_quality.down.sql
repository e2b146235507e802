DROP TABLE golden_assets.golden_testset_publications;
DROP FUNCTION golden_assets.latest_judgement(uuid);
DROP TABLE golden_assets.golden_testset_quality_metrics;
DROP TABLE golden_assets.golden_testset_metadata;
