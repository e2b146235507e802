-- name: insert_approval
INSERT INTO golden_assets.golden_testset_approvals (testset_version_id, testset_hash, approved_by, note)
VALUES (:version_id, :testset_hash, :approved_by, :note);

-- name: approved_versions
SELECT v.version
FROM golden_assets.golden_testset_versions AS v
WHERE v.testset_name = :testset
  AND EXISTS (SELECT FROM golden_assets.golden_testset_approvals AS a WHERE a.testset_version_id = v.id);

-- name: approvals
-- Every approval of a version, the latest first.
SELECT a.testset_hash, a.approved_by, a.note, a.approved_at
FROM golden_assets.golden_testset_approvals AS a
JOIN golden_assets.golden_testset_versions AS v ON v.id = a.testset_version_id
WHERE v.testset_name = :testset AND v.version = :version
ORDER BY a.approval_order DESC;

-- name: insert_review
INSERT INTO golden_assets.golden_row_reviews (testset_version_id, row_id, decision, reason, user_input, reference, reviewer)
VALUES (:version_id, :row_id, :decision, :reason, :user_input, :reference, :reviewer);

-- name: reviews
-- The decision in force on each row of a version, in the order in which they were made.
SELECT latest.row_id, latest.decision, latest.reason, latest.user_input, latest.reference, latest.reviewer, latest.decided_at
FROM (
    SELECT DISTINCT ON (r.row_id) r.*
    FROM golden_assets.golden_row_reviews AS r
    JOIN golden_assets.golden_testset_versions AS v ON v.id = r.testset_version_id
    WHERE v.testset_name = :testset AND v.version = :version
    ORDER BY r.row_id, r.review_order DESC
) AS latest
ORDER BY latest.review_order;

-- name: insert_waiver
INSERT INTO golden_assets.golden_duplicate_waivers (testset_version_id, row_id, other_row_id, reason, waived_by)
VALUES (:version_id, :row_id, :other_row_id, :reason, :waived_by);

-- name: waivers
-- The latest waiver on each pair of rows of a testset, unless withdrawn, whichever version was looked at, in the order in which they were given.
SELECT latest.row_id, latest.other_row_id, latest.reason, latest.waived_by, latest.waived_at
FROM (
    SELECT DISTINCT ON (w.row_id, w.other_row_id) w.*
    FROM golden_assets.golden_duplicate_waivers AS w
    JOIN golden_assets.golden_testset_versions AS v ON v.id = w.testset_version_id
    WHERE v.testset_name = :testset
    ORDER BY w.row_id, w.other_row_id, w.waiver_order DESC
) AS latest
WHERE NOT EXISTS (SELECT FROM golden_assets.golden_waiver_withdrawals AS d WHERE d.waiver_id = latest.id)
ORDER BY latest.waiver_order;

-- name: withdraw_waiver
-- Withdraws the latest waiver on a pair of rows, unless that is done; returns the version it was given on.
INSERT INTO golden_assets.golden_waiver_withdrawals (testset_version_id, waiver_id, reason, withdrawn_by)
SELECT latest.testset_version_id, latest.id, :reason, :withdrawn_by
FROM (
    SELECT w.id, w.testset_version_id
    FROM golden_assets.golden_duplicate_waivers AS w
    JOIN golden_assets.golden_testset_versions AS v ON v.id = w.testset_version_id
    WHERE v.testset_name = :testset AND w.row_id = :row_id AND w.other_row_id = :other_row_id
    ORDER BY w.waiver_order DESC
    LIMIT 1
) AS latest
WHERE NOT EXISTS (SELECT FROM golden_assets.golden_waiver_withdrawals AS d WHERE d.waiver_id = latest.id)
RETURNING testset_version_id;
