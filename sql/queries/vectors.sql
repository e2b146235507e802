-- name: recall_vectors
SELECT text_sha256, vector FROM golden_assets.recall_vectors(:embedder, :hashes);

-- name: keep_vectors
SELECT golden_assets.keep_vectors(:embedder, :hashes, :vectors, :most);
