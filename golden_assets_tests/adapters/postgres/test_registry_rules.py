"""What the database itself refuses, told by plain SQL from the owner of the tables."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg.types.json import Jsonb

from golden_assets.adapters.postgres import Pooling, PostgresVersionStore, migrate, revert
from golden_assets.domain.versions.versions import TRANSITIONS
from golden_assets_tests.factories import a_failed_report, a_report, a_row, a_testset

TABLES = (
    "golden_testset_versions", "golden_testset_rows", "golden_testset_metadata", "golden_testset_quality_metrics",
    "golden_testset_audit_log", "golden_testset_publications", "golden_artifacts",
)  # fmt: skip
COLUMNS = (
    "id = gen_random_uuid()",
    "testset_name = 'x'", "version = '9.9.9'", "created_at = now()", "activated_at = now()", "archived_at = now()",
    "testset_data = '{}'", "created_by = 'x'", "testset_hash = repeat('0', 64)", "corpus_hash = 'x'", "run_id = 'x'", "row_count = 1",
    "row_fields = '{}'",
)  # fmt: skip
INSERT = """INSERT INTO golden_assets.golden_testset_versions (testset_name, version, status, testset_data, testset_hash, corpus_hash)
            VALUES (%s, %s, %s, %s, %s, 'c')"""


@pytest.fixture
async def stored(store: PostgresVersionStore) -> PostgresVersionStore:
    """Version 1.0.0, validated."""
    await store.create_version(a_testset(), a_report(), created_by="t", run_id=None)
    return store


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["DELETE FROM golden_assets.{}", "TRUNCATE golden_assets.{} CASCADE"])
def test_nothing_stored_is_deleted(stored: object, owner: psycopg.Connection, table: str, statement: str):
    with pytest.raises(psycopg.DatabaseError, match="is refused") as caught:
        owner.execute(statement.format(table))
    assert caught.value.sqlstate == "GA005"


@pytest.mark.parametrize("table", [table for table in TABLES if table != "golden_testset_versions"])
def test_nothing_recorded_is_changed(stored: object, owner: psycopg.Connection, table: str):
    column = owner.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]).fetchone()[0]
    with pytest.raises(psycopg.DatabaseError, match=f"UPDATE on {table} is refused"):
        owner.execute(f"UPDATE golden_assets.{table} SET {column} = {column}")  # noqa: S608


@pytest.mark.parametrize("change", COLUMNS)
def test_no_column_but_the_status_of_a_version_changes(stored: object, owner: psycopg.Connection, change: str):
    with pytest.raises(psycopg.DatabaseError, match="UPDATE on golden_testset_versions is refused"):
        owner.execute(f"UPDATE golden_assets.golden_testset_versions SET {change}, status = 'active'")  # noqa: S608


def test_every_column_is_either_guarded_or_the_status(owner: psycopg.Connection, name: str):
    guarded = owner.execute("SELECT tgattr FROM pg_trigger WHERE tgname = 'content_stays'").fetchone()[0].split()
    columns = owner.execute(
        """SELECT attnum::text, attname FROM pg_attribute
           WHERE attrelid = 'golden_assets.golden_testset_versions'::regclass AND attnum > 0 AND NOT attisdropped"""
    ).fetchall()
    assert {name for number, name in columns if number not in guarded} == {"status", "is_active"}


def test_every_trigger_fires_in_replica_mode_too(owner: psycopg.Connection, name: str):
    modes = owner.execute(
        """SELECT tgname, tgenabled FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
           WHERE NOT tgisinternal AND c.relnamespace = 'golden_assets'::regnamespace"""
    ).fetchall()
    assert [name for name, mode in modes if mode not in (b"A", "A")] == []


def test_the_row_table_says_what_the_json_says(stored: object, owner: psycopg.Connection, name: str):
    testset = a_testset()
    rows = owner.execute(
        """SELECT "position", row_id, row_hash, question_type, synthesizer_name, document_ids, document_hashes, chunk_hashes
           FROM golden_assets.golden_testset_rows
           WHERE testset_version_id = (SELECT id FROM golden_assets.golden_testset_versions WHERE testset_name = %s) ORDER BY 1""",
        [name],
    ).fetchall()
    assert rows == [
        (
            position, row.row_id, row.row_hash, row.question_type, row.synthesizer_name, [c.document_id for c in row.contexts],
            [c.document_hash for c in row.contexts], [c.chunk_hash for c in row.contexts],
        )
        for position, row in enumerate(testset.rows)
    ]  # fmt: skip
    counted = owner.execute(
        "SELECT row_count, row_fields FROM golden_assets.golden_testset_versions WHERE testset_name = %s", [name]
    ).fetchone()
    assert counted == (4, ["question_type", "reference", "reference_contexts", "user_input"])


def test_the_structure_in_the_database_is_that_of_the_domain(owner: psycopg.Connection, name: str):
    from golden_assets.domain.versions.version_numbers import row_fields

    testset = a_testset([a_row(extra={"ö": 1, "Z": [], "a": {"b": 1}}, contexts=()), a_row(contexts=())])
    owner.execute(INSERT, [name, "1.0.0", "draft", Jsonb(testset.model_dump(mode="json")), testset.testset_hash])
    found = owner.execute("SELECT row_fields FROM golden_assets.golden_testset_versions WHERE testset_name = %s", [name]).fetchone()
    assert tuple(found[0]) == row_fields(testset)


def test_rows_under_a_foreign_hash_are_refused(owner: psycopg.Connection, name: str):
    with pytest.raises(psycopg.DatabaseError, match=r"hash to .* not to the given") as caught:
        owner.execute(INSERT, [name, "1.0.0", "draft", Jsonb(a_testset().model_dump(mode="json")), "0" * 64])
    assert caught.value.sqlstate == "GA004"
    count = "SELECT count(*) FROM golden_assets.golden_testset_versions WHERE testset_name = %s"
    assert owner.execute(count, [name]).fetchone() == (0,)


@pytest.mark.parametrize("status", ["validated", "failed", "active", "archived"])
def test_a_version_begins_as_a_draft(owner: psycopg.Connection, name: str, status: str):
    testset = a_testset()
    with pytest.raises(psycopg.DatabaseError, match=f"cannot be stored as {status}"):
        owner.execute(INSERT, [name, "1.0.0", status, Jsonb(testset.model_dump(mode="json")), testset.testset_hash])


@pytest.mark.parametrize("version", ["1.0", "v1.0.0", "01.2.3", "", "1.0.0 ", "1.0.0-", "latest"])
def test_the_database_knows_a_version_number_too(owner: psycopg.Connection, name: str, version: str):
    testset = a_testset()
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(INSERT, [name, version, "draft", Jsonb(testset.model_dump(mode="json")), testset.testset_hash])


async def reach(store: PostgresVersionStore, status: str) -> str:
    """Bring a version into a status by the rules; returns its number."""
    testset = a_testset()
    report = {"draft": None, "failed": a_failed_report(testset)}.get(status, a_report(testset))
    summary, _ = await store.create_version(testset, report, created_by="t", run_id=None)
    if status in ("active", "archived"):
        await store.promote_version(summary.version, promoted_by="t", run_id=None)
    if status == "archived":
        await store.archive_version(summary.version, performed_by="t")
    return summary.version


@pytest.mark.parametrize("target", list(TRANSITIONS))
@pytest.mark.parametrize("status", list(TRANSITIONS))
async def test_the_state_machine_is_that_of_the_domain(
    store: PostgresVersionStore, owner: psycopg.Connection, name: str, status: str, target: str
):
    await reach(store, status)
    update = f"UPDATE golden_assets.golden_testset_versions SET status = '{target}' WHERE testset_name = '{name}'"  # noqa: S608
    allowed = target in TRANSITIONS[status]
    if allowed and status == "draft":
        with pytest.raises(psycopg.DatabaseError, match=r"latest judgement .* is missing"):
            owner.execute(update)
    elif allowed:
        owner.execute(update)
        assert (await store.list_versions())[0].status == target
    else:
        with pytest.raises(psycopg.DatabaseError, match=f"is {status} and cannot become {target}") as caught:
            owner.execute(update)
        assert caught.value.sqlstate == "GA002"


async def test_two_versions_of_a_testset_are_never_active_together(stored: PostgresVersionStore, owner: psycopg.Connection, name: str):
    other = a_testset(size=8)
    await stored.create_version(other, a_report(other), created_by="t", run_id=None)
    with pytest.raises(psycopg.errors.UniqueViolation, match="one_active_version_per_testset"):
        owner.execute("UPDATE golden_assets.golden_testset_versions SET status = 'active' WHERE testset_name = %s", [name])


async def test_a_passed_judgement_needs_verdicts_that_all_passed(stored: PostgresVersionStore, owner: psycopg.Connection, name: str):
    for verdicts in ([], [{"passed": True}, {"passed": False}], [{"name": "no outcome"}], [{"passed": "true"}]):
        with pytest.raises(psycopg.errors.CheckViolation, match=r"passed_means_every_gate_passed|judgement_is_a_report"):
            owner.execute(
                """INSERT INTO golden_assets.golden_testset_quality_metrics
                   (testset_version_id, testset_hash, validation_status, validation_details)
                   SELECT id, testset_hash, 'passed', %s FROM golden_assets.golden_testset_versions WHERE testset_name = %s""",
                [Jsonb({"verdicts": verdicts}), name],
            )


async def test_a_judgement_of_other_rows_is_refused(stored: PostgresVersionStore, owner: psycopg.Connection, name: str):
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(
            """INSERT INTO golden_assets.golden_testset_quality_metrics
               (testset_version_id, testset_hash, validation_status, validation_details)
               SELECT id, repeat('0', 64), 'warning', '{"verdicts": [], "forced_by": "t", "reason": "r", "force": true}'
               FROM golden_assets.golden_testset_versions WHERE testset_name = %s""",
            [name],
        )


NO_REPORTS = {  # how a sound report is spoilt, or what is given in place of one
    "nothing but outcomes": lambda _: {"verdicts": [{"passed": True}]},
    "a verdict that is a list": lambda report: report | {"verdicts": [[verdict] for verdict in report["verdicts"]]},
    "a verdict without a name": lambda report: report | {"verdicts": [verdict | {"name": None} for verdict in report["verdicts"]]},
    "a measure in words": lambda report: report | {"measures": report["measures"] | {"diversity": "much"}},
    "a measure in a list": lambda report: report | {"measures": {"diversity": [0.9]}},
    "no measures": lambda report: {name: value for name, value in report.items() if name != "measures"},
    "of other rows": lambda report: report | {"testset_hash": "0" * 64},
    "no corpus": lambda report: report | {"corpus_hash": None},
}


@pytest.mark.parametrize("spoil", NO_REPORTS.values(), ids=NO_REPORTS)
@pytest.mark.parametrize("report_hash", ["a" * 64, None])
async def test_what_is_not_a_quality_report_does_not_judge_a_draft(
    store: PostgresVersionStore, owner: psycopg.Connection, name: str, spoil: Callable[[dict], dict], report_hash: str | None
):
    await store.create_version(a_testset(), None, created_by="t", run_id=None)
    with pytest.raises(psycopg.errors.CheckViolation, match="judgement_is_a_report"):
        insert_judgement(owner, name, "passed", spoil(a_report().model_dump(mode="json")), report_hash)
    assert (await store.get_version("1.0.0")).summary.status == "draft"


async def test_a_warning_does_not_pass_over_a_gate_that_failed(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    await store.create_version(a_testset(), None, created_by="t", run_id=None)
    with pytest.raises(psycopg.errors.CheckViolation, match="judgement_is_a_report"):
        insert_judgement(owner, name, "warning", a_failed_report().model_dump(mode="json"), "a" * 64)


async def test_a_judgement_of_an_older_release_that_cannot_be_read_keeps_nobody_from_the_rows(
    database_url: str, caplog: pytest.LogCaptureFixture
):
    migrate(database_url)
    revert(database_url, to=17)
    store = PostgresVersionStore(database_url, "golden", Pooling.PER_USE)
    await store.create_version(a_testset(), None, created_by="t", run_id=None)
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as owner:
        insert_judgement(owner, "golden", "passed", {"verdicts": [{"passed": True}]}, "a" * 64)
    migrate(database_url)
    stored = await store.get_version("1.0.0")
    assert (stored.testset, stored.report) == (a_testset(), None)
    assert "is not a quality report, and is passed over: testset_hash, draft_hash" in caplog.text


def insert_judgement(owner: psycopg.Connection, name: str, status: str, details: dict, report_hash: str | None) -> None:
    owner.execute(
        """INSERT INTO golden_assets.golden_testset_quality_metrics
           (testset_version_id, testset_hash, report_hash, validation_status, validation_details)
           SELECT id, testset_hash, %s, %s, %s FROM golden_assets.golden_testset_versions WHERE testset_name = %s""",
        [report_hash, status, Jsonb(details), name],
    )


async def test_an_audit_entry_cannot_choose_its_place_time_or_hash(stored: PostgresVersionStore, owner: psycopg.Connection, name: str):
    owner.execute(
        """INSERT INTO golden_assets.golden_testset_audit_log
           (testset_name, sequence, operation, operation_id, operation_timestamp, database_user, result, previous_hash, entry_hash)
           VALUES (%s, 77, 'forged', gen_random_uuid(), '2001-01-01', 'somebody', 'success', 'x', 'x')""",
        [name],
    )
    entries = owner.execute(
        """SELECT sequence, operation_timestamp > '2020-01-01', database_user = session_user,
                  entry_hash = golden_assets.audit_entry_hash(a), entry_hash, previous_hash
           FROM golden_assets.golden_testset_audit_log AS a WHERE testset_name = %s ORDER BY sequence""",
        [name],
    ).fetchall()
    assert [entry[:4] for entry in entries] == [(1, True, True, True), (2, True, True, True)]
    assert entries[1][5] == entries[0][4]


async def test_the_view_shows_the_active_version_once_with_its_latest_judgement(
    stored: PostgresVersionStore, owner: psycopg.Connection, name: str
):
    await stored.promote_version("1.0.0", promoted_by="t", run_id=None)
    await stored.record_quality("1.0.0", a_report(measures={"diversity": 0.5}), performed_by="t")
    rows = owner.execute(
        """SELECT version, is_active, diversity_score, source_docs_count FROM golden_assets.current_golden_testset
           WHERE testset_name = %s""",
        [name],
    ).fetchall()
    assert rows == [("1.0.0", True, 0.5, 4)]
