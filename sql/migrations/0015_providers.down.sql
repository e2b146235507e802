ALTER TABLE golden_assets.golden_llm_calls DROP COLUMN provider;
