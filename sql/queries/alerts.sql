-- name: record_alert
SELECT golden_assets.record_alert(:key, :kind, :severity, :testset_name, :title, :body);

-- name: claim_alerts
SELECT id, dedup_key AS key, kind, severity, testset_name, title, body
FROM golden_assets.claim_alerts(:sink, :hourly_limit, :lease_seconds);

-- name: finish_alert
SELECT golden_assets.finish_alert(:alert_id, :sink, :error);

-- name: pending_alerts
-- Alerts that have not arrived at one of these sinks.
SELECT count(*) FROM golden_assets.golden_alerts AS a
WHERE EXISTS (SELECT FROM unnest(:sinks ::text[]) AS s(sink) WHERE NOT EXISTS (
    SELECT FROM golden_assets.golden_alert_deliveries AS d WHERE d.alert_id = a.id AND d.sink = s.sink AND d.delivered_at IS NOT NULL));

-- name: reached_cost_shares
SELECT period, share FROM golden_assets.golden_llm_alerts WHERE raised_at > now() - interval '31 days' ORDER BY raised_at, share;
