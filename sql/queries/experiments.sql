-- name: begin_experiment
INSERT INTO golden_assets.golden_experiments (
    id, testset_version_id, testset_hash, experiment_key, task, task_fingerprint, evaluators, evaluator_fingerprints, repetitions,
    phoenix_experiment_id, dataset_id, dataset_version_id, url, created_by, run_id)
SELECT :experiment_id, v.id, :testset_hash, :key, :task, :task_fingerprint, :evaluators, :evaluator_fingerprints, :repetitions,
       :phoenix_experiment_id, :dataset_id, :dataset_version_id, :url, :created_by, :run_id
FROM golden_assets.golden_testset_versions AS v WHERE v.testset_name = :testset AND v.version = :version
ON CONFLICT (id) DO NOTHING;

-- name: complete_experiment
SELECT golden_assets.complete_experiment(:experiment_id, :run_count, :error_count, :unscored_count, :scores);

-- name: experiments
SELECT e.id::text AS experiment_id, v.testset_name, v.version, e.testset_hash, e.task, e.task_fingerprint, e.evaluators, e.evaluator_fingerprints,
       e.repetitions,
       e.phoenix_experiment_id, e.dataset_id, e.dataset_version_id, e.url, e.status, e.run_count, e.error_count, e.unscored_count,
       e.scores, e.created_by, e.run_id, e.started_at, e.finished_at
FROM golden_assets.golden_experiments AS e
JOIN golden_assets.golden_testset_versions AS v ON v.id = e.testset_version_id
WHERE v.testset_name = :testset
  AND (CAST(:version AS text) IS NULL OR v.version = :version)
  AND (CAST(:experiment_id AS uuid) IS NULL OR e.id = :experiment_id)
  AND (CAST(:key AS text) IS NULL OR e.experiment_key = :key)
ORDER BY e."sequence" DESC;
