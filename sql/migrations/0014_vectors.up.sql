-- Vectors of texts that were embedded before. A cache: what is in it can be computed again, so it is bounded and rows may go.

CREATE TABLE golden_assets.golden_vectors (
    embedder text NOT NULL CHECK (embedder <> ''),
    text_sha256 bytea NOT NULL CHECK (octet_length(text_sha256) = 32),
    vector bytea NOT NULL CHECK (octet_length(vector) > 0 AND octet_length(vector) % 4 = 0),
    used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (embedder, text_sha256)
);

CREATE INDEX golden_vectors_by_use ON golden_assets.golden_vectors (used_at);

COMMENT ON TABLE golden_assets.golden_vectors IS
    'Cache of embeddings, little-endian float32, by embedder and SHA-256 of the text; the longest unused go when it is full';
COMMENT ON COLUMN golden_assets.golden_vectors.used_at IS 'When it was last asked for, to the day, so that reading seldom writes';

CREATE FUNCTION golden_assets.recall_vectors(of_embedder text, hashes bytea[]) RETURNS TABLE (text_sha256 bytea, vector bytea)
LANGUAGE sql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
    UPDATE golden_vectors AS v SET used_at = clock_timestamp()
    FROM (SELECT o.text_sha256 FROM golden_vectors AS o
          WHERE o.embedder = of_embedder AND o.text_sha256 = ANY (hashes) AND o.used_at < now() - interval '1 day'
          FOR UPDATE SKIP LOCKED) AS old
    WHERE v.embedder = of_embedder AND v.text_sha256 = old.text_sha256;
    SELECT v.text_sha256, v.vector FROM golden_vectors AS v WHERE v.embedder = of_embedder AND v.text_sha256 = ANY (hashes);
$$;

COMMENT ON FUNCTION golden_assets.recall_vectors IS 'The kept vectors of these texts, which count as used now';

CREATE FUNCTION golden_assets.keep_vectors(of_embedder text, hashes bytea[], vectors bytea[], most bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = golden_assets, pg_temp
AS $$
    -- in the order of the key, so that two writers of the same texts never wait for each other crosswise
    INSERT INTO golden_vectors (embedder, text_sha256, vector)
    SELECT of_embedder, given.h, given.v FROM unnest(hashes, vectors) AS given (h, v) ORDER BY given.h
    ON CONFLICT DO NOTHING;
    DELETE FROM golden_vectors AS v
    USING (SELECT o.embedder, o.text_sha256 FROM golden_vectors AS o ORDER BY o.used_at
           LIMIT greatest(0, (SELECT count(*) FROM golden_vectors) - most) FOR UPDATE SKIP LOCKED) AS longest_unused
    WHERE v.embedder = longest_unused.embedder AND v.text_sha256 = longest_unused.text_sha256;
$$;

COMMENT ON FUNCTION golden_assets.keep_vectors IS 'Keeps vectors, the first of a text staying, and drops the longest unused beyond the most';

REVOKE EXECUTE ON FUNCTION golden_assets.recall_vectors FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION golden_assets.keep_vectors FROM PUBLIC;
