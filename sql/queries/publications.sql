-- name: last_sent
-- What was sent last to each of these datasets, and the version that it is.
SELECT DISTINCT ON (p.dataset_name)
       v.version, p.testset_hash, p.dataset_id, p.dataset_version_id, p.dataset_name, p.url, p.example_count
FROM golden_assets.golden_testset_publications AS p
JOIN golden_assets.golden_testset_versions AS v ON v.id = p.testset_version_id
WHERE v.testset_name = :testset AND p.dataset_name = ANY (CAST(:names AS text[]))
ORDER BY p.dataset_name, p.publication_order DESC;

-- name: insert_dataset_edit
-- Unless it is on record already: whoever looks again before the dataset is sent again finds the same edits.
INSERT INTO golden_assets.golden_dataset_edits (
    testset_version_id, row_id, kind, changed, example, dataset_name, dataset_version_id)
SELECT CAST(:version_id AS uuid), CAST(:row_id AS text), :kind, CAST(:changed AS text[]), CAST(:example AS jsonb),
       CAST(:dataset_name AS text), CAST(:dataset_version_id AS text)
WHERE NOT EXISTS (
    SELECT FROM golden_assets.golden_dataset_edits AS e
    WHERE e.testset_version_id = CAST(:version_id AS uuid) AND e.row_id = :row_id AND e.dataset_name = :dataset_name
      AND e.dataset_version_id = :dataset_version_id AND e.kind = :kind
      AND e.example IS NOT DISTINCT FROM CAST(:example AS jsonb))
RETURNING row_id;

-- name: open_dataset_edits
-- The latest edit of each example that concerns a version: of one of its rows, whichever version it had been sent as, with no decision on the
-- row since; and for 30 days examples that were added.
SELECT latest.row_id, latest.kind, latest.changed, latest.example, latest.dataset_name, latest.dataset_version_id, latest.found_at
FROM (
    SELECT DISTINCT ON (e.row_id) e.*
    FROM golden_assets.golden_dataset_edits AS e
    JOIN golden_assets.golden_testset_versions AS sent ON sent.id = e.testset_version_id
    WHERE sent.testset_name = :testset
    ORDER BY e.row_id, e.edit_order DESC
) AS latest
WHERE (latest.kind = 'added' AND latest.found_at > now() - interval '30 days')
   OR (latest.row_id IN (
           SELECT r.row_id FROM golden_assets.golden_testset_rows AS r
           JOIN golden_assets.golden_testset_versions AS v ON v.id = r.testset_version_id
           WHERE v.testset_name = :testset AND v.version = :version)
       AND NOT EXISTS (
           SELECT FROM golden_assets.golden_row_reviews AS decided
           JOIN golden_assets.golden_testset_versions AS v ON v.id = decided.testset_version_id
           WHERE v.testset_name = :testset AND decided.row_id = latest.row_id AND decided.decided_at > latest.found_at))
ORDER BY latest.edit_order;
