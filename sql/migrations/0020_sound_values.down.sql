GRANT EXECUTE ON FUNCTION golden_assets.lock_testset(text) TO PUBLIC;

ALTER TABLE golden_assets.golden_operations DROP CONSTRAINT seconds_are_finite;
ALTER TABLE golden_assets.golden_llm_calls DROP CONSTRAINT amounts_are_finite;
ALTER TABLE golden_assets.golden_testset_metadata DROP CONSTRAINT amounts_are_finite;
ALTER TABLE golden_assets.golden_testset_quality_metrics DROP CONSTRAINT scores_are_finite;
ALTER TABLE golden_assets.golden_testset_quality_metrics DROP CONSTRAINT judgement_is_a_report;
