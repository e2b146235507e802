-- compatible-with: 0017
-- Edits that people make to a dataset in Phoenix: put on record before the dataset is brought back to its version, offered in the review.

CREATE TABLE golden_assets.golden_dataset_edits (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    testset_version_id uuid NOT NULL REFERENCES golden_assets.golden_testset_versions (id),
    row_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('changed', 'added', 'deleted')),
    changed text[] NOT NULL DEFAULT '{}',
    example jsonb,
    dataset_name text NOT NULL,
    dataset_version_id text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    edit_order bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT a_change_changes_something CHECK ((kind = 'changed') = (cardinality(changed) > 0)),
    CONSTRAINT what_was_deleted_is_gone CHECK ((kind = 'deleted') = (example IS NULL))
);

CREATE INDEX idx_dataset_edits ON golden_assets.golden_dataset_edits (testset_version_id, row_id, edit_order DESC);

COMMENT ON TABLE golden_assets.golden_dataset_edits IS
    'Examples that people changed, added or deleted in Phoenix, found before an upload; a decision on the row made later settles it';
COMMENT ON COLUMN golden_assets.golden_dataset_edits.testset_version_id IS 'The version that had been sent to the dataset';
COMMENT ON COLUMN golden_assets.golden_dataset_edits.dataset_version_id IS 'The Phoenix version that it was sent as, and that was edited since';

CREATE TRIGGER dataset_edits_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON golden_assets.golden_dataset_edits
    FOR EACH STATEMENT EXECUTE FUNCTION golden_assets.refuse_change();
ALTER TABLE golden_assets.golden_dataset_edits ENABLE ALWAYS TRIGGER dataset_edits_stay;
