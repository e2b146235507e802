-- compatible-with: 0022
-- Edits that people made in Phoenix are sealed like every other record; those that are there already, as they are found.

DO $$
BEGIN
    PERFORM set_config('timezone', 'UTC', true);
    PERFORM golden_assets.seal(golden_assets.testset_of(to_jsonb(e)), 'golden_dataset_edits', e.edit_order::text, to_jsonb(e),
                               pg_current_xact_id())
    FROM golden_assets.golden_dataset_edits AS e
    WHERE NOT EXISTS (SELECT FROM golden_assets.golden_record_seals AS s
                      WHERE s.relation = 'golden_dataset_edits' AND s.record_id = e.edit_order::text)
    ORDER BY e.edit_order;
END;
$$;

CREATE TRIGGER edits_are_sealed AFTER INSERT ON golden_assets.golden_dataset_edits
    FOR EACH ROW EXECUTE FUNCTION golden_assets.seal_record('edit_order');
ALTER TABLE golden_assets.golden_dataset_edits ENABLE ALWAYS TRIGGER edits_are_sealed;
