-- Limits of one testset beside those of all, pauses and raises of the budget, and what a call was asked with and traced by.

ALTER TABLE golden_assets.golden_llm_calls
    ADD COLUMN parameters jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN trace_id text CHECK (trace_id ~ '^[0-9a-f]{32}$');

COMMENT ON COLUMN golden_assets.golden_llm_calls.parameters IS 'What was set for the call beside its messages: temperature, seed and the like';
COMMENT ON COLUMN golden_assets.golden_llm_calls.trace_id IS 'The OpenTelemetry trace in which the call was made; null without one';

ALTER TABLE golden_assets.golden_llm_spending ADD COLUMN testset_name text;
UPDATE golden_assets.golden_llm_spending AS s
SET testset_name = (SELECT c.testset_name FROM golden_assets.golden_llm_calls AS c WHERE c.run_id = s.run_id ORDER BY c."sequence" LIMIT 1);
ALTER TABLE golden_assets.golden_llm_spending
    ALTER COLUMN testset_name SET NOT NULL,
    DROP CONSTRAINT golden_llm_spending_pkey,
    ADD PRIMARY KEY (day, run_id, testset_name);

COMMENT ON TABLE golden_assets.golden_llm_spending IS
    'What finished calls cost by day (UTC), run and testset, kept by a trigger, so that a budget check costs the same however long the ledger is';

CREATE OR REPLACE FUNCTION golden_assets.count_spending() RETURNS trigger
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

CREATE TABLE golden_assets.golden_budget_controls (
    control_order bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    action text NOT NULL CHECK (action IN ('pause', 'resume', 'raise')),
    period text CHECK (period IN ('run', 'day', 'month', 'testset_day', 'testset_month')),
    limit_usd double precision CHECK (limit_usd >= 0 AND limit_usd < 'Infinity'),
    until timestamptz,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    performed_by text NOT NULL CHECK (btrim(performed_by) <> ''),
    performed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((action = 'raise') = (period IS NOT NULL)),
    CHECK ((action = 'raise') = (limit_usd IS NOT NULL)),
    CHECK ((action = 'raise') = (until IS NOT NULL))
);

COMMENT ON TABLE golden_assets.golden_budget_controls IS
    'What people did to the budget and why: pauses and resumes, of which the last one counts, and limits raised until a time';

CREATE TRIGGER controls_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_budget_controls
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_budget_controls ENABLE ALWAYS TRIGGER controls_stay;

CREATE FUNCTION golden_assets.raised_limit(which text, configured double precision) RETURNS double precision
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE WHEN configured IS NOT NULL THEN greatest(configured, max(limit_usd)) END
    FROM golden_assets.golden_budget_controls
    WHERE action = 'raise' AND period = which AND until > now();
END;

COMMENT ON FUNCTION golden_assets.raised_limit(text, double precision) IS
    'The limit in force: the configured one or, while one is, the highest it was raised to; null when none is configured';

CREATE FUNCTION golden_assets.budget_pause(OUT reason text, OUT performed_by text, OUT performed_at timestamptz)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT reason, performed_by, performed_at
    FROM (SELECT * FROM golden_assets.golden_budget_controls WHERE action <> 'raise' ORDER BY control_order DESC LIMIT 1) AS last
    WHERE action = 'pause';
END;

COMMENT ON FUNCTION golden_assets.budget_pause() IS 'Why, by whom and since when nothing is spent; nulls when it is';

CREATE FUNCTION golden_assets.control_budget(
    what text, which text, usd double precision, end_at timestamptz, why text, who text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
    INSERT INTO golden_budget_controls (action, period, limit_usd, until, reason, performed_by)
    VALUES (what, which, usd, end_at, why, who) RETURNING control_order;
$$;

COMMENT ON FUNCTION golden_assets.control_budget IS 'Pause or resume all spending, or raise a limit until a time; it cannot be taken back, only followed';

REVOKE EXECUTE ON FUNCTION golden_assets.control_budget FROM PUBLIC;

DROP FUNCTION golden_assets.reserve_call;
DROP FUNCTION golden_assets.spent;
DROP FUNCTION golden_assets.reserved;

CREATE FUNCTION golden_assets.spent(
    run text, testset text, OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision,
    OUT testset_day_usd double precision, OUT testset_month_usd double precision)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT
        (SELECT coalesce(sum(usd), 0) FROM golden_assets.golden_llm_spending WHERE run_id = run),
        coalesce(sum(usd) FILTER (WHERE day = (now() AT TIME ZONE 'UTC')::date), 0),
        coalesce(sum(usd), 0),
        coalesce(sum(usd) FILTER (WHERE day = (now() AT TIME ZONE 'UTC')::date AND testset_name = testset), 0),
        coalesce(sum(usd) FILTER (WHERE testset_name = testset), 0)
    FROM golden_assets.golden_llm_spending
    WHERE day >= date_trunc('month', now() AT TIME ZONE 'UTC')::date;
END;

COMMENT ON FUNCTION golden_assets.spent(text, text) IS
    'US dollars that finished calls cost: in a run, today and this month (UTC), by all and by one testset';

CREATE FUNCTION golden_assets.reserved(
    run text, testset text, OUT run_usd double precision, OUT testset_usd double precision, OUT all_usd double precision)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(sum(reserved_usd) FILTER (WHERE run_id = run), 0), coalesce(sum(reserved_usd) FILTER (WHERE testset_name = testset), 0),
           coalesce(sum(reserved_usd), 0)
    FROM golden_assets.golden_llm_calls
    WHERE status = 'reserved';
END;

COMMENT ON FUNCTION golden_assets.reserved(text, text) IS 'US dollars that calls under way may cost at most: of a run, of a testset, of all';

CREATE FUNCTION golden_assets.reserve_call(
    id uuid, key text, call_kind text, host text, model_name text, asked_with jsonb, trace text, stage text, testset text, run text,
    process integer, tokens bigint, usd double precision, usd_if_lost double precision,
    run_limit double precision, day_limit double precision, month_limit double precision,
    testset_day_limit double precision, testset_month_limit double precision,
    OUT outcome text, OUT kept_answer text, OUT kept_problem text, OUT kept_remedy text,
    OUT run_usd double precision, OUT day_usd double precision, OUT month_usd double precision,
    OUT testset_day_usd double precision, OUT testset_month_usd double precision)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
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

COMMENT ON FUNCTION golden_assets.reserve_call IS
    'Reserves a call, or says why not: answered or declined (kept, to be replayed), wait (for what is under way), paused (reason and by '
    'whom in kept_problem and kept_remedy), over run, testset_day, day, testset_month or month';

REVOKE EXECUTE ON FUNCTION golden_assets.reserve_call FROM PUBLIC;
