-- How quality went: the latest judgement of each of the last ten versions.
SELECT v.testset_name, v.version, v.created_at, q.diversity_score, q.coverage_score, q.validation_status
FROM golden_assets.golden_testset_versions AS v
LEFT JOIN LATERAL (
    SELECT judged.diversity_score, judged.coverage_score, judged.validation_status
    FROM golden_assets.golden_testset_quality_metrics AS judged
    WHERE judged.testset_version_id = v.id ORDER BY judged.judgement_order DESC LIMIT 1
) AS q ON true
ORDER BY v.creation_order DESC
LIMIT 10;
