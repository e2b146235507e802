DROP TABLE golden_assets.golden_operations;
DROP TABLE golden_assets.golden_row_feedback;
DROP FUNCTION golden_assets.finish_alert;
DROP FUNCTION golden_assets.claim_alerts;
DROP FUNCTION golden_assets.record_alert;
DROP TABLE golden_assets.golden_alert_deliveries;
DROP TABLE golden_assets.golden_alerts;
