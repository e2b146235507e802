DROP TABLE golden_assets.golden_artifacts;
DROP FUNCTION golden_assets.refuse_change();
