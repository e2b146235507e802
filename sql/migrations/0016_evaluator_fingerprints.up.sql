-- Which judge or which code computed each score, so that scores of different ones are not held against each other unawares.

ALTER TABLE golden_assets.golden_experiments ADD COLUMN evaluator_fingerprints text[] NOT NULL DEFAULT '{}'
    CONSTRAINT evaluators_have_fingerprints CHECK (cardinality(evaluator_fingerprints) IN (0, cardinality(evaluators)));

COMMENT ON COLUMN golden_assets.golden_experiments.evaluator_fingerprints IS
    'One for each evaluator, in the same order; empty for experiments that are older than this column';

CREATE OR REPLACE FUNCTION golden_assets.keep_experiments() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = 'started' AND NEW.status = 'completed'
       AND (NEW.id, NEW.testset_version_id, NEW.testset_hash, NEW.experiment_key, NEW.task, NEW.task_fingerprint, NEW.evaluators,
            NEW.evaluator_fingerprints, NEW.repetitions, NEW.phoenix_experiment_id, NEW.dataset_id, NEW.dataset_version_id, NEW.url,
            NEW.started_at)
           = (OLD.id, OLD.testset_version_id, OLD.testset_hash, OLD.experiment_key, OLD.task, OLD.task_fingerprint, OLD.evaluators,
              OLD.evaluator_fingerprints, OLD.repetitions, OLD.phoenix_experiment_id, OLD.dataset_id, OLD.dataset_version_id, OLD.url,
              OLD.started_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on an experiment that is % is refused', TG_OP, OLD.status
        USING ERRCODE = 'GA005', HINT = 'what was measured stays on record; run the experiment again';
END;
$$;
