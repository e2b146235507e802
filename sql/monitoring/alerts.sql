-- What people were told of in the last 30 days, and where it has not arrived.
SELECT a.last_seen, a.testset_name, a.severity, a.kind, a.title, a.seen, d.sink, d.attempts, d.delivered_at, d.error
FROM golden_assets.golden_alerts AS a
LEFT JOIN golden_assets.golden_alert_deliveries AS d ON d.alert_id = a.id
WHERE a.last_seen > now() - interval '30 days'
ORDER BY a.alert_order DESC, d.sink;
