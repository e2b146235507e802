-- compatible-with: 0017
-- What a role may store, it must be able to read again: a judgement is a quality report or names who forced it, and no amount is NaN.
-- NOT VALID: rows of older releases stay as they are.

ALTER TABLE golden_assets.golden_testset_quality_metrics ADD CONSTRAINT judgement_is_a_report CHECK (CASE
    WHEN report_hash IS NULL THEN
        validation_status = 'warning'
        AND jsonb_path_exists(validation_details, '$ ? (@.forced_by.type() == "string" && @.reason.type() == "string" && @.force == true)')
    ELSE
        coalesce(validation_details ->> 'testset_hash' = testset_hash, false)
        AND jsonb_path_exists(validation_details, '$ ? (
            @.draft_hash.type() == "string" && @.corpus_hash.type() == "string" && @.embedder.type() == "string"
            && @.thresholds_fingerprint.type() == "string"
            && @.measures.type() == "object" && @.type_counts.type() == "object" && @.type_targets.type() == "object")')
        AND NOT jsonb_path_exists(validation_details, 'strict $ ? (
            exists (@.measures.* ? (@.type() != "number")) || exists (@.type_counts.* ? (@.type() != "number"))
            || exists (@.type_targets.* ? (@.type() != "number")))')
        AND jsonb_array_length(validation_details -> 'verdicts')
            = jsonb_array_length(jsonb_path_query_array(validation_details, 'strict $.verdicts[*] ? (
                @.name.type() == "string" && @.stage.type() == "string" && @.passed.type() == "boolean" && @.measured.type() == "number"
                && @.comparison.type() == "string" && @.threshold.type() == "number" && @.explanation.type() == "string"
                && @.thresholds_fingerprint.type() == "string" && @.remedy.type() == "string")'))
        AND (validation_status <> 'warning'
             OR NOT jsonb_path_exists(validation_details, '$.verdicts[*] ? (@.passed == false && !(@.is_hint == true))'))
    END) NOT VALID;

ALTER TABLE golden_assets.golden_testset_quality_metrics ADD CONSTRAINT scores_are_finite CHECK (
    diversity_score < 'Infinity' AND coverage_score < 'Infinity' AND distribution_chi_square < 'Infinity'
    AND distribution_p_value < 'Infinity') NOT VALID;
ALTER TABLE golden_assets.golden_testset_metadata ADD CONSTRAINT amounts_are_finite CHECK (
    generation_cost < 'Infinity' AND generation_duration_seconds < 'Infinity') NOT VALID;
ALTER TABLE golden_assets.golden_llm_calls ADD CONSTRAINT amounts_are_finite CHECK (
    reserved_usd < 'Infinity' AND lost_usd < 'Infinity' AND cost_usd < 'Infinity' AND latency_seconds < 'Infinity') NOT VALID;
ALTER TABLE golden_assets.golden_operations ADD CONSTRAINT seconds_are_finite CHECK (seconds < 'Infinity') NOT VALID;

-- Those alone who change a testset may hold up others who do.
REVOKE EXECUTE ON FUNCTION golden_assets.lock_testset(text) FROM PUBLIC;
