-- Rows that users call bad, by their latest word.
SELECT latest.testset_name, latest.row_id, latest.note, latest.given_by, latest.given_at
FROM (
    SELECT DISTINCT ON (v.testset_name, f.row_id) v.testset_name, f.*
    FROM golden_assets.golden_row_feedback AS f
    JOIN golden_assets.golden_testset_versions AS v ON v.id = f.testset_version_id
    ORDER BY v.testset_name, f.row_id, f.feedback_order DESC
) AS latest
WHERE latest.verdict = 'bad'
ORDER BY latest.given_at DESC;
