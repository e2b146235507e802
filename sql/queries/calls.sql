-- name: hold_presence
SELECT pg_try_advisory_lock(1735289188, %(holder)s) AS held;

-- name: reserve_call
SELECT * FROM golden_assets.reserve_call(
    %(call_id)s, %(key)s, %(kind)s, %(endpoint)s, %(model)s, %(parameters)s::jsonb, %(trace_id)s, %(purpose)s, %(testset_name)s,
    %(run_id)s, %(holder)s, %(tokens)s, %(cost_usd)s, %(lost_usd)s,
    %(run_limit)s, %(day_limit)s, %(month_limit)s, %(testset_day_limit)s, %(testset_month_limit)s);

-- name: kept_call
-- Which call's answer, or refusal, is replayed under this key.
SELECT call_id::text AS call_id
FROM golden_assets.golden_llm_calls
WHERE call_key = %(key)s AND status IN ('answered', 'declined')
ORDER BY "sequence"
LIMIT 1;

-- name: answered_calls
SELECT DISTINCT call_key FROM golden_assets.golden_llm_calls WHERE call_key = ANY(%(keys)s) AND status IN ('answered', 'declined');

-- name: settle_call
SELECT golden_assets.settle_call(
    %(call_id)s, %(status)s, %(answer)s, %(problem)s, %(remedy)s, %(attempts)s, %(prompt_tokens)s, %(completion_tokens)s,
    %(embedding_tokens)s, %(cached_tokens)s, %(reasoning_tokens)s, %(cost_usd)s, %(estimated)s, %(latency_seconds)s);

-- name: raise_alert
SELECT golden_assets.raise_alert(%(period)s, %(share)s) AS first;

-- name: spent
SELECT * FROM golden_assets.spent(%(run_id)s, %(testset_name)s);

-- name: limits_in_force
SELECT golden_assets.raised_limit('run', %(run)s) AS run, golden_assets.raised_limit('day', %(day)s) AS day,
       golden_assets.raised_limit('month', %(month)s) AS month, golden_assets.raised_limit('testset_day', %(testset_day)s) AS testset_day,
       golden_assets.raised_limit('testset_month', %(testset_month)s) AS testset_month;

-- name: budget_pause
SELECT reason, performed_by, performed_at FROM golden_assets.budget_pause() WHERE reason IS NOT NULL;

-- name: control_budget
SELECT golden_assets.control_budget(%(action)s, %(period)s, %(limit_usd)s, %(until)s, %(reason)s, %(performed_by)s) AS control_order;

-- name: alerted_shares
SELECT period, max(share) AS share FROM golden_assets.golden_llm_alerts WHERE period = ANY(%(periods)s) GROUP BY period;

-- name: call_history
-- By run and purpose. Rows are those that a run wrote and that became part of a version; rejected ones are none.
SELECT run_id, purpose,
       coalesce((SELECT max((SELECT count(*) FROM jsonb_path_query(v.testset_data, '$."rows"[*]?(@."run_id" == $run)',
                                                                    jsonb_build_object('run', c.run_id))))
                 FROM golden_assets.golden_testset_versions AS v WHERE v.run_id = c.run_id), 0) AS rows,
       count(*) AS calls, avg(cost_usd) AS mean_usd, avg(cost_usd * cost_usd) AS mean_square_usd,
       avg(tokens)::double precision AS mean_tokens, avg(tokens * tokens)::double precision AS mean_square_tokens
FROM golden_assets.golden_llm_calls AS c
CROSS JOIN LATERAL (VALUES (prompt_tokens + completion_tokens + embedding_tokens)) AS used (tokens)
WHERE model = ANY(%(models)s) AND status <> 'reserved' AND reserved_at > now() - interval '90 days'
GROUP BY run_id, purpose
ORDER BY run_id, purpose;

-- name: costs
-- Of the last days in UTC, today being one of them.
SELECT coalesce(label, 'none') AS label, count(*) AS calls, sum(attempts)::bigint AS requests, sum(prompt_tokens)::bigint AS prompt_tokens,
       sum(cached_tokens)::bigint AS cached_tokens, sum(completion_tokens)::bigint AS completion_tokens,
       sum(reasoning_tokens)::bigint AS reasoning_tokens, sum(embedding_tokens)::bigint AS embedding_tokens,
       sum(cost_usd) AS cost_usd, count(*) FILTER (WHERE status IN ('failed', 'lost')) AS failed, bool_or(estimated) AS estimated
FROM (
    SELECT c.*, CASE %(by)s
        WHEN 'model' THEN c.model
        WHEN 'stage' THEN c.purpose
        WHEN 'version' THEN (
            SELECT c.testset_name || ' ' || v.version FROM golden_assets.golden_testset_versions AS v
            WHERE v.testset_name = c.testset_name AND v.run_id = c.run_id ORDER BY v.created_at LIMIT 1)
        ELSE to_char(c.reserved_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') END AS label
    FROM golden_assets.golden_llm_calls AS c
    WHERE c.status <> 'reserved'
      AND c.reserved_at >= (date_trunc('day', now() AT TIME ZONE 'UTC') - make_interval(days => %(days)s - 1)) AT TIME ZONE 'UTC'
) AS labelled
GROUP BY 1
ORDER BY 1;

-- name: cost_of_calls
SELECT coalesce(sum(cost_usd), 0) AS usd FROM golden_assets.golden_llm_calls WHERE call_id::text = ANY(%(call_ids)s);
