-- People's consent to a version, and their decisions on its rows.

CREATE TABLE golden_assets.golden_testset_approvals (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL,
    testset_hash text NOT NULL,
    approved_by text NOT NULL CHECK (btrim(approved_by) <> ''),
    note text,
    approved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    approval_order bigint GENERATED ALWAYS AS IDENTITY,
    FOREIGN KEY (testset_version_id, testset_hash) REFERENCES golden_assets.golden_testset_versions (id, testset_hash)
);

COMMENT ON TABLE golden_assets.golden_testset_approvals IS 'Who approved which content; approving again adds a line';

CREATE INDEX idx_approvals_version ON golden_assets.golden_testset_approvals (testset_version_id, approval_order DESC);

CREATE TABLE golden_assets.golden_row_reviews (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL REFERENCES golden_assets.golden_testset_versions (id),
    row_id text NOT NULL,
    decision text NOT NULL CHECK (decision IN ('approve', 'edit', 'reject')),
    reason text,
    user_input text,
    reference text,
    reviewer text NOT NULL CHECK (btrim(reviewer) <> ''),
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    review_order bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT a_rejection_has_a_reason CHECK (decision <> 'reject' OR btrim(coalesce(reason, '')) <> ''),
    CONSTRAINT an_edit_changes_something CHECK ((decision = 'edit') = (num_nonnulls(user_input, reference) > 0))
);

COMMENT ON TABLE golden_assets.golden_row_reviews IS 'Decisions on rows; the latest one on a row counts. They take effect in a new version';

CREATE INDEX idx_row_reviews_version ON golden_assets.golden_row_reviews (testset_version_id, row_id, review_order DESC);

CREATE FUNCTION golden_assets.review_is_of_a_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
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

CREATE TRIGGER reviews_are_of_rows BEFORE INSERT ON golden_assets.golden_row_reviews
    FOR EACH ROW EXECUTE FUNCTION golden_assets.review_is_of_a_row();
CREATE TRIGGER approvals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_testset_approvals
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
CREATE TRIGGER reviews_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_row_reviews
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_row_reviews ENABLE ALWAYS TRIGGER reviews_are_of_rows;
ALTER TABLE golden_assets.golden_testset_approvals ENABLE ALWAYS TRIGGER approvals_stay;
ALTER TABLE golden_assets.golden_row_reviews ENABLE ALWAYS TRIGGER reviews_stay;
