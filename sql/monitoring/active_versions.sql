-- What is in use: the active version of each testset, with its latest judgement.
SELECT testset_name, version, activated_at, row_count, source_docs_count, generation_cost, validation_status, diversity_score, coverage_score
FROM golden_assets.current_golden_testset
ORDER BY testset_name;
