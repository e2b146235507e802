DROP FUNCTION golden_assets.reserve_call;
DROP FUNCTION golden_assets.reserved;
DROP FUNCTION golden_assets.spent;
DROP FUNCTION golden_assets.control_budget;
DROP FUNCTION golden_assets.budget_pause;
DROP FUNCTION golden_assets.raised_limit;
DROP TABLE golden_assets.golden_budget_controls;

CREATE TEMPORARY TABLE summed ON COMMIT DROP AS
    SELECT day, run_id, sum(usd) AS usd FROM golden_assets.golden_llm_spending GROUP BY day, run_id;
DELETE FROM golden_assets.golden_llm_spending;
ALTER TABLE golden_assets.golden_llm_spending DROP CONSTRAINT golden_llm_spending_pkey, DROP COLUMN testset_name,
    ADD PRIMARY KEY (day, run_id);
INSERT INTO golden_assets.golden_llm_spending (day, run_id, usd) SELECT day, run_id, usd FROM summed;

COMMENT ON TABLE golden_assets.golden_llm_spending IS
    'What finished calls cost by day (UTC) and run, kept by a trigger, so that a budget check costs the same however long the ledger is';

ALTER TABLE golden_assets.golden_llm_calls DROP COLUMN parameters, DROP COLUMN trace_id;

CREATE OR REPLACE FUNCTION golden_assets.count_spending() RETURNS trigger
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

REVOKE EXECUTE ON FUNCTION golden_assets.reserve_call FROM PUBLIC;
