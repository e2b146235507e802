DROP FUNCTION golden_assets.audit_entry_hash(golden_assets.golden_testset_audit_log);
DROP TABLE golden_assets.golden_testset_audit_log;
DROP FUNCTION golden_assets.chain_entry();
