"""What the owner of the tables can change behind the registry's back: triggers off, forged, triggers on again. `verify` names each.

The forgers of `SINGLE` know their way around the tables; those of `THOROUGH` also make every hash inside of the database right again, so
that only the heads that left it can tell.
"""

import asyncio

import pytest

from golden_assets.adapters.postgres import Pooling, PostgresVersionStore, migrate
from golden_assets_tests.forgeries.conftest import Forged, fill

VERSIONS, ROWS, METADATA = "golden_testset_versions", "golden_testset_rows", "golden_testset_metadata"
JUDGEMENTS, PUBLICATIONS, APPROVALS = "golden_testset_quality_metrics", "golden_testset_publications", "golden_testset_approvals"
PROVENANCE, REVIEWS, FEEDBACK = "golden_testset_provenance", "golden_row_reviews", "golden_row_feedback"
WAIVERS, WITHDRAWALS = "golden_duplicate_waivers", "golden_waiver_withdrawals"
LOG, SEALS, ARTIFACTS, EXPERIMENTS = "golden_testset_audit_log", "golden_record_seals", "golden_artifacts", "golden_experiments"
CONTROLS, DRAFTS, EDITS = "golden_budget_controls", "golden_drafts_by_request", "golden_dataset_edits"

FIRST = "(SELECT id FROM golden_testset_versions WHERE version = '1.0.0')"
SEALED = "version 1.0.0 of golden: the version does not hash to its seal"


def set_data(path: str, value: str) -> str:
    """A statement that changes something in the testset of version 1.0.0."""
    return f"UPDATE {VERSIONS} SET testset_data = jsonb_set(testset_data, '{{{path}}}', '{value}') WHERE version = '1.0.0'"


def set_version(change: str, version: str = "1.1.0") -> str:
    """A statement that changes a version's columns."""
    return f"UPDATE {VERSIONS} SET {change} WHERE version = '{version}'"


def set_of_first(table: str, change: str, condition: str = "") -> str:
    """A statement that changes what belongs to version 1.0.0."""
    return f"UPDATE {table} SET {change} WHERE testset_version_id = {FIRST} {condition}"


FORGET_A_VERSION = "".join(
    f"DELETE FROM {table} WHERE testset_version_id = (SELECT id FROM {VERSIONS} WHERE version = '1.2.0');"
    for table in (ROWS, METADATA, JUDGEMENTS, PUBLICATIONS, APPROVALS)
)
SINGLE: dict[str, tuple[tuple[str, ...], str, str]] = {
    "a question": ((VERSIONS,), set_data("rows,0,user_input", '"Why?"'), "row 0 is recorded as row-"),
    "a reference": ((VERSIONS,), set_data("rows,0,reference", '"Never."'), "row 0 is recorded as row-"),
    "the text of a context": ((VERSIONS,), set_data("rows,0,contexts,0,text", '"Never."'), "row 0 is recorded as row-"),
    "the document of a context": ((VERSIONS,), set_data("rows,0,contexts,0,document_id", '"x.md"'), "document_ids in the row table"),
    "the start of a context": ((VERSIONS,), set_data("rows,0,contexts,0,start", "1"), SEALED),
    "the model of a row": ((VERSIONS,), set_data("rows,0,model", '"large"'), SEALED),
    "the persona of a row": ((VERSIONS,), set_data("rows,0,persona_name", '"a king"'), SEALED),
    "the synthesizer of a row": ((VERSIONS,), set_data("rows,0,synthesizer_name", '"human"'), "synthesizer_name in the row table"),
    "the model of the testset": ((VERSIONS,), set_data("model", '"large"'), SEALED),
    "what it cost": ((VERSIONS,), set_data("usage,cost_usd", "0"), SEALED),
    "what was asked for": ((VERSIONS,), set_data("request,seed", "5"), SEALED),
    "the rejected rows": ((VERSIONS,), set_data("rejected", "[]"), SEALED),
    "a row cut out of the testset": ((VERSIONS,), set_version("testset_data = testset_data #- '{rows,2}'", "1.0.0"), "row 7 (row-"),
    "two rows swapped": (
        (VERSIONS,),
        set_data("rows,0", "null").replace("'null'", "testset_data #> '{rows,1}'"),
        "row 0 is recorded as row-",
    ),
    "something else in the place of the rows": ((VERSIONS,), set_data("rows", "[7]"), "testset_data at rows.0 was damaged"),
    "a row hash in the row table": ((ROWS,), set_of_first(ROWS, "row_hash = repeat('b', 64)", "AND position = 1"), "row 1 (row-"),
    "a question type in the row table": ((ROWS,), set_of_first(ROWS, "question_type = 'y'", "AND position = 1"), "its question_type in"),
    "documents in the row table": ((ROWS,), set_of_first(ROWS, "document_ids = '{x.md}'", "AND position = 1"), "its document_ids in"),
    "chunks in the row table": ((ROWS,), set_of_first(ROWS, "chunk_hashes = '{0}'", "AND position = 1"), "its chunk_hashes in"),
    "a line of the row table deleted": ((ROWS,), f"DELETE FROM {ROWS} WHERE testset_version_id = {FIRST} AND position = 7", "row 7 (row-"),
    "another version active": (
        (VERSIONS,),
        set_version("status = 'archived'", "1.0.0") + ";" + set_version("status = 'active'"),
        "active by the audit log: 1.0.0 (audit entry 9); active by the versions: 1.1.0",
    ),
    "the active version failed": ((VERSIONS,), set_version("status = 'failed'", "1.0.0"), "active by the versions: none"),
    "a waiting version archived": ((VERSIONS,), set_version("status = 'archived'", "1.2.0"), "by the audit log it was never active"),
    "a version renamed": ((VERSIONS,), set_version("version = '7.0.0'"), "version 1.1.0, created by grace (audit entry"),
    "an author": ((VERSIONS,), set_version("created_by = 'mallory'"), "its author is mallory, and was grace when it was created"),
    "a date": ((VERSIONS,), set_version("created_at = '2001-01-01'"), "version 1.1.0 of golden: the version does not hash to its seal"),
    "the time of an activation": (
        (VERSIONS,),
        set_version("activated_at = '2001-01-01'", "1.0.0"),
        "the status of version 1.0.0 was changed",
    ),
    "a corpus hash": ((VERSIONS,), set_version("corpus_hash = repeat('c', 64)"), "the version does not hash to its seal"),
    "a run": ((VERSIONS,), set_version("run_id = 'another'"), "the version does not hash to its seal"),
    "a number of rows": ((VERSIONS,), set_version("row_count = 1"), "its number of rows is 1, and was 8 when it was created"),
    "a version deleted with all that belongs to it": (
        (VERSIONS, ROWS, METADATA, JUDGEMENTS, PUBLICATIONS, APPROVALS, LOG),
        f"ALTER TABLE {LOG} DROP CONSTRAINT golden_testset_audit_log_testset_version_id_fkey; {FORGET_A_VERSION}"
        f"DELETE FROM {VERSIONS} WHERE version = '1.2.0'",
        "version 1.2.0, created by grace (audit entry",
    ),
    "a verdict": (
        (JUDGEMENTS,),
        set_of_first(JUDGEMENTS, "validation_details = jsonb_set(validation_details, '{verdicts,0,measured}', '0.5')"),
        "judgement 1 does not match its report hash",
    ),
    "the status of a judgement": (
        (JUDGEMENTS,),
        set_of_first(JUDGEMENTS, "validation_status = 'failed'"),
        "judgement 1 of version 1.0.0 was",
    ),
    "a score of a judgement": (
        (JUDGEMENTS,),
        set_of_first(JUDGEMENTS, "diversity_score = 0.5"),
        "judgement 1 of version 1.0.0 was changed",
    ),
    "a judgement deleted": ((JUDGEMENTS,), f"DELETE FROM {JUDGEMENTS} WHERE testset_version_id = {FIRST}", "judgement 1 is missing"),
    "what the caller stored": (
        (METADATA,),
        set_of_first(METADATA, "user_metadata = '{}', generation_cost = 0"),
        "of version 1.0.0 was changed",
    ),
    "the hash of the sources": ((METADATA,), set_of_first(METADATA, "source_docs_hash = 'd'"), "of version 1.0.0 was changed after it was"),
    "where it was published": (
        (PUBLICATIONS,),
        set_of_first(PUBLICATIONS, "url = 'http://else/'"),
        "publication 1 of version 1.0.0 was changed",
    ),
    "an approval": (
        (APPROVALS,),
        f"UPDATE {APPROVALS} SET approved_by = 'eve'",
        "version 1.2.0 is approved by eve, and the audit log does",
    ),
    "an approval slipped in, triggers on": (
        (),
        f"INSERT INTO {APPROVALS} (testset_version_id, testset_hash, approved_by) SELECT id, testset_hash, 'eve' FROM {VERSIONS}"
        " WHERE version = '1.1.0'",
        "approval 2 was stored without an audit entry",
    ),
    "an approval deleted": ((APPROVALS,), f"DELETE FROM {APPROVALS}", "the approval of version 1.2.0 by alan"),
    "an edit made in Phoenix": ((EDITS,), f"UPDATE {EDITS} SET row_id = 'x'", "the edit in Phoenix 1 of version 1.0.0 was changed"),
    "a decision on a row": ((REVIEWS,), f"UPDATE {REVIEWS} SET reviewer = 'eve'", "review 1 of version 1.0.0 was changed"),
    "feedback": ((FEEDBACK,), f"UPDATE {FEEDBACK} SET verdict = 'good'", "feedback 1 of version 1.0.0 was changed"),
    "a waiver": ((WAIVERS,), f"UPDATE {WAIVERS} SET reason = 'none'", "waiver 1 of version 1.0.0 was changed"),
    "a waiver deleted": ((WAIVERS,), f"DELETE FROM {WAIVERS} WHERE waiver_order = 1", "waiver 1 is missing"),
    "a withdrawn waiver": ((WITHDRAWALS,), f"UPDATE {WITHDRAWALS} SET reason = 'none'", "withdrawn waiver 1 of version 1.0.0 was changed"),
    "a waiver in force again": ((WITHDRAWALS,), f"DELETE FROM {WITHDRAWALS}", "withdrawn waiver 1 is missing"),
    "a waiver slipped in, triggers on": (
        (),
        f"INSERT INTO {WAIVERS} (testset_version_id, row_id, other_row_id, reason, waived_by)"
        f" SELECT testset_version_id, row_id, other_row_id, 'none', 'eve' FROM {WAIVERS}",
        "waiver 3 was stored without an audit entry",
    ),
    "where rows stand by now": ((PROVENANCE,), f"UPDATE {PROVENANCE} SET corpus_hash = 'f'", "provenance 1 of version 1.0.0 was changed"),
    "a score of an experiment": (
        (EXPERIMENTS,),
        f"UPDATE {EXPERIMENTS} SET scores = '{{}}'",
        "the result of experiment 1 of version 1.0.0",
    ),
    "a budget control deleted": ((CONTROLS,), f"DELETE FROM {CONTROLS}", "budget control 1 is missing"),
    "which draft answers a request": (
        (DRAFTS,),
        f"UPDATE {DRAFTS} SET draft_hash = (SELECT max(content_hash) FROM {ARTIFACTS} WHERE kind = 'testset')",
        "the draft kept for request",
    ),
    "a stored document": (
        (ARTIFACTS,),
        f"UPDATE {ARTIFACTS} SET payload = jsonb_set(payload, '{{text}}', '\"x\"') WHERE payload ->> 'document_id' = 'doc-00.md'",
        "document doc-00.md does not hash to its address",
    ),
    "a stored corpus": (
        (ARTIFACTS,),
        f"UPDATE {ARTIFACTS} SET payload = payload || '{{\"source\": \"x\"}}' WHERE kind = 'corpus'",
        "corpus ",
    ),
    "a stored draft": (
        (ARTIFACTS,),
        f"UPDATE {ARTIFACTS} SET payload = payload || '{{\"model\": \"x\"}}' WHERE kind = 'testset'",
        "stored documents, drafts and reports: testset ",
    ),
    "a stored report": (
        (ARTIFACTS,),
        f"UPDATE {ARTIFACTS} SET payload = payload || '{{\"embedder\": \"x\"}}' WHERE kind = 'report'",
        "stored documents, drafts and reports: report ",
    ),
    "the details of an audit entry": (
        (LOG,),
        f"UPDATE {LOG} SET details = '{{}}' WHERE operation = 'rollback'",
        "active by the audit log: of no number",
    ),
    "who did it": ((LOG,), f"UPDATE {LOG} SET performed_by = 'eve' WHERE sequence = 3", "audit entry 3 (promote) does not match its hash"),
    "the id of an audit entry": ((LOG,), f"UPDATE {LOG} SET id = gen_random_uuid() WHERE sequence = 3", "audit entry 3 was changed"),
    "an audit entry given to another testset": ((LOG,), f"UPDATE {LOG} SET testset_name = 'x' WHERE sequence = 3", "audit entries 3 to 3"),
    "an audit entry deleted": ((LOG,), f"DELETE FROM {LOG} WHERE sequence = 3", "audit entries 3 to 3 are missing"),
    "the last audit entries cut off": ((LOG,), f"DELETE FROM {LOG} WHERE sequence > 9", "audit entry 12 is missing"),
    "the whole audit log deleted": ((LOG,), f"DELETE FROM {LOG}", "audit entry 1 is missing"),
    "an audit entry slipped in, triggers on": (
        (),
        f"INSERT INTO {LOG} (testset_name, operation, operation_id, performed_by, details, result)"
        " VALUES ('golden', 'promote', gen_random_uuid(), 'eve', '{\"version\": \"1.1.0\"}', 'success')",
        "active by the audit log: 1.1.0",
    ),
    "the seals cut off": ((SEALS,), f"DELETE FROM {SEALS} WHERE testset_name = 'golden' AND sequence > 30", "has no seal"),
    "a seal": ((SEALS,), f"UPDATE {SEALS} SET record_hash = repeat('0', 64) WHERE sequence = 4", "seal 4 does not match its hash"),
}

RECHAIN = """
DO $$
DECLARE
    entry golden_testset_audit_log;
    seal golden_record_seals;
    former text := repeat('0', 64);
BEGIN
    PERFORM set_config('timezone', 'UTC', true);
    FOR entry IN SELECT * FROM golden_testset_audit_log ORDER BY sequence LOOP
        entry.previous_hash := former;
        former := audit_entry_hash(entry);
        UPDATE golden_testset_audit_log SET previous_hash = entry.previous_hash, entry_hash = former WHERE id = entry.id;
        UPDATE golden_record_seals AS s SET record_hash = record_hash(to_jsonb(l)) FROM golden_testset_audit_log AS l
        WHERE l.id = entry.id AND s.relation = 'golden_testset_audit_log' AND s.record_id = entry.sequence::text;
    END LOOP;
    UPDATE golden_record_seals AS s
    SET record_hash = record_hash(to_jsonb(v) - '{status,is_active,activated_at,archived_at}'::text[])
    FROM golden_testset_versions AS v WHERE s.relation = 'golden_testset_versions' AND s.record_id = v.version;
    UPDATE golden_record_seals AS s SET record_hash = record_hash(to_jsonb(q)) FROM golden_testset_quality_metrics AS q
    WHERE s.relation = 'golden_testset_quality_metrics' AND s.record_id = q.judgement_order::text;
    UPDATE golden_record_seals AS s SET record_hash = record_hash(to_jsonb(p)) FROM golden_testset_publications AS p
    WHERE s.relation = 'golden_testset_publications' AND s.record_id = p.publication_order::text;
    former := repeat('0', 64);
    FOR seal IN SELECT * FROM golden_record_seals WHERE testset_name = 'golden' ORDER BY sequence LOOP
        seal.previous_hash := former;
        former := seal_hash(seal);
        UPDATE golden_record_seals SET previous_hash = seal.previous_hash, seal_hash = former
        WHERE testset_name = 'golden' AND sequence = seal.sequence;
    END LOOP;
END $$;
"""
"""Makes the hashes of versions, judgements, publications, audit log and seals right again, after any forgery of them."""
NEW_CONTENT = f"""
ALTER TABLE {JUDGEMENTS} DROP CONSTRAINT judgement_is_a_report;
ALTER TABLE {JUDGEMENTS} DROP CONSTRAINT golden_testset_quality_metric_testset_version_id_testset_h_fkey;
ALTER TABLE {PUBLICATIONS} DROP CONSTRAINT golden_testset_publications_testset_version_id_testset_has_fkey;
ALTER TABLE {EXPERIMENTS} DROP CONSTRAINT golden_experiments_testset_version_id_testset_hash_fkey;
{set_data("rows,0,reference", '"Forged."')};
UPDATE {ROWS} AS r SET row_hash = t.row_hash, row_id = 'row-' || left(t.row_hash, 16), question_hash = t.question_hash
FROM {VERSIONS} AS v, LATERAL testset_rows(v.testset_data) AS t
WHERE v.version = '1.0.0' AND r.testset_version_id = v.id AND r.position = t.position;
UPDATE {VERSIONS} SET testset_hash = (
    SELECT sha256_hex('["' || string_agg(row_hash, '","' ORDER BY position) || '"]') FROM {ROWS} WHERE testset_version_id = id
) WHERE version = '1.0.0';
UPDATE {JUDGEMENTS} AS o SET testset_hash = v.testset_hash FROM {VERSIONS} AS v WHERE v.id = o.testset_version_id;
UPDATE {PUBLICATIONS} AS o SET testset_hash = v.testset_hash FROM {VERSIONS} AS v WHERE v.id = o.testset_version_id;
UPDATE {EXPERIMENTS} AS o SET testset_hash = v.testset_hash FROM {VERSIONS} AS v WHERE v.id = o.testset_version_id;
ALTER TABLE {JUDGEMENTS} ADD CONSTRAINT golden_testset_quality_metric_testset_version_id_testset_h_fkey
    FOREIGN KEY (testset_version_id, testset_hash) REFERENCES {VERSIONS} (id, testset_hash);
ALTER TABLE {PUBLICATIONS} ADD CONSTRAINT golden_testset_publications_testset_version_id_testset_has_fkey
    FOREIGN KEY (testset_version_id, testset_hash) REFERENCES {VERSIONS} (id, testset_hash);
ALTER TABLE {EXPERIMENTS} ADD CONSTRAINT golden_experiments_testset_version_id_testset_hash_fkey
    FOREIGN KEY (testset_version_id, testset_hash) REFERENCES {VERSIONS} (id, testset_hash);
"""
ALL = (VERSIONS, ROWS, JUDGEMENTS, PUBLICATIONS, EXPERIMENTS, FEEDBACK, LOG, SEALS, CONTROLS)
REWRITTEN = "seals are not those that the head of"
CUT = "the rest was cut off, or an older backup was restored"
THOROUGH: dict[str, tuple[str, str]] = {
    "a date": (set_version("created_at = '2001-01-01'") + ";" + RECHAIN, REWRITTEN),
    "what a version cost": (set_data("usage,cost_usd", "0") + ";" + RECHAIN, REWRITTEN),
    "who did what": (f"UPDATE {LOG} SET performed_by = 'eve' WHERE operation = 'rollback';" + RECHAIN, REWRITTEN),
    "the last seals with their records": (
        f"DELETE FROM {EXPERIMENTS}; DELETE FROM {SEALS} WHERE testset_name = 'golden' AND relation LIKE 'golden_experiments%'",
        CUT,
    ),
    "the last budget control with its seal": (
        f"DELETE FROM {CONTROLS}; DELETE FROM {SEALS} WHERE testset_name = '' AND relation = '{CONTROLS}'",
        CUT,
    ),
}
SCHEMA: dict[str, tuple[str, str]] = {
    "the function that refuses changes": (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "function refuse_change() is not as this release defines it",
    ),
    "the function that hashes": (
        "CREATE OR REPLACE FUNCTION sha256_hex(content text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE"
        " RETURN encode(sha256(convert_to('x', 'UTF8')), 'hex')",
        "function sha256_hex(content text) is not as this release defines it",
    ),
    "a trigger dropped": (f"DROP TRIGGER content_stays ON {VERSIONS}", f"trigger {VERSIONS}.content_stays is missing"),
    "a trigger switched off": (f"ALTER TABLE {LOG} DISABLE TRIGGER entries_stay", f"trigger {LOG}.entries_stay is not as this release"),
    "a trigger that fires no more in a replica": (
        f"ALTER TABLE {LOG} ENABLE TRIGGER entries_stay",
        f"trigger {LOG}.entries_stay is not as",
    ),
    "a trigger of the forger's own": (
        "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
        f"CREATE TRIGGER other BEFORE INSERT ON {APPROVALS} FOR EACH ROW EXECUTE FUNCTION other()",
        f"trigger {APPROVALS}.other does not belong to this release",
    ),
    "a unique index dropped": ("DROP INDEX one_active_version_per_testset", "index one_active_version_per_testset is missing"),
    "a constraint dropped": (
        f"ALTER TABLE {JUDGEMENTS} DROP CONSTRAINT passed_means_every_gate_passed",
        f"constraint {JUDGEMENTS}.passed_means_every_gate_passed is missing",
    ),
    "rows hidden by a policy": (f"ALTER TABLE {LOG} ENABLE ROW LEVEL SECURITY", f"relation {LOG} is not as this release defines it"),
    "writes turned aside by a rule": (
        f"CREATE RULE aside AS ON INSERT TO {APPROVALS} DO INSTEAD NOTHING",
        f"rule {APPROVALS}.aside does not belong to this release",
    ),
}


def test_the_honest_registry_is_intact(registry: Forged):
    checks = registry.verify()
    assert [fault for check in checks for fault in check.faults] == []
    assert all(check.checked for check in checks)


@pytest.mark.parametrize("forgery", SINGLE)
def test_a_forgery_is_named(registry: Forged, forgery: str):
    tables, script, expected = SINGLE[forgery]
    registry.sql(script, *tables)
    assert any(expected in fault for fault in registry.faults()), registry.faults()


@pytest.mark.parametrize("forgery", THOROUGH)
def test_a_forgery_with_every_hash_made_right_again_is_named_by_the_head_alone(registry: Forged, forgery: str):
    script, expected = THOROUGH[forgery]
    registry.sql(script, *ALL)
    faults = registry.faults()
    assert any(expected in fault for fault in faults)
    assert all(fault.startswith("heads of golden") for fault in faults)


def test_new_content_with_every_hash_is_named_by_the_audit_log_and_by_the_head(registry: Forged):
    registry.sql(NEW_CONTENT + RECHAIN, *ALL)
    faults = registry.faults()
    assert any("version 1.0.0: its testset hash is" in fault and "when it was created (audit entry 1)" in fault for fault in faults)
    assert any(REWRITTEN in fault for fault in faults)


def test_new_content_whose_audit_log_was_rewritten_too_is_named_by_the_head(registry: Forged):
    rewrite = f"""UPDATE {LOG} SET details = details || jsonb_build_object('testset_hash', v.testset_hash)
                  FROM {VERSIONS} AS v WHERE operation = 'create' AND details ->> 'version' = v.version;"""
    registry.sql(NEW_CONTENT + rewrite + RECHAIN, *ALL)
    assert any(REWRITTEN in fault for fault in registry.faults())


def test_a_registry_made_anew_under_the_same_name_is_named_by_the_head(registry: Forged):
    registry.sql("DROP SCHEMA golden_assets CASCADE")
    migrate(registry.url)
    asyncio.run(fill(registry.url, registry.settings.model_copy(update={"home": registry.settings.home / "elsewhere"})))
    assert {fault.partition(":")[0] for fault in registry.faults()} == {"heads of golden kept outside (0 signed)"}


@pytest.mark.parametrize("forgery", SCHEMA)
def test_a_change_of_the_schema_is_named(registry: Forged, forgery: str):
    script, expected = SCHEMA[forgery]
    registry.sql(script)
    assert any(fault.startswith(f"schema: {expected}") for fault in registry.faults())


def test_two_active_versions_are_named(registry: Forged):
    registry.sql(f"DROP INDEX one_active_version_per_testset; UPDATE {VERSIONS} SET status = 'active'", VERSIONS)
    assert any("active by the versions: 1.0.0, 1.1.0, 1.2.0" in fault for fault in registry.faults())


def test_a_judgement_that_is_not_a_report_is_named_and_keeps_nobody_from_the_rows(registry: Forged):
    details = '{"verdicts": [{"passed": true}]}'
    registry.sql(
        f"""ALTER TABLE {JUDGEMENTS} DROP CONSTRAINT judgement_is_a_report;
            INSERT INTO {JUDGEMENTS} (testset_version_id, testset_hash, report_hash, validation_status, validation_details)
            SELECT id, testset_hash, sha256_hex(canonical_json('{details}')), 'passed', '{details}'
            FROM {VERSIONS} WHERE status = 'active'"""
    )
    faults = registry.faults()
    assert any("judgement 4 is not a quality report: " in fault for fault in faults)
    assert "records of golden: judgement 4 was stored without an audit entry" in faults
    active = asyncio.run(PostgresVersionStore(registry.url, pooling=Pooling.PER_USE).get_active_version())
    assert active
    assert active.report is None
