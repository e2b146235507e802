-- Which gates fail, the most frequent first.
SELECT verdict ->> 'name' AS gate, count(*) AS failures, max(q.validation_timestamp) AS last_failure
FROM golden_assets.golden_testset_quality_metrics AS q
CROSS JOIN LATERAL jsonb_array_elements(q.validation_details -> 'verdicts') AS verdict
WHERE verdict -> 'passed' = 'false' AND coalesce(verdict -> 'is_hint', 'false') = 'false'
GROUP BY gate
ORDER BY failures DESC, gate;
