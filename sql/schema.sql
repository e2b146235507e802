-- What all migrations together give; a test compares the two. Written by `make schema`. Read it to see the schema whole; change it by a
-- migration.

SET check_function_bodies = false;

CREATE SCHEMA golden_assets;

CREATE FUNCTION golden_assets.activate_version(testset text, wanted text, coming_from text, performed_by text, operation_id uuid, details jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    target golden_testset_versions := locked_version(testset, wanted);
    former text;
BEGIN
    PERFORM require_status(target, coming_from);
    PERFORM require_intact(target);
    UPDATE golden_testset_versions SET status = 'archived' WHERE testset_name = testset AND status = 'active' RETURNING version INTO former;
    UPDATE golden_testset_versions SET status = 'active' WHERE id = target.id;
    PERFORM record_change(target, CASE coming_from WHEN 'archived' THEN 'rollback' ELSE 'promote' END, performed_by, operation_id,
                          details || jsonb_build_object('version', wanted, 'replaced', former));
END;
$$;

COMMENT ON FUNCTION golden_assets.activate_version(testset text, wanted text, coming_from text, performed_by text, operation_id uuid, details jsonb) IS 'Archives the active version and activates another, coming from validated (a promotion) or archived (a rollback), with its audit entry';

CREATE FUNCTION golden_assets.archive_version(testset text, wanted text, performed_by text, operation_id uuid, details jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    target golden_testset_versions := locked_version(testset, wanted);
BEGIN
    PERFORM require_status(target, 'active');
    UPDATE golden_testset_versions SET status = 'archived' WHERE id = target.id;
    PERFORM record_change(target, 'archive', performed_by, operation_id, details || jsonb_build_object('version', wanted));
END;
$$;

COMMENT ON FUNCTION golden_assets.archive_version(testset text, wanted text, performed_by text, operation_id uuid, details jsonb) IS 'Retires the active version; none is active afterwards';

CREATE FUNCTION golden_assets.canonical_json(value jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
BEGIN
    CASE jsonb_typeof(value)
        WHEN 'object' THEN
            RETURN '{' || coalesce((
                SELECT string_agg(to_json(e.key)::text || ':' || golden_assets.canonical_json(e.value), ','
                                  ORDER BY golden_assets.utf16_order(e.key) COLLATE "C")
                FROM jsonb_each(value) AS e), '') || '}';
        WHEN 'array' THEN
            RETURN '[' || coalesce((
                SELECT string_agg(golden_assets.canonical_json(e.value), ',' ORDER BY e.ordinality)
                FROM jsonb_array_elements(value) WITH ORDINALITY AS e), '') || ']';
        WHEN 'number' THEN
            RETURN golden_assets.canonical_number(value::numeric);
        ELSE
            RETURN value::text;
    END CASE;
END;
$$;

COMMENT ON FUNCTION golden_assets.canonical_json(value jsonb) IS 'RFC 8785 canonical JSON';

CREATE FUNCTION golden_assets.sha256_hex(content text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN encode(sha256(convert_to(content, 'UTF8'::name)), 'hex'::text);

COMMENT ON FUNCTION golden_assets.sha256_hex(content text) IS 'SHA-256 of the UTF-8 bytes, 64 hex digits';

CREATE TABLE golden_assets.golden_testset_audit_log (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_name text NOT NULL,
    sequence bigint NOT NULL,
    testset_version_id uuid,
    operation text NOT NULL,
    operation_id uuid NOT NULL,
    operation_timestamp timestamp with time zone NOT NULL,
    performed_by text,
    database_user text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    result text NOT NULL,
    error_message text,
    previous_hash text NOT NULL,
    entry_hash text NOT NULL,
    CONSTRAINT golden_testset_audit_log_result_check CHECK ((result = ANY (ARRAY['success'::text, 'failure'::text])))
);

COMMENT ON COLUMN golden_assets.golden_testset_audit_log.operation_id IS 'Chosen by the caller: whoever lost the connection during COMMIT finds out here whether the operation took place';

COMMENT ON COLUMN golden_assets.golden_testset_audit_log.entry_hash IS 'SHA-256 over this entry and the hash of the one before';

CREATE FUNCTION golden_assets.audit_entry_hash(entry golden_assets.golden_testset_audit_log) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN golden_assets.sha256_hex(golden_assets.canonical_json(jsonb_build_array((entry).previous_hash, (entry).testset_name, (entry).sequence, (entry).testset_version_id, (entry).operation, (entry).operation_id, to_char(((entry).operation_timestamp AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'::text), (entry).performed_by, (entry).database_user, (entry).details, (entry).result, (entry).error_message)));

COMMENT ON FUNCTION golden_assets.audit_entry_hash(entry golden_assets.golden_testset_audit_log) IS 'What entry_hash must be';

CREATE TABLE golden_assets.golden_budget_controls (
    control_order bigint NOT NULL,
    action text NOT NULL,
    period text,
    limit_usd double precision,
    until timestamp with time zone,
    reason text NOT NULL,
    performed_by text NOT NULL,
    performed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT golden_budget_controls_action_check CHECK ((action = ANY (ARRAY['pause'::text, 'resume'::text, 'raise'::text]))),
    CONSTRAINT golden_budget_controls_check CHECK (((action = 'raise'::text) = (period IS NOT NULL))),
    CONSTRAINT golden_budget_controls_check1 CHECK (((action = 'raise'::text) = (limit_usd IS NOT NULL))),
    CONSTRAINT golden_budget_controls_check2 CHECK (((action = 'raise'::text) = (until IS NOT NULL))),
    CONSTRAINT golden_budget_controls_limit_usd_check CHECK (((limit_usd >= (0)::double precision) AND (limit_usd < 'Infinity'::double precision))),
    CONSTRAINT golden_budget_controls_performed_by_check CHECK ((btrim(performed_by) <> ''::text)),
    CONSTRAINT golden_budget_controls_period_check CHECK ((period = ANY (ARRAY['run'::text, 'day'::text, 'month'::text, 'testset_day'::text, 'testset_month'::text]))),
    CONSTRAINT golden_budget_controls_reason_check CHECK ((btrim(reason) <> ''::text))
);

COMMENT ON TABLE golden_assets.golden_budget_controls IS 'What people did to the budget and why: pauses and resumes, of which the last one counts, and limits raised until a time';

CREATE FUNCTION golden_assets.budget_pause(OUT reason text, OUT performed_by text, OUT performed_at timestamp with time zone) RETURNS record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT last.reason,
     last.performed_by,
     last.performed_at
    FROM ( SELECT golden_budget_controls.control_order,
             golden_budget_controls.action,
             golden_budget_controls.period,
             golden_budget_controls.limit_usd,
             golden_budget_controls.until,
             golden_budget_controls.reason,
             golden_budget_controls.performed_by,
             golden_budget_controls.performed_at
            FROM golden_assets.golden_budget_controls
           WHERE (golden_budget_controls.action <> 'raise'::text)
           ORDER BY golden_budget_controls.control_order DESC
          LIMIT 1) last
   WHERE (last.action = 'pause'::text);
END;

COMMENT ON FUNCTION golden_assets.budget_pause(OUT reason text, OUT performed_by text, OUT performed_at timestamp with time zone) IS 'Why, by whom and since when nothing is spent; nulls when it is';

CREATE FUNCTION golden_assets.canonical_number(number numeric) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET extra_float_digits TO '1'
    AS $$
DECLARE
    shortest numeric := number::double precision::text::numeric;
    plain text := trim_scale(abs(number))::text;
    digits text := trim(BOTH '0' FROM replace(plain, '.', ''));
    exponent integer;
    sign text := CASE WHEN number < 0 THEN '-' ELSE '' END;
BEGIN
    IF length(trim(BOTH '0' FROM replace(trim_scale(abs(shortest))::text, '.', ''))) < length(digits) THEN
        RETURN golden_assets.canonical_number(shortest);
    END IF;
    IF number = 0 THEN
        RETURN '0';
    END IF;
    IF abs(number) >= 1e-6 AND abs(number) < 1e21 THEN
        RETURN sign || plain;
    END IF;
    exponent := CASE WHEN abs(number) >= 1 THEN length(split_part(plain, '.', 1)) - 1
                     ELSE length(ltrim(split_part(plain, '.', 2), '0')) - length(split_part(plain, '.', 2)) - 1 END;
    RETURN sign || left(digits, 1) || CASE WHEN length(digits) > 1 THEN '.' || substr(digits, 2) ELSE '' END
        || 'e' || CASE WHEN exponent > 0 THEN '+' ELSE '' END || exponent;
END;
$$;

COMMENT ON FUNCTION golden_assets.canonical_number(number numeric) IS 'A JSON number as RFC 8785 writes it';

CREATE FUNCTION golden_assets.chain_entry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    former golden_testset_audit_log;
BEGIN
    PERFORM lock_testset(NEW.testset_name);
    SELECT * INTO former FROM golden_testset_audit_log
    WHERE testset_name = NEW.testset_name ORDER BY sequence DESC LIMIT 1;
    NEW.sequence := coalesce(former.sequence, 0) + 1;
    NEW.previous_hash := coalesce(former.entry_hash, repeat('0', 64));
    NEW.operation_timestamp := clock_timestamp();
    NEW.database_user := session_user;
    NEW.entry_hash := audit_entry_hash(NEW);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.chain_entry() IS 'Trigger: number, time, database user and hashes of an entry are the database''s own';

CREATE FUNCTION golden_assets.check_transition() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    judgement text := latest_judgement(OLD.id);
BEGIN
    IF (OLD.status, NEW.status) NOT IN (('draft', 'validated'), ('draft', 'failed'), ('validated', 'active'), ('active', 'archived'),
                                        ('archived', 'active')) THEN
        RAISE EXCEPTION 'version % of % is % and cannot become %', OLD.version, OLD.testset_name, OLD.status, NEW.status
            USING ERRCODE = 'GA002', HINT = CASE OLD.status
                WHEN 'draft' THEN 'record its quality first'
                WHEN 'failed' THEN 'a failed version stays failed; mend the rows and create a new version'
                WHEN 'active' THEN 'it is in use already; promote another version to replace it'
                ELSE 'look at its status with list_versions' END;
    END IF;
    IF OLD.status IN ('draft', 'validated') AND judgement IS DISTINCT FROM 'warning'
       AND judgement IS DISTINCT FROM (CASE NEW.status WHEN 'failed' THEN 'failed' ELSE 'passed' END) THEN
        RAISE EXCEPTION 'the latest judgement of version % of % is %, so it cannot become %', OLD.version, OLD.testset_name,
                coalesce(judgement, 'missing'), NEW.status
            USING ERRCODE = 'GA003', HINT = 'judge it again, or force the promotion and say why';
    END IF;
    IF NEW.status = 'active' THEN
        NEW.activated_at := clock_timestamp();
        NEW.archived_at := NULL;
    ELSIF NEW.status = 'archived' THEN
        NEW.archived_at := clock_timestamp();
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.check_transition() IS 'Trigger: the state machine, with the gates on the way to active';

CREATE TABLE golden_assets.golden_alerts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    dedup_key text NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    testset_name text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    first_seen timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_seen timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    seen bigint DEFAULT 1 NOT NULL,
    alert_order bigint NOT NULL,
    CONSTRAINT golden_alerts_dedup_key_check CHECK ((btrim(dedup_key) <> ''::text)),
    CONSTRAINT golden_alerts_seen_check CHECK ((seen > 0)),
    CONSTRAINT golden_alerts_severity_check CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'error'::text])))
);

COMMENT ON TABLE golden_assets.golden_alerts IS 'What people are told of, once per dedup_key; seeing the same again only counts';

CREATE FUNCTION golden_assets.claim_alerts(to_sink text, hourly_limit integer, lease_seconds double precision) RETURNS SETOF golden_assets.golden_alerts
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    room integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('golden_assets/alerts/' || to_sink, 0));
    SELECT hourly_limit - count(*) INTO room FROM golden_alert_deliveries
    WHERE sink = to_sink AND coalesce(delivered_at, next_attempt_at) > clock_timestamp() - interval '1 hour' AND attempts > 0
          AND (delivered_at IS NOT NULL OR next_attempt_at > clock_timestamp());
    RETURN QUERY
    WITH due AS (
        SELECT a.id FROM golden_alerts AS a
        LEFT JOIN golden_alert_deliveries AS d ON d.alert_id = a.id AND d.sink = to_sink
        WHERE d.delivered_at IS NULL AND coalesce(d.next_attempt_at, '-infinity') <= clock_timestamp()
        ORDER BY a.alert_order LIMIT greatest(room, 0)
    ), claimed AS (
        INSERT INTO golden_alert_deliveries AS d (alert_id, sink, attempts, next_attempt_at)
        SELECT id, to_sink, 1, clock_timestamp() + make_interval(secs => lease_seconds) FROM due
        ON CONFLICT (alert_id, sink) DO UPDATE SET attempts = d.attempts + 1, next_attempt_at = EXCLUDED.next_attempt_at
        RETURNING d.alert_id
    )
    SELECT a.* FROM golden_alerts AS a JOIN claimed ON claimed.alert_id = a.id ORDER BY a.alert_order;
END;
$$;

COMMENT ON FUNCTION golden_assets.claim_alerts(to_sink text, hourly_limit integer, lease_seconds double precision) IS 'What is to be sent to a sink now, the oldest first, no more than the hourly limit leaves; claimed for lease_seconds, so that nobody else sends it';

CREATE FUNCTION golden_assets.complete_experiment(experiment uuid, runs integer, errors integer, unscored integer, found jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
    UPDATE golden_experiments
    SET status = 'completed', finished_at = clock_timestamp(), run_count = runs, error_count = errors, unscored_count = unscored,
        scores = found
    WHERE id = experiment AND status = 'started';
$$;

COMMENT ON FUNCTION golden_assets.complete_experiment(experiment uuid, runs integer, errors integer, unscored integer, found jsonb) IS 'Records what came of an experiment; doing it again changes nothing';

CREATE FUNCTION golden_assets.control_budget(what text, which text, usd double precision, end_at timestamp with time zone, why text, who text) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
    INSERT INTO golden_budget_controls (action, period, limit_usd, until, reason, performed_by)
    VALUES (what, which, usd, end_at, why, who) RETURNING control_order;
$$;

COMMENT ON FUNCTION golden_assets.control_budget(what text, which text, usd double precision, end_at timestamp with time zone, why text, who text) IS 'Pause or resume all spending, or raise a limit until a time; it cannot be taken back, only followed';

CREATE FUNCTION golden_assets.count_spending() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.cost_usd <> OLD.cost_usd THEN
        INSERT INTO golden_assets.golden_llm_spending AS s (day, run_id, testset_name, usd)
        VALUES ((NEW.reserved_at AT TIME ZONE 'UTC')::date, NEW.run_id, NEW.testset_name, NEW.cost_usd - OLD.cost_usd)
        ON CONFLICT (day, run_id, testset_name) DO UPDATE SET usd = s.usd + EXCLUDED.usd;
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.count_spending() IS 'Trigger: adds what a finished call cost to its day, run and testset';

CREATE TABLE golden_assets.golden_experiments (
    id uuid NOT NULL,
    sequence bigint NOT NULL,
    testset_version_id uuid NOT NULL,
    testset_hash text NOT NULL,
    experiment_key text NOT NULL,
    task text NOT NULL,
    task_fingerprint text NOT NULL,
    evaluators text[] NOT NULL,
    repetitions integer NOT NULL,
    phoenix_experiment_id text NOT NULL,
    dataset_id text NOT NULL,
    dataset_version_id text NOT NULL,
    url text NOT NULL,
    status text DEFAULT 'started'::text NOT NULL,
    run_count integer DEFAULT 0 NOT NULL,
    error_count integer DEFAULT 0 NOT NULL,
    unscored_count integer DEFAULT 0 NOT NULL,
    scores jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_by text,
    run_id text,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    evaluator_fingerprints text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT evaluators_have_fingerprints CHECK (((cardinality(evaluator_fingerprints) = 0) OR (cardinality(evaluator_fingerprints) = cardinality(evaluators)))),
    CONSTRAINT golden_experiments_check CHECK (((error_count >= 0) AND (error_count <= run_count))),
    CONSTRAINT golden_experiments_check1 CHECK (((status = 'completed'::text) = (finished_at IS NOT NULL))),
    CONSTRAINT golden_experiments_check2 CHECK (((status = 'started'::text) OR (run_count > 0))),
    CONSTRAINT golden_experiments_evaluators_check CHECK ((cardinality(evaluators) > 0)),
    CONSTRAINT golden_experiments_experiment_key_check CHECK ((experiment_key ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT golden_experiments_repetitions_check CHECK ((repetitions >= 1)),
    CONSTRAINT golden_experiments_scores_check CHECK ((jsonb_typeof(scores) = 'object'::text)),
    CONSTRAINT golden_experiments_status_check CHECK ((status = ANY (ARRAY['started'::text, 'completed'::text]))),
    CONSTRAINT golden_experiments_unscored_count_check CHECK ((unscored_count >= 0))
);

COMMENT ON TABLE golden_assets.golden_experiments IS 'One line per experiment. One that stays started was interrupted: the next with the same key goes on with it';

COMMENT ON COLUMN golden_assets.golden_experiments.experiment_key IS 'Hash of rows, task with its code, evaluators and repetitions';

COMMENT ON COLUMN golden_assets.golden_experiments.scores IS 'Mean over rows by name of the score; a failed call counts 0';

COMMENT ON COLUMN golden_assets.golden_experiments.evaluator_fingerprints IS 'One for each evaluator, in the same order; empty for experiments that are older than this column';

CREATE FUNCTION golden_assets.experiment_state(stored golden_assets.golden_experiments) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object('status', (stored).status, 'finished_at', (stored).finished_at, 'run_count', (stored).run_count, 'error_count', (stored).error_count, 'unscored_count', (stored).unscored_count, 'scores', (stored).scores);

COMMENT ON FUNCTION golden_assets.experiment_state(stored golden_assets.golden_experiments) IS 'The part of an experiment that may change';

CREATE FUNCTION golden_assets.fill_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    root text;
BEGIN
    INSERT INTO golden_testset_rows
    SELECT NEW.id, r."position", 'row-' || left(r.row_hash, 16), r.row_hash, r.question_hash, r.question_type, r.synthesizer_name,
           r.document_ids, r.document_hashes, r.chunk_hashes
    FROM testset_rows(NEW.testset_data) AS r;
    SELECT sha256_hex('["' || string_agg(row_hash, '","' ORDER BY "position") || '"]') INTO root
    FROM golden_testset_rows WHERE testset_version_id = NEW.id;
    IF root IS DISTINCT FROM NEW.testset_hash THEN
        RAISE EXCEPTION 'the rows of version % of % hash to %, not to the given %', NEW.version, NEW.testset_name, root, NEW.testset_hash
            USING ERRCODE = 'GA004', HINT = 'hash the rows as they are stored and try again';
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.fill_rows() IS 'Trigger: fills the row table from the JSON and holds the given testset hash against it';

CREATE FUNCTION golden_assets.finish_alert(alert uuid, to_sink text, failure text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
    UPDATE golden_alert_deliveries
    SET delivered_at = CASE WHEN failure IS NULL THEN clock_timestamp() END, error = failure,
        next_attempt_at = clock_timestamp() + make_interval(secs => least(3600, 30 * 2 ^ least(attempts - 1, 10)))
    WHERE alert_id = alert AND sink = to_sink AND delivered_at IS NULL;
$$;

COMMENT ON FUNCTION golden_assets.finish_alert(alert uuid, to_sink text, failure text) IS 'How a delivery went; a failed one is tried again after 30 s, twice that each time, at most an hour, and never given up';

CREATE FUNCTION golden_assets.keep_calls() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.status IN ('reserved', 'lost') AND NEW.status <> 'reserved'
       AND (NEW.call_id, NEW.call_key, NEW.model, NEW.run_id, NEW.reserved_at)
           = (OLD.call_id, OLD.call_key, OLD.model, OLD.run_id, OLD.reserved_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on a call that is % is refused', TG_OP, OLD.status
        USING ERRCODE = 'GA005', HINT = 'what was paid for stays on record';
END;
$$;

COMMENT ON FUNCTION golden_assets.keep_calls() IS 'Trigger: a call is finished once, and nothing else about it changes';

CREATE FUNCTION golden_assets.keep_experiments() RETURNS trigger
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

COMMENT ON FUNCTION golden_assets.keep_experiments() IS 'Trigger: an experiment is completed once, and nothing else about it changes';

CREATE FUNCTION golden_assets.keep_vectors(of_embedder text, hashes bytea[], vectors bytea[], most bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
    -- in the order of the key, so that two writers of the same texts never wait for each other crosswise
    INSERT INTO golden_vectors (embedder, text_sha256, vector)
    SELECT of_embedder, given.h, given.v FROM unnest(hashes, vectors) AS given (h, v) ORDER BY given.h
    ON CONFLICT DO NOTHING;
    DELETE FROM golden_vectors AS v
    USING (SELECT o.embedder, o.text_sha256 FROM golden_vectors AS o ORDER BY o.used_at
           LIMIT greatest(0, (SELECT count(*) FROM golden_vectors) - most) FOR UPDATE SKIP LOCKED) AS longest_unused
    WHERE v.embedder = longest_unused.embedder AND v.text_sha256 = longest_unused.text_sha256;
$$;

COMMENT ON FUNCTION golden_assets.keep_vectors(of_embedder text, hashes bytea[], vectors bytea[], most bigint) IS 'Keeps vectors, the first of a text staying, and drops the longest unused beyond the most';

CREATE TABLE golden_assets.golden_testset_quality_metrics (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    testset_hash text NOT NULL,
    report_hash text,
    validation_timestamp timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    validation_status text NOT NULL,
    diversity_score double precision,
    coverage_score double precision,
    distribution_chi_square double precision,
    distribution_p_value double precision,
    duplicate_count integer DEFAULT 0,
    validation_details jsonb NOT NULL,
    judgement_order bigint NOT NULL,
    CONSTRAINT golden_testset_quality_metrics_report_hash_check CHECK ((report_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT golden_testset_quality_metrics_validation_details_check CHECK ((jsonb_typeof((validation_details -> 'verdicts'::text)) = 'array'::text)),
    CONSTRAINT golden_testset_quality_metrics_validation_status_check CHECK ((validation_status = ANY (ARRAY['passed'::text, 'failed'::text, 'warning'::text]))),
    CONSTRAINT passed_means_every_gate_passed CHECK (((validation_status <> 'passed'::text) OR ((jsonb_array_length((validation_details -> 'verdicts'::text)) > 0) AND (jsonb_array_length((validation_details -> 'verdicts'::text)) = jsonb_array_length(jsonb_path_query_array(validation_details, '$."verdicts"[*]?(@."passed" == true)'::jsonpath))))))
);

COMMENT ON TABLE golden_assets.golden_testset_quality_metrics IS 'Judgements, the latest one counts; "warning" is a promotion forced past failed gates, with who and why in its details';

COMMENT ON COLUMN golden_assets.golden_testset_quality_metrics.validation_details IS 'The quality report with the verdict of every gate';

CREATE FUNCTION golden_assets.latest_judgement(version_id uuid) RETURNS text
    LANGUAGE sql STABLE STRICT
    BEGIN ATOMIC
 SELECT q.validation_status
    FROM golden_assets.golden_testset_quality_metrics q
   WHERE (q.testset_version_id = latest_judgement.version_id)
   ORDER BY q.judgement_order DESC
  LIMIT 1;
END;

COMMENT ON FUNCTION golden_assets.latest_judgement(version_id uuid) IS 'passed, failed, warning, or NULL for a version that nobody judged';

CREATE FUNCTION golden_assets.lock_testset(testset text) RETURNS void
    LANGUAGE sql
    RETURN pg_advisory_xact_lock(hashtextextended(('golden_assets/testset/'::text || testset), (0)::bigint));

COMMENT ON FUNCTION golden_assets.lock_testset(testset text) IS 'One writer per testset until the end of the transaction: numbers have no duplicates, the audit chain no forks';

CREATE TABLE golden_assets.golden_testset_versions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_name text DEFAULT 'golden'::text NOT NULL,
    version text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    activated_at timestamp with time zone,
    archived_at timestamp with time zone,
    testset_data jsonb NOT NULL,
    is_active boolean GENERATED ALWAYS AS ((status = 'active'::text)) STORED,
    created_by text,
    testset_hash text NOT NULL,
    corpus_hash text NOT NULL,
    run_id text,
    row_count integer NOT NULL,
    row_fields text[] NOT NULL,
    creation_order bigint NOT NULL,
    CONSTRAINT golden_testset_versions_row_count_check CHECK ((row_count > 0)),
    CONSTRAINT golden_testset_versions_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'validated'::text, 'failed'::text, 'active'::text, 'archived'::text]))),
    CONSTRAINT golden_testset_versions_testset_hash_check CHECK ((testset_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT golden_testset_versions_testset_name_check CHECK ((testset_name <> ''::text)),
    CONSTRAINT golden_testset_versions_version_check CHECK ((version ~ '^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$'::text))
);

COMMENT ON COLUMN golden_assets.golden_testset_versions.testset_data IS 'The complete testset: rows with contexts, request, personas, usage';

COMMENT ON COLUMN golden_assets.golden_testset_versions.testset_hash IS 'Root over the ordered row hashes; checked when stored';

COMMENT ON COLUMN golden_assets.golden_testset_versions.row_fields IS 'The structure of the rows: content fields in use, unknown ones as extra.<name>; a change of it is a MAJOR version';

CREATE FUNCTION golden_assets.locked_version(testset text, wanted text) RETURNS golden_assets.golden_testset_versions
    LANGUAGE plpgsql
    AS $$
DECLARE
    found_version golden_assets.golden_testset_versions;
BEGIN
    PERFORM golden_assets.lock_testset(testset);
    SELECT * INTO found_version FROM golden_assets.golden_testset_versions AS v WHERE v.testset_name = testset AND v.version = wanted;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no version % of %', wanted, testset
            USING ERRCODE = 'GA001', HINT = '`golden-assets list-versions` (list_versions() in Python) shows what is stored';
    END IF;
    RETURN found_version;
END;
$$;

COMMENT ON FUNCTION golden_assets.locked_version(testset text, wanted text) IS 'The version as it is once the testset is locked';

CREATE FUNCTION golden_assets.places_fit(contexts jsonb, places jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT COALESCE(bool_and(COALESCE((((pair.place ->> 'document_id'::text) IS NOT NULL) AND ((pair.place ->> 'document_hash'::text) IS NOT NULL) AND (((pair.place ->> 'start'::text))::bigint >= 0) AND ((((pair.place ->> 'end'::text))::bigint - ((pair.place ->> 'start'::text))::bigint) = char_length((pair.context ->> 'text'::text)))), false)), true) AS "coalesce"
    FROM ROWS FROM(jsonb_array_elements(places_fit.contexts), jsonb_array_elements(places_fit.places)) pair(context, place);
END;

COMMENT ON FUNCTION golden_assets.places_fit(contexts jsonb, places jsonb) IS 'Whether there is a place for each context of a row, and each as long as its text';

CREATE FUNCTION golden_assets.places_fit_the_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT min(pair.n) INTO wrong
    FROM golden_testset_versions AS v
    CROSS JOIN LATERAL ROWS FROM (jsonb_array_elements(v.testset_data -> 'rows'), jsonb_array_elements(NEW.places))
        WITH ORDINALITY AS pair (testset_row, places, n)
    WHERE v.id = NEW.testset_version_id
      AND (pair.testset_row IS NULL OR pair.places IS NULL OR NOT places_fit(pair.testset_row -> 'contexts', pair.places));
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the places do not fit row % of the version', wrong
            USING ERRCODE = 'GA004', HINT = 'give each context of each row one place, as long as its text';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.places_fit_the_rows() IS 'Trigger: a place for each context, as long as the context is';

CREATE FUNCTION golden_assets.prepare_version() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
BEGIN
    IF NEW.status <> 'draft' THEN
        RAISE EXCEPTION 'version % of % cannot be stored as %', NEW.version, NEW.testset_name, NEW.status
            USING ERRCODE = 'GA002', HINT = 'store it as draft, then record its quality';
    END IF;
    NEW.activated_at := NULL;
    NEW.archived_at := NULL;
    NEW.row_count := jsonb_array_length(NEW.testset_data -> 'rows');
    NEW.row_fields := ARRAY(
        SELECT DISTINCT field COLLATE "C"
        FROM jsonb_array_elements(NEW.testset_data -> 'rows') AS r
        CROSS JOIN LATERAL (
            SELECT unnest(ARRAY['question_type', 'reference', 'user_input'])
            UNION ALL SELECT 'reference_contexts' WHERE jsonb_array_length(r -> 'contexts') > 0
            UNION ALL SELECT 'extra.' || jsonb_object_keys(r -> 'extra')
        ) AS used (field)
        ORDER BY 1);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.prepare_version() IS 'Trigger: a version begins as a draft; row count and structure come from its rows';

CREATE FUNCTION golden_assets.raise_alert(period text, share double precision) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
    WITH raised AS (INSERT INTO golden_llm_alerts VALUES (period, share) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT FROM raised);
$$;

COMMENT ON FUNCTION golden_assets.raise_alert(period text, share double precision) IS 'Whether this share of this period is reached for the first time';

CREATE FUNCTION golden_assets.raised_limit(which text, configured double precision) RETURNS double precision
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (raised_limit.configured IS NOT NULL) THEN GREATEST(raised_limit.configured, max(golden_budget_controls.limit_usd))
             ELSE NULL::double precision
         END AS "case"
    FROM golden_assets.golden_budget_controls
   WHERE ((golden_budget_controls.action = 'raise'::text) AND (golden_budget_controls.period = raised_limit.which) AND (golden_budget_controls.until > now()));
END;

COMMENT ON FUNCTION golden_assets.raised_limit(which text, configured double precision) IS 'The limit in force: the configured one or, while one is, the highest it was raised to; null when none is configured';

CREATE FUNCTION golden_assets.recall_vectors(of_embedder text, hashes bytea[]) RETURNS TABLE(text_sha256 bytea, vector bytea)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
    UPDATE golden_vectors AS v SET used_at = clock_timestamp()
    FROM (SELECT o.text_sha256 FROM golden_vectors AS o
          WHERE o.embedder = of_embedder AND o.text_sha256 = ANY (hashes) AND o.used_at < now() - interval '1 day'
          FOR UPDATE SKIP LOCKED) AS old
    WHERE v.embedder = of_embedder AND v.text_sha256 = old.text_sha256;
    SELECT v.text_sha256, v.vector FROM golden_vectors AS v WHERE v.embedder = of_embedder AND v.text_sha256 = ANY (hashes);
$$;

COMMENT ON FUNCTION golden_assets.recall_vectors(of_embedder text, hashes bytea[]) IS 'The kept vectors of these texts, which count as used now';

CREATE FUNCTION golden_assets.record_alert(key text, alert_kind text, how_bad text, testset text, headline text, details text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
    INSERT INTO golden_alerts AS a (dedup_key, kind, severity, testset_name, title, body)
    VALUES (key, alert_kind, how_bad, testset, headline, details)
    ON CONFLICT (dedup_key) DO UPDATE SET seen = a.seen + 1, last_seen = clock_timestamp()
    RETURNING seen = 1;
$$;

COMMENT ON FUNCTION golden_assets.record_alert(key text, alert_kind text, how_bad text, testset text, headline text, details text) IS 'Whether it is new; what is there already is counted and keeps its text';

CREATE FUNCTION golden_assets.record_change(changed golden_assets.golden_testset_versions, operation text, performed_by text, operation_id uuid, details jsonb) RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
 INSERT INTO golden_assets.golden_testset_audit_log (testset_name, testset_version_id, operation, operation_id, performed_by, details, result)
   VALUES ((record_change.changed).testset_name, (record_change.changed).id, record_change.operation, record_change.operation_id, record_change.performed_by, record_change.details, 'success'::text);
END;

COMMENT ON FUNCTION golden_assets.record_change(changed golden_assets.golden_testset_versions, operation text, performed_by text, operation_id uuid, details jsonb) IS 'The audit entry of a change that is part of the same transaction';

CREATE FUNCTION golden_assets.record_hash(content jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN golden_assets.sha256_hex(((SELECT jsonb_object_agg(jsonb_each.key, jsonb_each.value) AS jsonb_object_agg FROM jsonb_each(record_hash.content) jsonb_each(key, value) WHERE (jsonb_each.value <> 'null'::jsonb)))::text);

COMMENT ON FUNCTION golden_assets.record_hash(content jsonb) IS 'SHA-256 of a record as JSON. Columns that are null do not count, so that a later release can add some';

CREATE FUNCTION golden_assets.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'GA005', HINT = 'what is stored stays as it is; store a new version instead';
END;
$$;

COMMENT ON FUNCTION golden_assets.refuse_change() IS 'Trigger: history is append-only';

CREATE TABLE golden_assets.golden_llm_calls (
    call_id uuid NOT NULL,
    sequence bigint NOT NULL,
    call_key text NOT NULL,
    kind text NOT NULL,
    endpoint text NOT NULL,
    model text NOT NULL,
    purpose text NOT NULL,
    testset_name text NOT NULL,
    run_id text NOT NULL,
    status text DEFAULT 'reserved'::text NOT NULL,
    holder integer NOT NULL,
    reserved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    reserved_tokens bigint NOT NULL,
    reserved_usd double precision NOT NULL,
    lost_usd double precision NOT NULL,
    finished_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    prompt_tokens bigint DEFAULT 0 NOT NULL,
    completion_tokens bigint DEFAULT 0 NOT NULL,
    embedding_tokens bigint DEFAULT 0 NOT NULL,
    cached_tokens bigint DEFAULT 0 NOT NULL,
    reasoning_tokens bigint DEFAULT 0 NOT NULL,
    cost_usd double precision DEFAULT 0 NOT NULL,
    estimated boolean DEFAULT false NOT NULL,
    latency_seconds double precision,
    answer text,
    problem text,
    remedy text,
    parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
    trace_id text,
    provider text GENERATED ALWAYS AS (split_part(endpoint, '/'::text, 1)) STORED NOT NULL,
    CONSTRAINT golden_llm_calls_call_key_check CHECK ((call_key ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT golden_llm_calls_check CHECK (((status = 'answered'::text) = (answer IS NOT NULL))),
    CONSTRAINT golden_llm_calls_check1 CHECK (((status = 'reserved'::text) = (finished_at IS NULL))),
    CONSTRAINT golden_llm_calls_cost_usd_check CHECK ((cost_usd >= (0)::double precision)),
    CONSTRAINT golden_llm_calls_kind_check CHECK ((kind = ANY (ARRAY['chat'::text, 'embedding'::text]))),
    CONSTRAINT golden_llm_calls_lost_usd_check CHECK ((lost_usd >= (0)::double precision)),
    CONSTRAINT golden_llm_calls_reserved_tokens_check CHECK ((reserved_tokens >= 0)),
    CONSTRAINT golden_llm_calls_reserved_usd_check CHECK ((reserved_usd >= (0)::double precision)),
    CONSTRAINT golden_llm_calls_status_check CHECK ((status = ANY (ARRAY['reserved'::text, 'answered'::text, 'declined'::text, 'failed'::text, 'lost'::text]))),
    CONSTRAINT golden_llm_calls_trace_id_check CHECK ((trace_id ~ '^[0-9a-f]{32}$'::text))
);

COMMENT ON TABLE golden_assets.golden_llm_calls IS 'One line per model call that was reserved. Answers are kept, prompts only as part of the key; an answered or declined call is replayed';

COMMENT ON COLUMN golden_assets.golden_llm_calls.holder IS 'Advisory lock that the reserving process holds for as long as it lives; a reservation without it is lost';

COMMENT ON COLUMN golden_assets.golden_llm_calls.lost_usd IS 'What is charged when nobody lives to tell: the estimated price of the prompt';

COMMENT ON COLUMN golden_assets.golden_llm_calls.parameters IS 'What was set for the call beside its messages: temperature, seed and the like';

COMMENT ON COLUMN golden_assets.golden_llm_calls.trace_id IS 'The OpenTelemetry trace in which the call was made; null without one';

COMMENT ON COLUMN golden_assets.golden_llm_calls.provider IS 'Host of the endpoint, with its port where there is one';

CREATE FUNCTION golden_assets.release_lost_calls() RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
 UPDATE golden_assets.golden_llm_calls SET status = 'lost'::text, finished_at = clock_timestamp(), cost_usd = golden_llm_calls.lost_usd, estimated = true, problem = 'its process ended'::text
   WHERE ((golden_llm_calls.status = 'reserved'::text) AND (NOT (golden_llm_calls.holder IN ( SELECT ((pg_locks.objid)::bigint)::integer AS objid
            FROM pg_locks
           WHERE ((pg_locks.locktype = 'advisory'::text) AND (pg_locks.classid = (1735289188)::oid) AND (pg_locks.objsubid = 2) AND pg_locks.granted AND (pg_locks.database = ( SELECT pg_database.oid
                    FROM pg_database
                   WHERE (pg_database.datname = current_database()))))))));
END;

COMMENT ON FUNCTION golden_assets.release_lost_calls() IS 'Ends reservations whose process no longer holds its advisory lock (class 1735289188): killed, crashed, or cut off';

CREATE FUNCTION golden_assets.require_intact(stored golden_assets.golden_testset_versions) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    intact boolean;
BEGIN
    SELECT coalesce(bool_and(t.row_hash IS NOT DISTINCT FROM r.row_hash), false)
           AND golden_assets.sha256_hex('["' || string_agg(t.row_hash, '","' ORDER BY t."position") || '"]') = stored.testset_hash
    INTO intact
    FROM golden_assets.testset_rows(stored.testset_data) AS t
    FULL JOIN (SELECT * FROM golden_assets.golden_testset_rows WHERE testset_version_id = stored.id) AS r USING ("position");
    IF NOT coalesce(intact, false) THEN
        RAISE EXCEPTION 'the rows of version % of % do not match the testset hash %', stored.version, stored.testset_name,
                stored.testset_hash
            USING ERRCODE = 'GA004', HINT = 'run verify to see which row was tampered with, and restore the database from a backup';
    END IF;
END;
$$;

COMMENT ON FUNCTION golden_assets.require_intact(stored golden_assets.golden_testset_versions) IS 'Hashes every row again and holds it against the row table and the testset hash';

CREATE FUNCTION golden_assets.require_status(stored golden_assets.golden_testset_versions, wanted text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF stored.status <> wanted THEN
        RAISE EXCEPTION 'version % of % is % where % is needed', stored.version, stored.testset_name, stored.status, wanted
            USING ERRCODE = 'GA002', HINT = CASE
                WHEN stored.status = 'active' THEN 'it is in use already, there is nothing to do'
                WHEN stored.status = 'archived' THEN 'return to it with rollback_version'
                WHEN stored.status = 'failed' THEN 'a failed version stays failed; mend the rows and create a new version'
                WHEN wanted = 'active' THEN 'only the active version can be archived'
                WHEN wanted = 'archived' THEN 'roll back only to a version that was active before'
                ELSE 'record its quality first' END;
    END IF;
END;
$$;

COMMENT ON FUNCTION golden_assets.require_status(stored golden_assets.golden_testset_versions, wanted text) IS 'Refuses any other status, with what to do';

CREATE FUNCTION golden_assets.reserve_call(id uuid, key text, call_kind text, host text, model_name text, asked_with jsonb, trace text, stage text, testset text, run text, process integer, tokens bigint, usd double precision, usd_if_lost double precision, run_limit double precision, day_limit double precision, month_limit double precision, testset_day_limit double precision, testset_month_limit double precision, OUT outcome text, OUT kept_answer text, OUT kept_problem text, OUT kept_remedy text, OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision, OUT testset_day_usd double precision, OUT testset_month_usd double precision) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    under_way_run double precision;
    under_way_testset double precision;
    under_way_all double precision;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);  -- a reservation that a crashed server forgets costs nothing
    PERFORM pg_advisory_xact_lock(hashtextextended('golden_assets/calls', 0));
    SELECT * INTO run_usd, day_usd, month_usd, testset_day_usd, testset_month_usd FROM spent(run, testset);
    SELECT c.status, c.answer, c.problem, c.remedy INTO outcome, kept_answer, kept_problem, kept_remedy
    FROM golden_llm_calls AS c WHERE c.call_key = key AND c.status IN ('answered', 'declined') ORDER BY c."sequence" LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM release_lost_calls();
    SELECT CASE WHEN c.call_id = id THEN 'reserved' ELSE 'wait' END INTO outcome
    FROM golden_llm_calls AS c WHERE c.call_key = key AND c.status = 'reserved' LIMIT 1;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT 'paused', p.reason, p.performed_by INTO outcome, kept_problem, kept_remedy FROM budget_pause() AS p WHERE p.reason IS NOT NULL;
    IF FOUND THEN
        RETURN;
    END IF;
    run_limit := raised_limit('run', run_limit);
    day_limit := raised_limit('day', day_limit);
    month_limit := raised_limit('month', month_limit);
    testset_day_limit := raised_limit('testset_day', testset_day_limit);
    testset_month_limit := raised_limit('testset_month', testset_month_limit);
    -- one statement, one snapshot: a call that is settled between two would be in neither
    SELECT s.run_usd, s.day_usd, s.month_usd, s.testset_day_usd, s.testset_month_usd, r.run_usd, r.testset_usd, r.all_usd
    INTO run_usd, day_usd, month_usd, testset_day_usd, testset_month_usd, under_way_run, under_way_testset, under_way_all
    FROM spent(run, testset) AS s, reserved(run, testset) AS r;
    outcome := CASE
        WHEN run_usd + usd > run_limit THEN 'over run'
        WHEN testset_day_usd + usd > testset_day_limit THEN 'over testset_day'
        WHEN day_usd + usd > day_limit THEN 'over day'
        WHEN testset_month_usd + usd > testset_month_limit THEN 'over testset_month'
        WHEN month_usd + usd > month_limit THEN 'over month'
        WHEN run_usd + under_way_run + usd > run_limit OR day_usd + under_way_all + usd > day_limit
             OR month_usd + under_way_all + usd > month_limit OR testset_day_usd + under_way_testset + usd > testset_day_limit
             OR testset_month_usd + under_way_testset + usd > testset_month_limit THEN 'wait'
        ELSE 'reserved' END;
    IF outcome = 'reserved' THEN
        INSERT INTO golden_llm_calls (call_id, call_key, kind, endpoint, model, parameters, trace_id, purpose, testset_name, run_id, holder,
                                      reserved_tokens, reserved_usd, lost_usd)
        VALUES (id, key, call_kind, host, model_name, asked_with, trace, stage, testset, run, process, tokens, usd, usd_if_lost);
    END IF;
END;
$$;

COMMENT ON FUNCTION golden_assets.reserve_call(id uuid, key text, call_kind text, host text, model_name text, asked_with jsonb, trace text, stage text, testset text, run text, process integer, tokens bigint, usd double precision, usd_if_lost double precision, run_limit double precision, day_limit double precision, month_limit double precision, testset_day_limit double precision, testset_month_limit double precision, OUT outcome text, OUT kept_answer text, OUT kept_problem text, OUT kept_remedy text, OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision, OUT testset_day_usd double precision, OUT testset_month_usd double precision) IS 'Reserves a call, or says why not: answered or declined (kept, to be replayed), wait (for what is under way), paused (reason and by whom in kept_problem and kept_remedy), over run, testset_day, day, testset_month or month';

CREATE FUNCTION golden_assets.reserved(run text, testset text, OUT run_usd double precision, OUT testset_usd double precision, OUT all_usd double precision) RETURNS record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT COALESCE(sum(golden_llm_calls.reserved_usd) FILTER (WHERE (golden_llm_calls.run_id = reserved.run)), (0)::double precision) AS "coalesce",
     COALESCE(sum(golden_llm_calls.reserved_usd) FILTER (WHERE (golden_llm_calls.testset_name = reserved.testset)), (0)::double precision) AS "coalesce",
     COALESCE(sum(golden_llm_calls.reserved_usd), (0)::double precision) AS "coalesce"
    FROM golden_assets.golden_llm_calls
   WHERE (golden_llm_calls.status = 'reserved'::text);
END;

COMMENT ON FUNCTION golden_assets.reserved(run text, testset text, OUT run_usd double precision, OUT testset_usd double precision, OUT all_usd double precision) IS 'US dollars that calls under way may cost at most: of a run, of a testset, of all';

CREATE FUNCTION golden_assets.review_is_of_a_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM golden_testset_rows AS r WHERE r.testset_version_id = NEW.testset_version_id AND r.row_id = NEW.row_id) THEN
        RAISE EXCEPTION 'the version has no row %', NEW.row_id
            USING ERRCODE = 'GA001', HINT = 'show the version to see the ids of its rows';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.review_is_of_a_row() IS 'Trigger: a decision is on a row that the version has';

CREATE FUNCTION golden_assets.row_hash(testset_row jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN golden_assets.sha256_hex((((((((((('{'::text || CASE WHEN (COALESCE((testset_row -> 'extra'::text), '{}'::jsonb) = '{}'::jsonb) THEN ''::text ELSE (('"extra":'::text || golden_assets.canonical_json((testset_row -> 'extra'::text))) || ','::text) END) || '"question_type":'::text) || ((testset_row -> 'question_type'::text))::text) || ',"reference":'::text) || ((testset_row -> 'reference'::text))::text) || ',"reference_contexts":['::text) || COALESCE((SELECT string_agg(((context.value -> 'text'::text))::text, ','::text ORDER BY context.ordinality) AS string_agg FROM jsonb_array_elements((row_hash.testset_row -> 'contexts'::text)) WITH ORDINALITY context(value, ordinality)), ''::text)) || '],"user_input":'::text) || ((testset_row -> 'user_input'::text))::text) || '}'::text));

COMMENT ON FUNCTION golden_assets.row_hash(testset_row jsonb) IS 'SHA-256 over the canonical JSON of the row''s content; provenance does not count';

CREATE FUNCTION golden_assets.seal(testset text, of_relation text, of_record text, content jsonb, in_transaction xid8) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    former golden_assets.golden_record_seals;
    made golden_assets.golden_record_seals;
BEGIN
    PERFORM golden_assets.lock_testset(testset);
    SELECT * INTO former FROM golden_assets.golden_record_seals AS s WHERE s.testset_name = testset ORDER BY s.sequence DESC LIMIT 1;
    made.testset_name := testset;
    made.sequence := coalesce(former.sequence, 0) + 1;
    made.relation := of_relation;
    made.record_id := of_record;
    made.record_hash := golden_assets.record_hash(content);
    made.transaction_id := in_transaction;
    made.sealed_at := clock_timestamp();
    made.previous_hash := coalesce(former.seal_hash, repeat('0', 64));
    made.seal_hash := golden_assets.seal_hash(made);
    INSERT INTO golden_assets.golden_record_seals SELECT made.*;
END;
$$;

COMMENT ON FUNCTION golden_assets.seal(testset text, of_relation text, of_record text, content jsonb, in_transaction xid8) IS 'Adds one seal to the chain of a testset';

CREATE FUNCTION golden_assets.seal_experiment_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
BEGIN
    PERFORM seal(testset_of(jsonb_build_object('testset_version_id', NEW.testset_version_id)), 'golden_experiments.state',
                 NEW."sequence"::text, experiment_state(NEW), pg_current_xact_id());
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.seal_experiment_state() IS 'Trigger: seals what came of an experiment';

CREATE TABLE golden_assets.golden_record_seals (
    testset_name text NOT NULL,
    sequence bigint NOT NULL,
    relation text NOT NULL,
    record_id text NOT NULL,
    record_hash text NOT NULL,
    transaction_id xid8,
    sealed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    previous_hash text NOT NULL,
    seal_hash text NOT NULL
);

COMMENT ON TABLE golden_assets.golden_record_seals IS 'The hash of every record as it was stored, chained per testset; the last seal_hash, kept outside of the database, vouches for all';

COMMENT ON COLUMN golden_assets.golden_record_seals.relation IS 'The table; with .state behind it, the part of a record that may change, of which the latest seal counts';

COMMENT ON COLUMN golden_assets.golden_record_seals.transaction_id IS 'The transaction that stored the record; null for records that are older than seals, taken as they were found';

CREATE FUNCTION golden_assets.seal_hash(seal golden_assets.golden_record_seals) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN golden_assets.sha256_hex(golden_assets.canonical_json(jsonb_build_array((seal).previous_hash, (seal).testset_name, (seal).sequence, (seal).relation, (seal).record_id, (seal).record_hash, ((seal).transaction_id)::text, to_char(((seal).sealed_at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'::text))));

COMMENT ON FUNCTION golden_assets.seal_hash(seal golden_assets.golden_record_seals) IS 'What seal_hash must be';

CREATE FUNCTION golden_assets.seal_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    content jsonb := to_jsonb(NEW);
BEGIN
    PERFORM seal(testset_of(content), TG_TABLE_NAME, content ->> TG_ARGV[0], content - TG_ARGV[1:], pg_current_xact_id());
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.seal_record() IS 'Trigger: seals what was stored. The first argument is the column that identifies it, the others are columns that may change';

CREATE FUNCTION golden_assets.seal_version_state() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
BEGIN
    PERFORM seal(NEW.testset_name, 'golden_testset_versions.state', NEW.version, version_state(NEW), pg_current_xact_id());
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.seal_version_state() IS 'Trigger: seals the status of a version, and since when it has it';

CREATE FUNCTION golden_assets.settle_call(id uuid, outcome text, text_answered text, what_failed text, what_to_do text, tries integer, prompt bigint, completion bigint, embedding bigint, cached bigint, reasoning bigint, usd double precision, is_estimated boolean, seconds double precision) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
    UPDATE golden_llm_calls
    SET status = outcome, finished_at = clock_timestamp(), attempts = tries, prompt_tokens = prompt, completion_tokens = completion,
        embedding_tokens = embedding, cached_tokens = cached, reasoning_tokens = reasoning, cost_usd = usd, estimated = is_estimated,
        latency_seconds = seconds, answer = text_answered, problem = what_failed, remedy = what_to_do
    WHERE call_id = id AND status IN ('reserved', 'lost');
$$;

COMMENT ON FUNCTION golden_assets.settle_call(id uuid, outcome text, text_answered text, what_failed text, what_to_do text, tries integer, prompt bigint, completion bigint, embedding bigint, cached bigint, reasoning bigint, usd double precision, is_estimated boolean, seconds double precision) IS 'Finishes a reserved call; one that was taken for lost too. Doing it again changes nothing';

CREATE FUNCTION golden_assets.settle_draft() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
BEGIN
    UPDATE golden_testset_versions
    SET status = CASE NEW.validation_status WHEN 'failed' THEN 'failed' ELSE 'validated' END
    WHERE id = NEW.testset_version_id AND status = 'draft';
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.settle_draft() IS 'Trigger: the first judgement makes a draft validated or failed';

CREATE TABLE golden_assets.golden_llm_spending (
    day date NOT NULL,
    run_id text NOT NULL,
    usd double precision NOT NULL,
    testset_name text NOT NULL
);

COMMENT ON TABLE golden_assets.golden_llm_spending IS 'What finished calls cost by day (UTC), run and testset, kept by a trigger, so that a budget check costs the same however long the ledger is';

CREATE FUNCTION golden_assets.spent(run text, testset text, OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision, OUT testset_day_usd double precision, OUT testset_month_usd double precision) RETURNS record
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT ( SELECT COALESCE(sum(golden_llm_spending_1.usd), (0)::double precision) AS "coalesce"
            FROM golden_assets.golden_llm_spending golden_llm_spending_1
           WHERE (golden_llm_spending_1.run_id = spent.run)) AS "coalesce",
     COALESCE(sum(golden_llm_spending.usd) FILTER (WHERE (golden_llm_spending.day = ((now() AT TIME ZONE 'UTC'::text))::date)), (0)::double precision) AS "coalesce",
     COALESCE(sum(golden_llm_spending.usd), (0)::double precision) AS "coalesce",
     COALESCE(sum(golden_llm_spending.usd) FILTER (WHERE ((golden_llm_spending.day = ((now() AT TIME ZONE 'UTC'::text))::date) AND (golden_llm_spending.testset_name = spent.testset))), (0)::double precision) AS "coalesce",
     COALESCE(sum(golden_llm_spending.usd) FILTER (WHERE (golden_llm_spending.testset_name = spent.testset)), (0)::double precision) AS "coalesce"
    FROM golden_assets.golden_llm_spending
   WHERE (golden_llm_spending.day >= (date_trunc('month'::text, (now() AT TIME ZONE 'UTC'::text)))::date);
END;

COMMENT ON FUNCTION golden_assets.spent(run text, testset text, OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision, OUT testset_day_usd double precision, OUT testset_month_usd double precision) IS 'US dollars that finished calls cost: in a run, today and this month (UTC), by all and by one testset';

CREATE FUNCTION golden_assets.testset_of(content jsonb) RETURNS text
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT COALESCE((content ->> 'testset_name'::text), ( SELECT v.testset_name
            FROM golden_assets.golden_testset_versions v
           WHERE (v.id = ((testset_of.content ->> 'testset_version_id'::text))::uuid)), ''::text) AS "coalesce";
END;

COMMENT ON FUNCTION golden_assets.testset_of(content jsonb) IS 'The testset that a record belongs to; empty for what all share';

CREATE FUNCTION golden_assets.testset_rows(testset jsonb) RETURNS TABLE("position" integer, row_hash text, question_hash text, question_type text, synthesizer_name text, document_ids text[], document_hashes text[], chunk_hashes text[])
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
 SELECT ((r.ordinality - 1))::integer AS int4,
     golden_assets.row_hash(r.value) AS row_hash,
     golden_assets.sha256_hex((r.value ->> 'user_input'::text)) AS sha256_hex,
     (r.value ->> 'question_type'::text),
     (r.value ->> 'synthesizer_name'::text),
     ARRAY( SELECT (c.value ->> 'document_id'::text)
            FROM jsonb_array_elements((r.value -> 'contexts'::text)) c(value)) AS "array",
     ARRAY( SELECT (c.value ->> 'document_hash'::text)
            FROM jsonb_array_elements((r.value -> 'contexts'::text)) c(value)) AS "array",
     ARRAY( SELECT (c.value ->> 'chunk_hash'::text)
            FROM jsonb_array_elements((r.value -> 'contexts'::text)) c(value)) AS "array"
    FROM jsonb_array_elements((testset_rows.testset -> 'rows'::text)) WITH ORDINALITY r(value, ordinality);
END;

COMMENT ON FUNCTION golden_assets.testset_rows(testset jsonb) IS 'The row table of a testset; array elements follow the order of its contexts';

CREATE FUNCTION golden_assets.utf16_order(key text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(convert_from(convert_to(key, 'UTF8'::name), 'LATIN1'::name), (chr(238) || chr(239)), (chr(245) || chr(246)));

COMMENT ON FUNCTION golden_assets.utf16_order(key text) IS 'Sorts under collation "C" like the UTF-16 code units of the key';

CREATE FUNCTION golden_assets.version_state(stored golden_assets.golden_testset_versions) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object('status', (stored).status, 'activated_at', (stored).activated_at, 'archived_at', (stored).archived_at);

COMMENT ON FUNCTION golden_assets.version_state(stored golden_assets.golden_testset_versions) IS 'The part of a version that may change';

CREATE FUNCTION golden_assets.waiver_is_of_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'golden_assets', 'pg_temp'
    AS $$
DECLARE
    missing text;
BEGIN
    SELECT named.row_id INTO missing FROM (VALUES (NEW.row_id), (NEW.other_row_id)) AS named (row_id)
    WHERE NOT EXISTS (SELECT FROM golden_testset_rows AS r WHERE r.testset_version_id = NEW.testset_version_id AND r.row_id = named.row_id)
    LIMIT 1;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'the version has no row %', missing
            USING ERRCODE = 'GA001', HINT = 'show the version to see the ids of its rows';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION golden_assets.waiver_is_of_rows() IS 'Trigger: a waiver is on two rows that the version has';

CREATE TABLE golden_assets.golden_testset_metadata (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    source_docs_hash text NOT NULL,
    source_docs_count integer NOT NULL,
    ragas_version text,
    langchain_version text,
    generation_params jsonb NOT NULL,
    personas jsonb,
    query_distribution jsonb,
    token_usage jsonb,
    generation_cost numeric(12,6),
    generation_duration_seconds numeric(12,3),
    user_metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT golden_testset_metadata_source_docs_count_check CHECK ((source_docs_count >= 0))
);

COMMENT ON COLUMN golden_assets.golden_testset_metadata.generation_cost IS 'US dollars';

COMMENT ON COLUMN golden_assets.golden_testset_metadata.user_metadata IS 'What the caller wanted to be kept with the version';

CREATE VIEW golden_assets.current_golden_testset AS
 SELECT v.id,
    v.testset_name,
    v.version,
    v.status,
    v.created_at,
    v.activated_at,
    v.archived_at,
    v.testset_data,
    v.is_active,
    v.created_by,
    v.testset_hash,
    v.corpus_hash,
    v.run_id,
    v.row_count,
    v.row_fields,
    v.creation_order,
    m.source_docs_hash,
    m.source_docs_count,
    m.generation_params,
    m.token_usage,
    m.generation_cost,
    q.validation_status,
    q.diversity_score,
    q.coverage_score
   FROM ((golden_assets.golden_testset_versions v
     LEFT JOIN golden_assets.golden_testset_metadata m ON ((m.testset_version_id = v.id)))
     LEFT JOIN LATERAL ( SELECT judged.id,
            judged.testset_version_id,
            judged.testset_hash,
            judged.report_hash,
            judged.validation_timestamp,
            judged.validation_status,
            judged.diversity_score,
            judged.coverage_score,
            judged.distribution_chi_square,
            judged.distribution_p_value,
            judged.duplicate_count,
            judged.validation_details,
            judged.judgement_order
           FROM golden_assets.golden_testset_quality_metrics judged
          WHERE (judged.testset_version_id = v.id)
          ORDER BY judged.judgement_order DESC
         LIMIT 1) q ON (true))
  WHERE v.is_active;

COMMENT ON VIEW golden_assets.current_golden_testset IS 'The active version of each testset with its latest judgement';

CREATE TABLE golden_assets.golden_alert_deliveries (
    alert_id uuid NOT NULL,
    sink text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    delivered_at timestamp with time zone,
    error text,
    CONSTRAINT golden_alert_deliveries_attempts_check CHECK ((attempts >= 0))
);

COMMENT ON TABLE golden_assets.golden_alert_deliveries IS 'Where an alert was sent: tries, the last error, and when it arrived';

ALTER TABLE golden_assets.golden_alerts ALTER COLUMN alert_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_alerts_alert_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_artifacts (
    kind text NOT NULL,
    content_hash text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT golden_artifacts_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT golden_artifacts_kind_check CHECK ((kind = ANY (ARRAY['document'::text, 'corpus'::text, 'testset'::text, 'report'::text])))
);

COMMENT ON TABLE golden_assets.golden_artifacts IS 'Content-addressed store. A corpus names its documents by hash: each document is stored once, however many corpora hold it';

ALTER TABLE golden_assets.golden_budget_controls ALTER COLUMN control_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_budget_controls_control_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_dataset_edits (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    row_id text NOT NULL,
    kind text NOT NULL,
    changed text[] DEFAULT '{}'::text[] NOT NULL,
    example jsonb,
    dataset_name text NOT NULL,
    dataset_version_id text NOT NULL,
    found_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    edit_order bigint NOT NULL,
    CONSTRAINT a_change_changes_something CHECK (((kind = 'changed'::text) = (cardinality(changed) > 0))),
    CONSTRAINT golden_dataset_edits_kind_check CHECK ((kind = ANY (ARRAY['changed'::text, 'added'::text, 'deleted'::text]))),
    CONSTRAINT what_was_deleted_is_gone CHECK (((kind = 'deleted'::text) = (example IS NULL)))
);

COMMENT ON TABLE golden_assets.golden_dataset_edits IS 'Examples that people changed, added or deleted in Phoenix, found before an upload; a decision on the row made later settles it';

COMMENT ON COLUMN golden_assets.golden_dataset_edits.testset_version_id IS 'The version that had been sent to the dataset';

COMMENT ON COLUMN golden_assets.golden_dataset_edits.dataset_version_id IS 'The Phoenix version that it was sent as, and that was edited since';

ALTER TABLE golden_assets.golden_dataset_edits ALTER COLUMN edit_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_dataset_edits_edit_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_drafts_by_request (
    request_key text NOT NULL,
    draft_hash text NOT NULL,
    kind text GENERATED ALWAYS AS ('testset'::text) STORED NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT golden_drafts_by_request_request_key_check CHECK ((request_key ~ '^[0-9a-f]{64}$'::text))
);

COMMENT ON TABLE golden_assets.golden_drafts_by_request IS 'The first full answer to a request stays its answer';

CREATE TABLE golden_assets.golden_duplicate_waivers (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    row_id text NOT NULL,
    other_row_id text NOT NULL,
    reason text NOT NULL,
    waived_by text NOT NULL,
    waived_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    waiver_order bigint NOT NULL,
    CONSTRAINT golden_duplicate_waivers_check CHECK ((row_id < other_row_id)),
    CONSTRAINT golden_duplicate_waivers_reason_check CHECK ((btrim(reason) <> ''::text)),
    CONSTRAINT golden_duplicate_waivers_waived_by_check CHECK ((btrim(waived_by) <> ''::text))
);

COMMENT ON TABLE golden_assets.golden_duplicate_waivers IS 'What people decided about two rows that look like one question; it holds in every version of the testset that has both';

ALTER TABLE golden_assets.golden_duplicate_waivers ALTER COLUMN waiver_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_duplicate_waivers_waiver_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE golden_assets.golden_experiments ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_experiments_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_llm_alerts (
    period text NOT NULL,
    share double precision NOT NULL,
    raised_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE golden_assets.golden_llm_alerts IS 'Which share of which limit was warned of already';

ALTER TABLE golden_assets.golden_llm_calls ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_llm_calls_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_operations (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    succeeded boolean NOT NULL,
    seconds double precision NOT NULL,
    error text,
    happened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT golden_operations_kind_check CHECK ((kind = ANY (ARRAY['command'::text, 'upload'::text, 'query'::text]))),
    CONSTRAINT golden_operations_seconds_check CHECK ((seconds >= (0)::double precision))
);

COMMENT ON TABLE golden_assets.golden_operations IS 'How our own commands, uploads and queries went; transactions are in the audit log';

CREATE TABLE golden_assets.golden_row_feedback (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    row_id text NOT NULL,
    verdict text NOT NULL,
    note text,
    given_by text NOT NULL,
    given_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    feedback_order bigint NOT NULL,
    CONSTRAINT golden_row_feedback_given_by_check CHECK ((btrim(given_by) <> ''::text)),
    CONSTRAINT golden_row_feedback_verdict_check CHECK ((verdict = ANY (ARRAY['good'::text, 'bad'::text])))
);

COMMENT ON TABLE golden_assets.golden_row_feedback IS 'What users say of rows in use; rows that somebody calls bad are reviewed first';

ALTER TABLE golden_assets.golden_row_feedback ALTER COLUMN feedback_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_row_feedback_feedback_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_row_reviews (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    row_id text NOT NULL,
    decision text NOT NULL,
    reason text,
    user_input text,
    reference text,
    reviewer text NOT NULL,
    decided_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    review_order bigint NOT NULL,
    CONSTRAINT a_rejection_has_a_reason CHECK (((decision <> 'reject'::text) OR (btrim(COALESCE(reason, ''::text)) <> ''::text))),
    CONSTRAINT an_edit_changes_something CHECK (((decision = 'edit'::text) = (num_nonnulls(user_input, reference) > 0))),
    CONSTRAINT golden_row_reviews_decision_check CHECK ((decision = ANY (ARRAY['approve'::text, 'edit'::text, 'reject'::text]))),
    CONSTRAINT golden_row_reviews_reviewer_check CHECK ((btrim(reviewer) <> ''::text))
);

COMMENT ON TABLE golden_assets.golden_row_reviews IS 'Decisions on rows; the latest one on a row counts. They take effect in a new version';

ALTER TABLE golden_assets.golden_row_reviews ALTER COLUMN review_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_row_reviews_review_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_testset_approvals (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    testset_hash text NOT NULL,
    approved_by text NOT NULL,
    note text,
    approved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    approval_order bigint NOT NULL,
    CONSTRAINT golden_testset_approvals_approved_by_check CHECK ((btrim(approved_by) <> ''::text))
);

COMMENT ON TABLE golden_assets.golden_testset_approvals IS 'Who approved which content, once';

ALTER TABLE golden_assets.golden_testset_approvals ALTER COLUMN approval_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_testset_approvals_approval_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_testset_provenance (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    corpus_hash text NOT NULL,
    places jsonb NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    provenance_order bigint NOT NULL
);

COMMENT ON TABLE golden_assets.golden_testset_provenance IS 'Where each context of a version stands in a later corpus; the newest line counts, testset_data keeps where it stood at first';

COMMENT ON COLUMN golden_assets.golden_testset_provenance.places IS 'An array per row, in order, of an object per context: document_id, document_hash, start, end. The text is the version''s and is not here';

ALTER TABLE golden_assets.golden_testset_provenance ALTER COLUMN provenance_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_testset_provenance_provenance_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_testset_publications (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    testset_hash text NOT NULL,
    dataset_id text NOT NULL,
    dataset_version_id text NOT NULL,
    dataset_name text NOT NULL,
    url text NOT NULL,
    example_count integer NOT NULL,
    published_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    publication_order bigint NOT NULL,
    CONSTRAINT golden_testset_publications_example_count_check CHECK ((example_count >= 0))
);

COMMENT ON TABLE golden_assets.golden_testset_publications IS 'Where a version lives in Phoenix; the latest line counts';

ALTER TABLE golden_assets.golden_testset_publications ALTER COLUMN publication_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_testset_publications_publication_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE golden_assets.golden_testset_quality_metrics ALTER COLUMN judgement_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_testset_quality_metrics_judgement_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_testset_rows (
    testset_version_id uuid NOT NULL,
    "position" integer NOT NULL,
    row_id text NOT NULL,
    row_hash text NOT NULL,
    question_hash text NOT NULL,
    question_type text NOT NULL,
    synthesizer_name text NOT NULL,
    document_ids text[] NOT NULL,
    document_hashes text[] NOT NULL,
    chunk_hashes text[] NOT NULL
);

COMMENT ON TABLE golden_assets.golden_testset_rows IS 'One line per testset row, filled from testset_data; position counts from 0';

ALTER TABLE golden_assets.golden_testset_versions ALTER COLUMN creation_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_testset_versions_creation_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE golden_assets.golden_vectors (
    embedder text NOT NULL,
    text_sha256 bytea NOT NULL,
    vector bytea NOT NULL,
    used_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT golden_vectors_embedder_check CHECK ((embedder <> ''::text)),
    CONSTRAINT golden_vectors_text_sha256_check CHECK ((octet_length(text_sha256) = 32)),
    CONSTRAINT golden_vectors_vector_check CHECK (((octet_length(vector) > 0) AND ((octet_length(vector) % 4) = 0)))
);

COMMENT ON TABLE golden_assets.golden_vectors IS 'Cache of embeddings, little-endian float32, by embedder and SHA-256 of the text; the longest unused go when it is full';

COMMENT ON COLUMN golden_assets.golden_vectors.used_at IS 'When it was last asked for, to the day, so that reading seldom writes';

CREATE TABLE golden_assets.golden_waiver_withdrawals (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    testset_version_id uuid NOT NULL,
    waiver_id uuid NOT NULL,
    reason text NOT NULL,
    withdrawn_by text NOT NULL,
    withdrawn_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    withdrawal_order bigint NOT NULL,
    CONSTRAINT golden_waiver_withdrawals_reason_check CHECK ((btrim(reason) <> ''::text)),
    CONSTRAINT golden_waiver_withdrawals_withdrawn_by_check CHECK ((btrim(withdrawn_by) <> ''::text))
);

COMMENT ON TABLE golden_assets.golden_waiver_withdrawals IS 'Which waivers no longer count, who said so and why';

ALTER TABLE golden_assets.golden_waiver_withdrawals ALTER COLUMN withdrawal_order ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME golden_assets.golden_waiver_withdrawals_withdrawal_order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE golden_assets.golden_llm_calls
    ADD CONSTRAINT amounts_are_finite CHECK (((reserved_usd < 'Infinity'::double precision) AND (lost_usd < 'Infinity'::double precision) AND (cost_usd < 'Infinity'::double precision) AND (latency_seconds < 'Infinity'::double precision))) NOT VALID;

ALTER TABLE golden_assets.golden_testset_metadata
    ADD CONSTRAINT amounts_are_finite CHECK (((generation_cost < 'Infinity'::numeric) AND (generation_duration_seconds < 'Infinity'::numeric))) NOT VALID;

ALTER TABLE ONLY golden_assets.golden_alert_deliveries
    ADD CONSTRAINT golden_alert_deliveries_pkey PRIMARY KEY (alert_id, sink);

ALTER TABLE ONLY golden_assets.golden_alerts
    ADD CONSTRAINT golden_alerts_dedup_key_key UNIQUE (dedup_key);

ALTER TABLE ONLY golden_assets.golden_alerts
    ADD CONSTRAINT golden_alerts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_artifacts
    ADD CONSTRAINT golden_artifacts_pkey PRIMARY KEY (kind, content_hash);

ALTER TABLE ONLY golden_assets.golden_budget_controls
    ADD CONSTRAINT golden_budget_controls_pkey PRIMARY KEY (control_order);

ALTER TABLE ONLY golden_assets.golden_dataset_edits
    ADD CONSTRAINT golden_dataset_edits_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_drafts_by_request
    ADD CONSTRAINT golden_drafts_by_request_pkey PRIMARY KEY (request_key);

ALTER TABLE ONLY golden_assets.golden_duplicate_waivers
    ADD CONSTRAINT golden_duplicate_waivers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_experiments
    ADD CONSTRAINT golden_experiments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_llm_alerts
    ADD CONSTRAINT golden_llm_alerts_pkey PRIMARY KEY (period, share);

ALTER TABLE ONLY golden_assets.golden_llm_calls
    ADD CONSTRAINT golden_llm_calls_pkey PRIMARY KEY (call_id);

ALTER TABLE ONLY golden_assets.golden_llm_spending
    ADD CONSTRAINT golden_llm_spending_pkey PRIMARY KEY (day, run_id, testset_name);

ALTER TABLE ONLY golden_assets.golden_operations
    ADD CONSTRAINT golden_operations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_record_seals
    ADD CONSTRAINT golden_record_seals_pkey PRIMARY KEY (testset_name, sequence);

ALTER TABLE ONLY golden_assets.golden_row_feedback
    ADD CONSTRAINT golden_row_feedback_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_row_reviews
    ADD CONSTRAINT golden_row_reviews_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_testset_approvals
    ADD CONSTRAINT golden_testset_approvals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_testset_audit_log
    ADD CONSTRAINT golden_testset_audit_log_operation_id_key UNIQUE (operation_id);

ALTER TABLE ONLY golden_assets.golden_testset_audit_log
    ADD CONSTRAINT golden_testset_audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_testset_audit_log
    ADD CONSTRAINT golden_testset_audit_log_testset_name_sequence_key UNIQUE (testset_name, sequence);

ALTER TABLE ONLY golden_assets.golden_testset_metadata
    ADD CONSTRAINT golden_testset_metadata_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_testset_metadata
    ADD CONSTRAINT golden_testset_metadata_testset_version_id_key UNIQUE (testset_version_id);

ALTER TABLE ONLY golden_assets.golden_testset_provenance
    ADD CONSTRAINT golden_testset_provenance_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_testset_publications
    ADD CONSTRAINT golden_testset_publications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_testset_quality_metrics
    ADD CONSTRAINT golden_testset_quality_metrics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_testset_rows
    ADD CONSTRAINT golden_testset_rows_pkey PRIMARY KEY (testset_version_id, "position");

ALTER TABLE ONLY golden_assets.golden_testset_versions
    ADD CONSTRAINT golden_testset_versions_id_testset_hash_key UNIQUE (id, testset_hash);

ALTER TABLE ONLY golden_assets.golden_testset_versions
    ADD CONSTRAINT golden_testset_versions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_testset_versions
    ADD CONSTRAINT golden_testset_versions_testset_name_version_key UNIQUE (testset_name, version);

ALTER TABLE ONLY golden_assets.golden_vectors
    ADD CONSTRAINT golden_vectors_pkey PRIMARY KEY (embedder, text_sha256);

ALTER TABLE ONLY golden_assets.golden_waiver_withdrawals
    ADD CONSTRAINT golden_waiver_withdrawals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY golden_assets.golden_waiver_withdrawals
    ADD CONSTRAINT golden_waiver_withdrawals_waiver_id_key UNIQUE (waiver_id);

ALTER TABLE golden_assets.golden_testset_quality_metrics
    ADD CONSTRAINT judgement_is_a_report CHECK (
CASE
    WHEN (report_hash IS NULL) THEN ((validation_status = 'warning'::text) AND jsonb_path_exists(validation_details, '$?((@."forced_by".type() == "string" && @."reason".type() == "string") && @."force" == true)'::jsonpath))
    ELSE (COALESCE(((validation_details ->> 'testset_hash'::text) = testset_hash), false) AND jsonb_path_exists(validation_details, '$?((((((@."draft_hash".type() == "string" && @."corpus_hash".type() == "string") && @."embedder".type() == "string") && @."thresholds_fingerprint".type() == "string") && @."measures".type() == "object") && @."type_counts".type() == "object") && @."type_targets".type() == "object")'::jsonpath) AND (NOT jsonb_path_exists(validation_details, 'strict $?((exists (@."measures".*?(@.type() != "number")) || exists (@."type_counts".*?(@.type() != "number"))) || exists (@."type_targets".*?(@.type() != "number")))'::jsonpath)) AND (jsonb_array_length((validation_details -> 'verdicts'::text)) = jsonb_array_length(jsonb_path_query_array(validation_details, 'strict $."verdicts"[*]?((((((((@."name".type() == "string" && @."stage".type() == "string") && @."passed".type() == "boolean") && @."measured".type() == "number") && @."comparison".type() == "string") && @."threshold".type() == "number") && @."explanation".type() == "string") && @."thresholds_fingerprint".type() == "string") && @."remedy".type() == "string")'::jsonpath))) AND ((validation_status <> 'warning'::text) OR (NOT jsonb_path_exists(validation_details, '$."verdicts"[*]?(@."passed" == false && !(@."is_hint" == true))'::jsonpath))))
END) NOT VALID;

ALTER TABLE golden_assets.golden_testset_quality_metrics
    ADD CONSTRAINT scores_are_finite CHECK (((diversity_score < 'Infinity'::double precision) AND (coverage_score < 'Infinity'::double precision) AND (distribution_chi_square < 'Infinity'::double precision) AND (distribution_p_value < 'Infinity'::double precision))) NOT VALID;

ALTER TABLE golden_assets.golden_operations
    ADD CONSTRAINT seconds_are_finite CHECK ((seconds < 'Infinity'::double precision)) NOT VALID;

CREATE INDEX calls_by_run ON golden_assets.golden_llm_calls USING btree (run_id);

CREATE INDEX calls_by_time ON golden_assets.golden_llm_calls USING btree (reserved_at);

CREATE INDEX deliveries_by_time ON golden_assets.golden_alert_deliveries USING btree (sink, delivered_at);

CREATE INDEX experiments_by_key ON golden_assets.golden_experiments USING btree (experiment_key, sequence DESC);

CREATE INDEX experiments_by_version ON golden_assets.golden_experiments USING btree (testset_version_id, sequence DESC);

CREATE INDEX golden_vectors_by_use ON golden_assets.golden_vectors USING btree (used_at);

CREATE INDEX idx_approvals_version ON golden_assets.golden_testset_approvals USING btree (testset_version_id, approval_order DESC);

CREATE INDEX idx_audit_log_timestamp ON golden_assets.golden_testset_audit_log USING btree (operation_timestamp DESC);

CREATE INDEX idx_dataset_edits ON golden_assets.golden_dataset_edits USING btree (testset_version_id, row_id, edit_order DESC);

CREATE INDEX idx_duplicate_waivers ON golden_assets.golden_duplicate_waivers USING btree (testset_version_id, row_id, other_row_id);

CREATE INDEX idx_provenance_version ON golden_assets.golden_testset_provenance USING btree (testset_version_id, provenance_order DESC);

CREATE INDEX idx_publications_version ON golden_assets.golden_testset_publications USING btree (testset_version_id, publication_order DESC);

CREATE INDEX idx_quality_metrics_status ON golden_assets.golden_testset_quality_metrics USING btree (validation_status);

CREATE INDEX idx_quality_metrics_version ON golden_assets.golden_testset_quality_metrics USING btree (testset_version_id, judgement_order DESC);

CREATE INDEX idx_row_feedback ON golden_assets.golden_row_feedback USING btree (testset_version_id, row_id, feedback_order DESC);

CREATE INDEX idx_row_reviews_version ON golden_assets.golden_row_reviews USING btree (testset_version_id, row_id, review_order DESC);

CREATE INDEX idx_testset_metadata_hash ON golden_assets.golden_testset_metadata USING btree (source_docs_hash);

CREATE INDEX idx_testset_rows_documents ON golden_assets.golden_testset_rows USING gin (document_ids);

CREATE INDEX idx_testset_rows_hash ON golden_assets.golden_testset_rows USING btree (row_hash);

CREATE INDEX idx_testset_version_active ON golden_assets.golden_testset_versions USING btree (is_active) WHERE is_active;

CREATE INDEX idx_testset_version_order ON golden_assets.golden_testset_versions USING btree (testset_name, creation_order DESC);

CREATE INDEX idx_testset_version_status ON golden_assets.golden_testset_versions USING btree (status);

CREATE UNIQUE INDEX one_active_version_per_testset ON golden_assets.golden_testset_versions USING btree (testset_name) WHERE (status = 'active'::text);

CREATE UNIQUE INDEX one_version_per_content ON golden_assets.golden_testset_versions USING btree (testset_name, testset_hash) WHERE (status <> 'failed'::text);

CREATE INDEX operations_by_time ON golden_assets.golden_operations USING btree (kind, happened_at);

CREATE INDEX reserved_calls ON golden_assets.golden_llm_calls USING btree (call_key) WHERE (status = 'reserved'::text);

CREATE INDEX settled_calls ON golden_assets.golden_llm_calls USING btree (call_key, sequence) WHERE (status = ANY (ARRAY['answered'::text, 'declined'::text]));

CREATE INDEX spending_by_run ON golden_assets.golden_llm_spending USING btree (run_id);

CREATE TRIGGER a_judgement_settles_the_draft AFTER INSERT ON golden_assets.golden_testset_quality_metrics FOR EACH ROW EXECUTE FUNCTION golden_assets.settle_draft();

ALTER TABLE golden_assets.golden_testset_quality_metrics ENABLE ALWAYS TRIGGER a_judgement_settles_the_draft;

CREATE TRIGGER a_version_begins_as_draft BEFORE INSERT ON golden_assets.golden_testset_versions FOR EACH ROW EXECUTE FUNCTION golden_assets.prepare_version();

ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER a_version_begins_as_draft;

CREATE TRIGGER answers_are_sealed AFTER INSERT ON golden_assets.golden_drafts_by_request FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('request_key');

ALTER TABLE golden_assets.golden_drafts_by_request ENABLE ALWAYS TRIGGER answers_are_sealed;

CREATE TRIGGER answers_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_drafts_by_request FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_drafts_by_request ENABLE ALWAYS TRIGGER answers_stay;

CREATE TRIGGER approvals_are_sealed AFTER INSERT ON golden_assets.golden_testset_approvals FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('approval_order');

ALTER TABLE golden_assets.golden_testset_approvals ENABLE ALWAYS TRIGGER approvals_are_sealed;

CREATE TRIGGER approvals_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_testset_approvals FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_approvals ENABLE ALWAYS TRIGGER approvals_stay;

CREATE TRIGGER calls_are_not_emptied BEFORE TRUNCATE ON golden_assets.golden_llm_calls FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_llm_calls ENABLE ALWAYS TRIGGER calls_are_not_emptied;

CREATE TRIGGER calls_stay BEFORE DELETE OR UPDATE ON golden_assets.golden_llm_calls FOR EACH ROW EXECUTE FUNCTION golden_assets.keep_calls();

ALTER TABLE golden_assets.golden_llm_calls ENABLE ALWAYS TRIGGER calls_stay;

CREATE TRIGGER content_stays BEFORE UPDATE OF id, testset_name, version, created_at, activated_at, archived_at, testset_data, created_by, testset_hash, corpus_hash, run_id, row_count, row_fields, creation_order ON golden_assets.golden_testset_versions FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER content_stays;

CREATE TRIGGER controls_are_sealed AFTER INSERT ON golden_assets.golden_budget_controls FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('control_order');

ALTER TABLE golden_assets.golden_budget_controls ENABLE ALWAYS TRIGGER controls_are_sealed;

CREATE TRIGGER controls_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_budget_controls FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_budget_controls ENABLE ALWAYS TRIGGER controls_stay;

CREATE TRIGGER dataset_edits_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_dataset_edits FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_dataset_edits ENABLE ALWAYS TRIGGER dataset_edits_stay;

CREATE TRIGGER edits_are_sealed AFTER INSERT ON golden_assets.golden_dataset_edits FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('edit_order');

ALTER TABLE golden_assets.golden_dataset_edits ENABLE ALWAYS TRIGGER edits_are_sealed;

CREATE TRIGGER entries_are_chained BEFORE INSERT ON golden_assets.golden_testset_audit_log FOR EACH ROW EXECUTE FUNCTION golden_assets.chain_entry();

ALTER TABLE golden_assets.golden_testset_audit_log ENABLE ALWAYS TRIGGER entries_are_chained;

CREATE TRIGGER entries_are_sealed AFTER INSERT ON golden_assets.golden_testset_audit_log FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('sequence');

ALTER TABLE golden_assets.golden_testset_audit_log ENABLE ALWAYS TRIGGER entries_are_sealed;

CREATE TRIGGER entries_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_testset_audit_log FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_audit_log ENABLE ALWAYS TRIGGER entries_stay;

CREATE TRIGGER experiments_are_not_emptied BEFORE TRUNCATE ON golden_assets.golden_experiments FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_experiments ENABLE ALWAYS TRIGGER experiments_are_not_emptied;

CREATE TRIGGER experiments_are_sealed AFTER INSERT ON golden_assets.golden_experiments FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('sequence', 'status', 'finished_at', 'run_count', 'error_count', 'unscored_count', 'scores');

ALTER TABLE golden_assets.golden_experiments ENABLE ALWAYS TRIGGER experiments_are_sealed;

CREATE TRIGGER experiments_stay BEFORE DELETE OR UPDATE ON golden_assets.golden_experiments FOR EACH ROW EXECUTE FUNCTION golden_assets.keep_experiments();

ALTER TABLE golden_assets.golden_experiments ENABLE ALWAYS TRIGGER experiments_stay;

CREATE TRIGGER feedback_is_on_rows BEFORE INSERT ON golden_assets.golden_row_feedback FOR EACH ROW EXECUTE FUNCTION golden_assets.review_is_of_a_row();

ALTER TABLE golden_assets.golden_row_feedback ENABLE ALWAYS TRIGGER feedback_is_on_rows;

CREATE TRIGGER feedback_is_sealed AFTER INSERT ON golden_assets.golden_row_feedback FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('feedback_order');

ALTER TABLE golden_assets.golden_row_feedback ENABLE ALWAYS TRIGGER feedback_is_sealed;

CREATE TRIGGER feedback_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_row_feedback FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_row_feedback ENABLE ALWAYS TRIGGER feedback_stays;

CREATE TRIGGER golden_artifacts_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_artifacts FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_artifacts ENABLE ALWAYS TRIGGER golden_artifacts_append_only;

CREATE TRIGGER judgements_are_sealed AFTER INSERT ON golden_assets.golden_testset_quality_metrics FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('judgement_order');

ALTER TABLE golden_assets.golden_testset_quality_metrics ENABLE ALWAYS TRIGGER judgements_are_sealed;

CREATE TRIGGER judgements_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_testset_quality_metrics FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_quality_metrics ENABLE ALWAYS TRIGGER judgements_stay;

CREATE TRIGGER lifecycle_is_a_state_machine BEFORE UPDATE OF status ON golden_assets.golden_testset_versions FOR EACH ROW EXECUTE FUNCTION golden_assets.check_transition();

ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER lifecycle_is_a_state_machine;

CREATE TRIGGER metadata_is_sealed AFTER INSERT ON golden_assets.golden_testset_metadata FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('testset_version_id');

ALTER TABLE golden_assets.golden_testset_metadata ENABLE ALWAYS TRIGGER metadata_is_sealed;

CREATE TRIGGER metadata_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_testset_metadata FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_metadata ENABLE ALWAYS TRIGGER metadata_stays;

CREATE TRIGGER operations_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_operations FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_operations ENABLE ALWAYS TRIGGER operations_stay;

CREATE TRIGGER places_fit_the_rows BEFORE INSERT ON golden_assets.golden_testset_provenance FOR EACH ROW EXECUTE FUNCTION golden_assets.places_fit_the_rows();

ALTER TABLE golden_assets.golden_testset_provenance ENABLE ALWAYS TRIGGER places_fit_the_rows;

CREATE TRIGGER provenance_is_sealed AFTER INSERT ON golden_assets.golden_testset_provenance FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('provenance_order');

ALTER TABLE golden_assets.golden_testset_provenance ENABLE ALWAYS TRIGGER provenance_is_sealed;

CREATE TRIGGER provenance_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_testset_provenance FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_provenance ENABLE ALWAYS TRIGGER provenance_stays;

CREATE TRIGGER publications_are_sealed AFTER INSERT ON golden_assets.golden_testset_publications FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('publication_order');

ALTER TABLE golden_assets.golden_testset_publications ENABLE ALWAYS TRIGGER publications_are_sealed;

CREATE TRIGGER publications_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_testset_publications FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_publications ENABLE ALWAYS TRIGGER publications_stay;

CREATE TRIGGER results_are_sealed AFTER UPDATE ON golden_assets.golden_experiments FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_experiment_state();

ALTER TABLE golden_assets.golden_experiments ENABLE ALWAYS TRIGGER results_are_sealed;

CREATE TRIGGER reviews_are_of_rows BEFORE INSERT ON golden_assets.golden_row_reviews FOR EACH ROW EXECUTE FUNCTION golden_assets.review_is_of_a_row();

ALTER TABLE golden_assets.golden_row_reviews ENABLE ALWAYS TRIGGER reviews_are_of_rows;

CREATE TRIGGER reviews_are_sealed AFTER INSERT ON golden_assets.golden_row_reviews FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('review_order');

ALTER TABLE golden_assets.golden_row_reviews ENABLE ALWAYS TRIGGER reviews_are_sealed;

CREATE TRIGGER reviews_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_row_reviews FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_row_reviews ENABLE ALWAYS TRIGGER reviews_stay;

CREATE TRIGGER rows_follow_the_json AFTER INSERT ON golden_assets.golden_testset_versions FOR EACH ROW EXECUTE FUNCTION golden_assets.fill_rows();

ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER rows_follow_the_json;

CREATE TRIGGER rows_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_testset_rows FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_rows ENABLE ALWAYS TRIGGER rows_stay;

CREATE TRIGGER seals_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_record_seals FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_record_seals ENABLE ALWAYS TRIGGER seals_stay;

CREATE TRIGGER spending_follows AFTER UPDATE ON golden_assets.golden_llm_calls FOR EACH ROW EXECUTE FUNCTION golden_assets.count_spending();

ALTER TABLE golden_assets.golden_llm_calls ENABLE ALWAYS TRIGGER spending_follows;

CREATE TRIGGER states_are_sealed AFTER UPDATE OF status ON golden_assets.golden_testset_versions FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_version_state();

ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER states_are_sealed;

CREATE TRIGGER versions_are_sealed AFTER INSERT ON golden_assets.golden_testset_versions FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('version', 'status', 'is_active', 'activated_at', 'archived_at');

ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER versions_are_sealed;

CREATE TRIGGER versions_stay BEFORE DELETE OR TRUNCATE ON golden_assets.golden_testset_versions FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER versions_stay;

CREATE TRIGGER waivers_are_on_rows BEFORE INSERT ON golden_assets.golden_duplicate_waivers FOR EACH ROW EXECUTE FUNCTION golden_assets.waiver_is_of_rows();

ALTER TABLE golden_assets.golden_duplicate_waivers ENABLE ALWAYS TRIGGER waivers_are_on_rows;

CREATE TRIGGER waivers_are_sealed AFTER INSERT ON golden_assets.golden_duplicate_waivers FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('waiver_order');

ALTER TABLE golden_assets.golden_duplicate_waivers ENABLE ALWAYS TRIGGER waivers_are_sealed;

CREATE TRIGGER waivers_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_duplicate_waivers FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_duplicate_waivers ENABLE ALWAYS TRIGGER waivers_stay;

CREATE TRIGGER withdrawals_are_sealed AFTER INSERT ON golden_assets.golden_waiver_withdrawals FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('withdrawal_order');

ALTER TABLE golden_assets.golden_waiver_withdrawals ENABLE ALWAYS TRIGGER withdrawals_are_sealed;

CREATE TRIGGER withdrawals_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON golden_assets.golden_waiver_withdrawals FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();

ALTER TABLE golden_assets.golden_waiver_withdrawals ENABLE ALWAYS TRIGGER withdrawals_stay;

ALTER TABLE ONLY golden_assets.golden_alert_deliveries
    ADD CONSTRAINT golden_alert_deliveries_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES golden_assets.golden_alerts(id);

ALTER TABLE ONLY golden_assets.golden_dataset_edits
    ADD CONSTRAINT golden_dataset_edits_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_drafts_by_request
    ADD CONSTRAINT golden_drafts_by_request_kind_draft_hash_fkey FOREIGN KEY (kind, draft_hash) REFERENCES golden_assets.golden_artifacts(kind, content_hash);

ALTER TABLE ONLY golden_assets.golden_duplicate_waivers
    ADD CONSTRAINT golden_duplicate_waivers_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_experiments
    ADD CONSTRAINT golden_experiments_testset_version_id_testset_hash_fkey FOREIGN KEY (testset_version_id, testset_hash) REFERENCES golden_assets.golden_testset_versions(id, testset_hash);

ALTER TABLE ONLY golden_assets.golden_row_feedback
    ADD CONSTRAINT golden_row_feedback_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_row_reviews
    ADD CONSTRAINT golden_row_reviews_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_testset_approvals
    ADD CONSTRAINT golden_testset_approvals_testset_version_id_testset_hash_fkey FOREIGN KEY (testset_version_id, testset_hash) REFERENCES golden_assets.golden_testset_versions(id, testset_hash);

ALTER TABLE ONLY golden_assets.golden_testset_audit_log
    ADD CONSTRAINT golden_testset_audit_log_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_testset_metadata
    ADD CONSTRAINT golden_testset_metadata_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_testset_provenance
    ADD CONSTRAINT golden_testset_provenance_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_testset_publications
    ADD CONSTRAINT golden_testset_publications_testset_version_id_testset_has_fkey FOREIGN KEY (testset_version_id, testset_hash) REFERENCES golden_assets.golden_testset_versions(id, testset_hash);

ALTER TABLE ONLY golden_assets.golden_testset_quality_metrics
    ADD CONSTRAINT golden_testset_quality_metric_testset_version_id_testset_h_fkey FOREIGN KEY (testset_version_id, testset_hash) REFERENCES golden_assets.golden_testset_versions(id, testset_hash);

ALTER TABLE ONLY golden_assets.golden_testset_rows
    ADD CONSTRAINT golden_testset_rows_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_waiver_withdrawals
    ADD CONSTRAINT golden_waiver_withdrawals_testset_version_id_fkey FOREIGN KEY (testset_version_id) REFERENCES golden_assets.golden_testset_versions(id);

ALTER TABLE ONLY golden_assets.golden_waiver_withdrawals
    ADD CONSTRAINT golden_waiver_withdrawals_waiver_id_fkey FOREIGN KEY (waiver_id) REFERENCES golden_assets.golden_duplicate_waivers(id);

REVOKE ALL ON FUNCTION golden_assets.activate_version(testset text, wanted text, coming_from text, performed_by text, operation_id uuid, details jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.archive_version(testset text, wanted text, performed_by text, operation_id uuid, details jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.claim_alerts(to_sink text, hourly_limit integer, lease_seconds double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.complete_experiment(experiment uuid, runs integer, errors integer, unscored integer, found jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.control_budget(what text, which text, usd double precision, end_at timestamp with time zone, why text, who text) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.finish_alert(alert uuid, to_sink text, failure text) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.keep_vectors(of_embedder text, hashes bytea[], vectors bytea[], most bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.lock_testset(testset text) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.raise_alert(period text, share double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.recall_vectors(of_embedder text, hashes bytea[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.record_alert(key text, alert_kind text, how_bad text, testset text, headline text, details text) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.release_lost_calls() FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.reserve_call(id uuid, key text, call_kind text, host text, model_name text, asked_with jsonb, trace text, stage text, testset text, run text, process integer, tokens bigint, usd double precision, usd_if_lost double precision, run_limit double precision, day_limit double precision, month_limit double precision, testset_day_limit double precision, testset_month_limit double precision, OUT outcome text, OUT kept_answer text, OUT kept_problem text, OUT kept_remedy text, OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision, OUT testset_day_usd double precision, OUT testset_month_usd double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION golden_assets.settle_call(id uuid, outcome text, text_answered text, what_failed text, what_to_do text, tries integer, prompt bigint, completion bigint, embedding bigint, cached bigint, reasoning bigint, usd double precision, is_estimated boolean, seconds double precision) FROM PUBLIC;
