-- name: put_artifact
INSERT INTO golden_assets.golden_artifacts (kind, content_hash, payload)
VALUES (:kind, :content_hash, :payload)
ON CONFLICT (kind, content_hash) DO NOTHING;

-- name: artifacts
SELECT content_hash, payload FROM golden_assets.golden_artifacts WHERE kind = :kind AND content_hash = ANY(:hashes);

-- name: remember_draft
INSERT INTO golden_assets.golden_drafts_by_request (request_key, draft_hash)
VALUES (:request_key, :draft_hash)
ON CONFLICT (request_key) DO NOTHING;

-- name: recall_draft
SELECT draft_hash FROM golden_assets.golden_drafts_by_request WHERE request_key = :request_key;

-- name: corpus_listings
SELECT c.content_hash, jsonb_agg(jsonb_build_array(d.payload -> 'document_id', d.payload -> 'content_hash')) AS documents
FROM golden_assets.golden_artifacts AS c
CROSS JOIN LATERAL jsonb_array_elements_text(c.payload -> 'documents') AS held (address)
JOIN golden_assets.golden_artifacts AS d ON d.kind = 'document' AND d.content_hash = held.address
WHERE c.kind = 'corpus'
GROUP BY c.content_hash, c.created_at
ORDER BY c.created_at DESC;
