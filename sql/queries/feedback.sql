-- name: insert_feedback
INSERT INTO golden_assets.golden_row_feedback (testset_version_id, row_id, verdict, note, given_by)
VALUES (:version_id, :row_id, :verdict, :note, :given_by);

-- name: feedback
-- What users said of the rows of a version, whichever version they had before them, the oldest first.
SELECT f.row_id, f.verdict, f.note, f.given_by, f.given_at
FROM golden_assets.golden_row_feedback AS f
JOIN golden_assets.golden_testset_versions AS seen ON seen.id = f.testset_version_id
WHERE seen.testset_name = :testset AND f.row_id IN (
    SELECT r.row_id FROM golden_assets.golden_testset_rows AS r
    JOIN golden_assets.golden_testset_versions AS v ON v.id = r.testset_version_id
    WHERE v.testset_name = :testset AND v.version = :version)
ORDER BY f.feedback_order;
