-- compatible-with: 0022
-- A waiver that was wrong is withdrawn: like the waiver itself, that is only ever added, and sealed.

CREATE TABLE golden_assets.golden_waiver_withdrawals (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL REFERENCES golden_assets.golden_testset_versions (id),
    waiver_id uuid NOT NULL UNIQUE REFERENCES golden_assets.golden_duplicate_waivers (id),
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    withdrawn_by text NOT NULL CHECK (btrim(withdrawn_by) <> ''),
    withdrawn_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    withdrawal_order bigint GENERATED ALWAYS AS IDENTITY
);

COMMENT ON TABLE golden_assets.golden_waiver_withdrawals IS 'Which waivers no longer count, who said so and why';

CREATE TRIGGER withdrawals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_waiver_withdrawals
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
CREATE TRIGGER withdrawals_are_sealed AFTER INSERT ON golden_assets.golden_waiver_withdrawals
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('withdrawal_order');
ALTER TABLE golden_assets.golden_waiver_withdrawals ENABLE ALWAYS TRIGGER withdrawals_stay;
ALTER TABLE golden_assets.golden_waiver_withdrawals ENABLE ALWAYS TRIGGER withdrawals_are_sealed;
