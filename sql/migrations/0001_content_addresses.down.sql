DROP FUNCTION golden_assets.canonical_json(jsonb);
DROP FUNCTION golden_assets.utf16_order(text);
DROP FUNCTION golden_assets.canonical_number(numeric);
DROP FUNCTION golden_assets.sha256_hex(text);
