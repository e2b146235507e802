-- What operators need: alerts and their delivery, feedback of users on rows, and how our own operations went.

CREATE TABLE golden_assets.golden_alerts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    dedup_key text NOT NULL UNIQUE CHECK (btrim(dedup_key) <> ''),
    kind text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
    testset_name text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen bigint NOT NULL DEFAULT 1 CHECK (seen > 0),
    alert_order bigint GENERATED ALWAYS AS IDENTITY
);

COMMENT ON TABLE golden_assets.golden_alerts IS 'What people are told of, once per dedup_key; seeing the same again only counts';

CREATE TABLE golden_assets.golden_alert_deliveries (
    alert_id uuid NOT NULL REFERENCES golden_assets.golden_alerts (id),
    sink text NOT NULL,
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz NOT NULL,
    delivered_at timestamptz,
    error text,
    PRIMARY KEY (alert_id, sink)
);

CREATE INDEX deliveries_by_time ON golden_assets.golden_alert_deliveries (sink, delivered_at);

COMMENT ON TABLE golden_assets.golden_alert_deliveries IS 'Where an alert was sent: tries, the last error, and when it arrived';

CREATE FUNCTION golden_assets.record_alert(
    key text, alert_kind text, how_bad text, testset text, headline text, details text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
    INSERT INTO golden_alerts AS a (dedup_key, kind, severity, testset_name, title, body)
    VALUES (key, alert_kind, how_bad, testset, headline, details)
    ON CONFLICT (dedup_key) DO UPDATE SET seen = a.seen + 1, last_seen = clock_timestamp()
    RETURNING seen = 1;
$$;

COMMENT ON FUNCTION golden_assets.record_alert IS 'Whether it is new; what is there already is counted and keeps its text';

CREATE FUNCTION golden_assets.claim_alerts(to_sink text, hourly_limit integer, lease_seconds double precision)
RETURNS SETOF golden_assets.golden_alerts
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
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

COMMENT ON FUNCTION golden_assets.claim_alerts IS
    'What is to be sent to a sink now, the oldest first, no more than the hourly limit leaves; claimed for lease_seconds, so that nobody else sends it';

CREATE FUNCTION golden_assets.finish_alert(alert uuid, to_sink text, failure text) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
    UPDATE golden_alert_deliveries
    SET delivered_at = CASE WHEN failure IS NULL THEN clock_timestamp() END, error = failure,
        next_attempt_at = clock_timestamp() + make_interval(secs => least(3600, 30 * 2 ^ least(attempts - 1, 10)))
    WHERE alert_id = alert AND sink = to_sink AND delivered_at IS NULL;
$$;

COMMENT ON FUNCTION golden_assets.finish_alert IS
    'How a delivery went; a failed one is tried again after 30 s, twice that each time, at most an hour, and never given up';

REVOKE EXECUTE ON FUNCTION golden_assets.record_alert FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION golden_assets.claim_alerts FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION golden_assets.finish_alert FROM PUBLIC;

CREATE TABLE golden_assets.golden_row_feedback (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL REFERENCES golden_assets.golden_testset_versions (id),
    row_id text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('good', 'bad')),
    note text,
    given_by text NOT NULL CHECK (btrim(given_by) <> ''),
    given_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    feedback_order bigint GENERATED ALWAYS AS IDENTITY
);

CREATE INDEX idx_row_feedback ON golden_assets.golden_row_feedback (testset_version_id, row_id, feedback_order DESC);

COMMENT ON TABLE golden_assets.golden_row_feedback IS 'What users say of rows in use; rows that somebody calls bad are reviewed first';

CREATE TRIGGER feedback_is_on_rows BEFORE INSERT ON golden_assets.golden_row_feedback
    FOR EACH ROW EXECUTE FUNCTION golden_assets.review_is_of_a_row();
CREATE TRIGGER feedback_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_row_feedback
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_row_feedback ENABLE ALWAYS TRIGGER feedback_is_on_rows;
ALTER TABLE golden_assets.golden_row_feedback ENABLE ALWAYS TRIGGER feedback_stays;

CREATE TABLE golden_assets.golden_operations (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('command', 'upload', 'query')),
    name text NOT NULL,
    succeeded boolean NOT NULL,
    seconds double precision NOT NULL CHECK (seconds >= 0),
    error text,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX operations_by_time ON golden_assets.golden_operations (kind, happened_at);

COMMENT ON TABLE golden_assets.golden_operations IS 'How our own commands, uploads and queries went; transactions are in the audit log';

CREATE TRIGGER operations_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_operations
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_operations ENABLE ALWAYS TRIGGER operations_stay;
