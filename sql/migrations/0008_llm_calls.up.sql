-- The ledger of model calls: reserved before they are sent, settled with what they cost, and never paid for twice.

CREATE TABLE golden_assets.golden_llm_calls (
    call_id uuid PRIMARY KEY,
    "sequence" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    call_key text NOT NULL CHECK (call_key ~ '^[0-9a-f]{64}$'),
    kind text NOT NULL CHECK (kind IN ('chat', 'embedding')),
    endpoint text NOT NULL,
    model text NOT NULL,
    purpose text NOT NULL,
    testset_name text NOT NULL,
    run_id text NOT NULL,
    status text NOT NULL DEFAULT 'reserved' CHECK (status IN ('reserved', 'answered', 'declined', 'failed', 'lost')),
    holder integer NOT NULL,
    reserved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    reserved_tokens bigint NOT NULL CHECK (reserved_tokens >= 0),
    reserved_usd double precision NOT NULL CHECK (reserved_usd >= 0),
    lost_usd double precision NOT NULL CHECK (lost_usd >= 0),
    finished_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    embedding_tokens bigint NOT NULL DEFAULT 0,
    cached_tokens bigint NOT NULL DEFAULT 0,
    reasoning_tokens bigint NOT NULL DEFAULT 0,
    cost_usd double precision NOT NULL DEFAULT 0 CHECK (cost_usd >= 0),
    estimated boolean NOT NULL DEFAULT false,
    latency_seconds double precision,
    answer text,
    problem text,
    remedy text,
    CHECK ((status = 'answered') = (answer IS NOT NULL)),
    CHECK ((status = 'reserved') = (finished_at IS NULL))
);

CREATE INDEX settled_calls ON golden_assets.golden_llm_calls (call_key, "sequence") WHERE status IN ('answered', 'declined');
CREATE INDEX reserved_calls ON golden_assets.golden_llm_calls (call_key) WHERE status = 'reserved';
CREATE INDEX calls_by_time ON golden_assets.golden_llm_calls (reserved_at);
CREATE INDEX calls_by_run ON golden_assets.golden_llm_calls (run_id);

COMMENT ON TABLE golden_assets.golden_llm_calls IS
    'One line per model call that was reserved. Answers are kept, prompts only as part of the key; an answered or declined call is replayed';
COMMENT ON COLUMN golden_assets.golden_llm_calls.holder IS
    'Advisory lock that the reserving process holds for as long as it lives; a reservation without it is lost';
COMMENT ON COLUMN golden_assets.golden_llm_calls.lost_usd IS 'What is charged when nobody lives to tell: the estimated price of the prompt';

CREATE TABLE golden_assets.golden_llm_spending (
    day date NOT NULL,
    run_id text NOT NULL,
    usd double precision NOT NULL,
    PRIMARY KEY (day, run_id)
);

CREATE INDEX spending_by_run ON golden_assets.golden_llm_spending (run_id);

COMMENT ON TABLE golden_assets.golden_llm_spending IS
    'What finished calls cost by day (UTC) and run, kept by a trigger, so that a budget check costs the same however long the ledger is';

CREATE TABLE golden_assets.golden_llm_alerts (
    period text NOT NULL,
    share double precision NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (period, share)
);

COMMENT ON TABLE golden_assets.golden_llm_alerts IS 'Which share of which limit was warned of already';

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

CREATE TRIGGER calls_stay BEFORE UPDATE OR DELETE ON golden_assets.golden_llm_calls
    FOR EACH ROW EXECUTE FUNCTION golden_assets.keep_calls();
ALTER TABLE golden_assets.golden_llm_calls ENABLE ALWAYS TRIGGER calls_stay;
CREATE TRIGGER calls_are_not_emptied BEFORE TRUNCATE ON golden_assets.golden_llm_calls
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_llm_calls ENABLE ALWAYS TRIGGER calls_are_not_emptied;

CREATE FUNCTION golden_assets.count_spending() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.cost_usd <> OLD.cost_usd THEN
        INSERT INTO golden_assets.golden_llm_spending AS s (day, run_id, usd)
        VALUES ((NEW.reserved_at AT TIME ZONE 'UTC')::date, NEW.run_id, NEW.cost_usd - OLD.cost_usd)
        ON CONFLICT (day, run_id) DO UPDATE SET usd = s.usd + EXCLUDED.usd;
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION golden_assets.count_spending() IS 'Trigger: adds what a finished call cost to its day and run';

CREATE TRIGGER spending_follows AFTER UPDATE ON golden_assets.golden_llm_calls
    FOR EACH ROW EXECUTE FUNCTION golden_assets.count_spending();
ALTER TABLE golden_assets.golden_llm_calls ENABLE ALWAYS TRIGGER spending_follows;

CREATE FUNCTION golden_assets.release_lost_calls() RETURNS void
LANGUAGE sql
BEGIN ATOMIC
    UPDATE golden_assets.golden_llm_calls
    SET status = 'lost', finished_at = clock_timestamp(), cost_usd = lost_usd, estimated = true, problem = 'its process ended'
    WHERE status = 'reserved' AND holder NOT IN (
        SELECT objid::bigint::integer FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 1735289188 AND objsubid = 2 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));
END;

COMMENT ON FUNCTION golden_assets.release_lost_calls() IS
    'Ends reservations whose process no longer holds its advisory lock (class 1735289188): killed, crashed, or cut off';

CREATE FUNCTION golden_assets.spent(run text, OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        (SELECT coalesce(sum(usd), 0) FROM golden_assets.golden_llm_spending WHERE run_id = run),
        coalesce(sum(usd) FILTER (WHERE day = (now() AT TIME ZONE 'UTC')::date), 0),
        coalesce(sum(usd), 0)
    FROM golden_assets.golden_llm_spending
    WHERE day >= date_trunc('month', now() AT TIME ZONE 'UTC')::date;
END;

COMMENT ON FUNCTION golden_assets.spent(text) IS 'US dollars that finished calls cost: in a run, today and this month (UTC)';

CREATE FUNCTION golden_assets.reserved(run text, OUT run_usd double precision, OUT all_usd double precision)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(sum(reserved_usd) FILTER (WHERE run_id = run), 0), coalesce(sum(reserved_usd), 0)
    FROM golden_assets.golden_llm_calls
    WHERE status = 'reserved';
END;

COMMENT ON FUNCTION golden_assets.reserved(text) IS 'US dollars that calls under way may cost at most: of a run, and of all';

CREATE FUNCTION golden_assets.reserve_call(
    id uuid, key text, call_kind text, host text, model_name text, stage text, testset text, run text, process integer,
    tokens bigint, usd double precision, usd_if_lost double precision,
    run_limit double precision, day_limit double precision, month_limit double precision,
    OUT outcome text, OUT kept_answer text, OUT kept_problem text, OUT kept_remedy text,
    OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
DECLARE
    under_way_run double precision;
    under_way_all double precision;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);  -- a reservation that a crashed server forgets costs nothing
    PERFORM pg_advisory_xact_lock(hashtextextended('golden_assets/calls', 0));
    SELECT * INTO run_usd, day_usd, month_usd FROM spent(run);
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
    -- one statement, one snapshot: a call that is settled between two would be in neither
    SELECT s.run_usd, s.day_usd, s.month_usd, r.run_usd, r.all_usd
    INTO run_usd, day_usd, month_usd, under_way_run, under_way_all
    FROM spent(run) AS s, reserved(run) AS r;
    outcome := CASE
        WHEN run_usd + usd > run_limit THEN 'over run'
        WHEN day_usd + usd > day_limit THEN 'over day'
        WHEN month_usd + usd > month_limit THEN 'over month'
        WHEN run_usd + under_way_run + usd > run_limit OR day_usd + under_way_all + usd > day_limit
             OR month_usd + under_way_all + usd > month_limit THEN 'wait'
        ELSE 'reserved' END;
    IF outcome = 'reserved' THEN
        INSERT INTO golden_llm_calls (call_id, call_key, kind, endpoint, model, purpose, testset_name, run_id, holder,
                                      reserved_tokens, reserved_usd, lost_usd)
        VALUES (id, key, call_kind, host, model_name, stage, testset, run, process, tokens, usd, usd_if_lost);
    END IF;
END;
$$;

COMMENT ON FUNCTION golden_assets.reserve_call IS
    'Reserves a call, or says why not: answered or declined (kept, to be replayed), wait (for what is under way), over run, day or month';

CREATE FUNCTION golden_assets.settle_call(
    id uuid, outcome text, text_answered text, what_failed text, what_to_do text, tries integer, prompt bigint, completion bigint,
    embedding bigint, cached bigint, reasoning bigint, usd double precision, is_estimated boolean, seconds double precision) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
    UPDATE golden_llm_calls
    SET status = outcome, finished_at = clock_timestamp(), attempts = tries, prompt_tokens = prompt, completion_tokens = completion,
        embedding_tokens = embedding, cached_tokens = cached, reasoning_tokens = reasoning, cost_usd = usd, estimated = is_estimated,
        latency_seconds = seconds, answer = text_answered, problem = what_failed, remedy = what_to_do
    WHERE call_id = id AND status IN ('reserved', 'lost');
$$;

COMMENT ON FUNCTION golden_assets.settle_call IS 'Finishes a reserved call; one that was taken for lost too. Doing it again changes nothing';

CREATE FUNCTION golden_assets.raise_alert(period text, share double precision) RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
    WITH raised AS (INSERT INTO golden_llm_alerts VALUES (period, share) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT FROM raised);
$$;

COMMENT ON FUNCTION golden_assets.raise_alert(text, double precision) IS 'Whether this share of this period is reached for the first time';

REVOKE EXECUTE ON FUNCTION golden_assets.reserve_call FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION golden_assets.settle_call FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION golden_assets.raise_alert FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION golden_assets.release_lost_calls FROM PUBLIC;
