-- In which versions each row of the active versions occurs, and which documents it cites.
SELECT active.testset_name, r.row_id, r.document_ids, array_agg(v.version ORDER BY v.creation_order) AS versions
FROM golden_assets.golden_testset_versions AS active
JOIN golden_assets.golden_testset_rows AS r ON r.testset_version_id = active.id
JOIN golden_assets.golden_testset_rows AS everywhere ON everywhere.row_hash = r.row_hash
JOIN golden_assets.golden_testset_versions AS v ON v.id = everywhere.testset_version_id AND v.testset_name = active.testset_name
WHERE active.is_active
GROUP BY active.testset_name, r."position", r.row_id, r.document_ids
ORDER BY active.testset_name, r."position";
