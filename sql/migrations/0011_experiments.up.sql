-- Experiments: a task run over a version. Runs and scores are in Phoenix; here is which experiments there are, and what came of them.

CREATE TABLE golden_assets.golden_experiments (
    id uuid PRIMARY KEY,
    "sequence" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    testset_version_id uuid NOT NULL,
    testset_hash text NOT NULL,
    experiment_key text NOT NULL CHECK (experiment_key ~ '^[0-9a-f]{64}$'),
    task text NOT NULL,
    task_fingerprint text NOT NULL,
    evaluators text[] NOT NULL CHECK (cardinality(evaluators) > 0),
    repetitions integer NOT NULL CHECK (repetitions >= 1),
    phoenix_experiment_id text NOT NULL,
    dataset_id text NOT NULL,
    dataset_version_id text NOT NULL,
    url text NOT NULL,
    status text NOT NULL DEFAULT 'started' CHECK (status IN ('started', 'completed')),
    run_count integer NOT NULL DEFAULT 0,
    error_count integer NOT NULL DEFAULT 0 CHECK (error_count BETWEEN 0 AND run_count),
    unscored_count integer NOT NULL DEFAULT 0 CHECK (unscored_count >= 0),
    scores jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(scores) = 'object'),
    created_by text,
    run_id text,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    CHECK ((status = 'completed') = (finished_at IS NOT NULL)),
    CHECK (status = 'started' OR run_count > 0),
    FOREIGN KEY (testset_version_id, testset_hash) REFERENCES golden_assets.golden_testset_versions (id, testset_hash)
);

COMMENT ON TABLE golden_assets.golden_experiments IS
    'One line per experiment. One that stays started was interrupted: the next with the same key goes on with it';
COMMENT ON COLUMN golden_assets.golden_experiments.experiment_key IS 'Hash of rows, task with its code, evaluators and repetitions';
COMMENT ON COLUMN golden_assets.golden_experiments.scores IS 'Mean over rows by name of the score; a failed call counts 0';

CREATE INDEX experiments_by_version ON golden_assets.golden_experiments (testset_version_id, "sequence" DESC);
CREATE INDEX experiments_by_key ON golden_assets.golden_experiments (experiment_key, "sequence" DESC);

CREATE FUNCTION golden_assets.keep_experiments() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status = 'started' AND NEW.status = 'completed'
       AND (NEW.id, NEW.testset_version_id, NEW.testset_hash, NEW.experiment_key, NEW.task, NEW.task_fingerprint, NEW.evaluators,
            NEW.repetitions, NEW.phoenix_experiment_id, NEW.dataset_id, NEW.dataset_version_id, NEW.url, NEW.started_at)
           = (OLD.id, OLD.testset_version_id, OLD.testset_hash, OLD.experiment_key, OLD.task, OLD.task_fingerprint, OLD.evaluators,
              OLD.repetitions, OLD.phoenix_experiment_id, OLD.dataset_id, OLD.dataset_version_id, OLD.url, OLD.started_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on an experiment that is % is refused', TG_OP, OLD.status
        USING ERRCODE = 'GA005', HINT = 'what was measured stays on record; run the experiment again';
END;
$$;

COMMENT ON FUNCTION golden_assets.keep_experiments() IS 'Trigger: an experiment is completed once, and nothing else about it changes';

CREATE TRIGGER experiments_stay BEFORE UPDATE OR DELETE ON golden_assets.golden_experiments
    FOR EACH ROW EXECUTE FUNCTION golden_assets.keep_experiments();
ALTER TABLE golden_assets.golden_experiments ENABLE ALWAYS TRIGGER experiments_stay;
CREATE TRIGGER experiments_are_not_emptied BEFORE TRUNCATE ON golden_assets.golden_experiments
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_experiments ENABLE ALWAYS TRIGGER experiments_are_not_emptied;

CREATE FUNCTION golden_assets.complete_experiment(experiment uuid, runs integer, errors integer, unscored integer, found jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
    UPDATE golden_experiments
    SET status = 'completed', finished_at = clock_timestamp(), run_count = runs, error_count = errors, unscored_count = unscored,
        scores = found
    WHERE id = experiment AND status = 'started';
$$;

COMMENT ON FUNCTION golden_assets.complete_experiment IS 'Records what came of an experiment; doing it again changes nothing';

REVOKE EXECUTE ON FUNCTION golden_assets.complete_experiment FROM PUBLIC;
