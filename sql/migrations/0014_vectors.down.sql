DROP FUNCTION golden_assets.keep_vectors;
DROP FUNCTION golden_assets.recall_vectors;
DROP TABLE golden_assets.golden_vectors;
