-- Who was asked, apart from the address: the host of the endpoint.

ALTER TABLE golden_assets.golden_llm_calls ADD COLUMN provider text NOT NULL GENERATED ALWAYS AS (split_part(endpoint, '/', 1)) STORED;

COMMENT ON COLUMN golden_assets.golden_llm_calls.provider IS 'Host of the endpoint, with its port where there is one';
