"""The version store: creating, promoting, going back, and what is refused on the way."""

import asyncio
import json
from typing import Any

import psycopg
import pytest

from golden_assets.adapters.postgres import Pooling, PostgresVersionStore
from golden_assets.domain.core.errors import (
    GateError,
    GoldenAssetsError,
    IllegalTransitionError,
    IntegrityError,
    InvalidVersionError,
    RegistryError,
    TestsetError,
    VersionConflictError,
    VersionNotFoundError,
)
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.version_numbers import NumberingRules
from golden_assets.domain.versions.versions import PublishedDataset, RowDiff
from golden_assets_tests.factories import a_corpus, a_failed_report, a_report, a_row, a_testset, changed, rows_on

CORPUS = a_corpus()


def rows(count: int, start: int = 0) -> Testset:
    return a_testset(rows_on(CORPUS, count, start))


async def create(store: PostgresVersionStore, testset: Testset, **wanted: Any) -> tuple[str, str, bool]:
    """(version, status, created) of a testset that passes its gates."""
    summary, created = await store.create_version(testset, a_report(testset), created_by="test", run_id="run-1", **wanted)
    return summary.version, summary.status, created


async def promote(store: PostgresVersionStore, version: str, **options: Any) -> str:
    return (await store.promote_version(version, promoted_by="test", run_id=None, **options)).status


async def statuses(store: PostgresVersionStore) -> dict[str, str]:
    return {summary.version: summary.status for summary in await store.list_versions()}


def audit(owner: psycopg.Connection, name: str) -> list[tuple[str, str]]:
    return owner.execute(
        "SELECT operation, result FROM golden_assets.golden_testset_audit_log WHERE testset_name = %s ORDER BY sequence", [name]
    ).fetchall()


async def test_a_version_comes_back_with_everything_that_was_stored(store: PostgresVersionStore):
    testset = a_testset([a_row(extra={"big": 1e22}), a_row(user_input="Ünïcödé?")], personas=({"name": "engineer"},), duration_seconds=1.5)
    report = a_report(testset)
    summary, created = await store.create_version(testset, report, created_by="test", run_id="run-1", metadata={"why": "trial"})
    assert (summary.version, summary.status, summary.row_count, created) == ("1.0.0", report.status.replace("passed", "validated"), 2, True)
    stored = await store.get_version("1.0.0")
    assert stored.testset == testset
    assert stored.report == report
    assert stored.summary == summary == (await store.list_versions())[0]
    assert stored.metadata["user_metadata"] == {"why": "trial"}
    assert stored.metadata["personas"] == [{"name": "engineer"}]
    assert stored.published is None


async def test_whether_the_answers_are_judged_follows_from_the_latest_judgement(store: PostgresVersionStore):
    testset = rows(4)
    approved = changed(testset, approved=tuple(row.row_id for row in testset.rows))
    for judged, answers_judged in ((testset, False), (approved, True)):
        summary, _ = await store.create_version(judged, a_report(judged), created_by="test", run_id="run-1")
        (listed,) = await store.list_versions()
        assert summary.answers_judged is listed.answers_judged is answers_judged
        assert (await store.get_version(summary.version)).summary.answers_judged is answers_judged


async def test_the_same_rows_again_give_the_version_that_holds_them(store: PostgresVersionStore):
    assert await create(store, rows(4)) == ("1.0.0", "validated", True)
    assert await create(store, rows(4)) == ("1.0.0", "validated", False)
    assert await create(store, rows(4).model_copy(update={"model": "another"})) == ("1.0.0", "validated", False)


@pytest.mark.parametrize(
    ("second", "number"),
    [
        (rows(20), None),
        (rows(21), "1.0.1"),
        (rows(24), "1.1.0"),
        (a_testset(rows_on(CORPUS, 20)[::-1]), "1.0.1"),
        (a_testset((*rows_on(CORPUS, 19), a_row(question_type="conversation"))), "1.1.0"),
        (a_testset((*rows_on(CORPUS, 19), a_row(extra={"language": "en"}))), "2.0.0"),
    ],
    ids=["nothing", "one row of 21", "four rows of 24", "the order", "a new question type", "a new field"],
)
async def test_the_number_follows_from_the_rows(store: PostgresVersionStore, second: Testset, number: str | None):
    await create(store, rows(20))
    version, _, created = await create(store, second)
    assert (version, created) == ((number, True) if number else ("1.0.0", False))


async def test_numbers_go_on_from_the_highest_one(store: PostgresVersionStore):
    assert (await create(store, rows(20), version="0.1.0"))[0] == "0.1.0"
    assert (await create(store, rows(21)))[0] == "0.1.1"
    assert (await create(store, rows(22), version="3.0.0"))[0] == "3.0.0"
    assert (await create(store, rows(23), version="2.5.0"))[0] == "2.5.0"
    assert (await create(store, rows(24)))[0] == "3.0.1"


async def test_the_share_that_makes_a_minor_version_can_be_set(registry_url: str, name: str):
    store = PostgresVersionStore(registry_url, name, Pooling.PER_USE, numbering=NumberingRules(minor_share=0.5))
    await create(store, rows(4))
    assert (await create(store, rows(6)))[0] == "1.0.1"


@pytest.mark.parametrize(("strategy", "numbers"), [("incremental", ["1.0.0", "2.0.0"]), ("timestamp", None)])
async def test_numbers_follow_other_strategies_too(registry_url: str, name: str, strategy: Any, numbers: list[str] | None):
    store = PostgresVersionStore(registry_url, name, Pooling.PER_USE, numbering=NumberingRules(strategy=strategy))
    found = [(await create(store, rows(count)))[0] for count in (20, 21)]
    assert found == numbers if numbers else int(found[0].split(".")[0]) > 2000
    assert len(set(found)) == 2


async def test_without_rules_every_version_must_be_given_a_number(registry_url: str, name: str):
    store = PostgresVersionStore(registry_url, name, Pooling.PER_USE, numbering=None)
    with pytest.raises(InvalidVersionError, match="no version number is given"):
        await create(store, rows(4))
    assert (await create(store, rows(4), version="4.2.0"))[0] == "4.2.0"


async def test_a_wanted_number_must_be_free(store: PostgresVersionStore):
    await create(store, rows(4), version="1.0.0")
    assert await create(store, rows(4), version="1.0.0") == ("1.0.0", "validated", False)
    with pytest.raises(VersionConflictError, match=r"version 1\.0\.0 of testset-\w+ holds other rows: choose a number that is free"):
        await create(store, rows(5), version="1.0.0")
    with pytest.raises(VersionConflictError, match=r"these rows are stored already as version 1\.0\.0: use that version"):
        await create(store, rows(4), version="1.1.0")
    assert await statuses(store) == {"1.0.0": "validated"}


async def test_a_testset_that_fails_its_gates_is_stored_as_failed(store: PostgresVersionStore):
    summary, created = await store.create_version(rows(4), a_failed_report(rows(4)), created_by="test", run_id=None)
    assert (summary.status, created) == ("failed", True)
    stored = await store.get_version(summary.version)
    assert stored.report is not None
    assert [verdict.passed for verdict in stored.report.verdicts].count(False) == 1


async def test_rows_that_failed_and_pass_later_become_a_new_version(store: PostgresVersionStore):
    failed = a_failed_report(rows(4))
    for created in (True, False):
        summary, new = await store.create_version(rows(4), failed, created_by="test", run_id=None)
        assert (summary.version, summary.status, new) == ("1.0.0", "failed", created)
    assert await create(store, rows(4)) == ("1.0.1", "validated", True)
    assert await create(store, rows(4)) == ("1.0.1", "validated", False)
    assert await statuses(store) == {"1.0.1": "validated", "1.0.0": "failed"}


async def test_without_a_report_a_version_is_a_draft_until_it_is_judged(store: PostgresVersionStore):
    for version, report, status in (("1.0.0", a_report(rows(4)), "validated"), ("1.1.0", a_failed_report(rows(8)), "failed")):
        testset = rows(4) if status == "validated" else rows(8)
        summary, _ = await store.create_version(testset, None, created_by="test", run_id=None)
        assert (summary.version, summary.status) == (version, "draft")
        assert (await store.get_version(version)).report is None
        assert (await store.record_quality(version, report, performed_by="test")).status == status


async def test_judgements_are_added_and_the_latest_counts(store: PostgresVersionStore, owner: psycopg.Connection):
    await create(store, rows(4))
    assert (await store.record_quality("1.0.0", a_failed_report(rows(4)), performed_by="test")).status == "validated"
    with pytest.raises(GateError, match=r"latest judgement of version 1\.0\.0 of testset-\w+ is failed, so it cannot become active"):
        await promote(store, "1.0.0")
    assert await create(store, rows(4)) == ("1.0.0", "validated", False)
    assert await promote(store, "1.0.0") == "active"


async def test_the_same_report_again_is_no_new_judgement(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    for _ in range(3):
        await create(store, rows(4))
    count = owner.execute(
        """SELECT count(*) FROM golden_assets.golden_testset_quality_metrics JOIN golden_assets.golden_testset_versions AS v
           ON v.id = testset_version_id WHERE testset_name = %s""",
        [name],
    ).fetchone()
    assert count == (1,)


async def test_promoting_archives_the_former_active_version(store: PostgresVersionStore):
    assert await store.get_active_version() is None
    await create(store, rows(4))
    await create(store, rows(8))
    assert await promote(store, "1.0.0") == "active"
    assert await promote(store, "1.1.0") == "active"
    assert await statuses(store) == {"1.1.0": "active", "1.0.0": "archived"}
    active = await store.get_active_version()
    assert active is not None
    assert active.testset == rows(8)
    assert active.summary.activated_at is not None
    assert (await store.get_version("1.0.0")).summary.archived_at is not None


async def test_going_back_takes_one_call_and_a_reason(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    for testset in (rows(4), rows(8)):
        version, _, _ = await create(store, testset)
        await promote(store, version)
    back = await store.rollback_version("1.0.0", "answers got worse", performed_by="test")
    assert (back.version, back.status, back.archived_at) == ("1.0.0", "active", None)
    assert await statuses(store) == {"1.1.0": "archived", "1.0.0": "active"}
    details = owner.execute(
        "SELECT details FROM golden_assets.golden_testset_audit_log WHERE testset_name = %s AND operation = 'rollback'", [name]
    ).fetchone()
    assert details == ({"reason": "answers got worse", "version": "1.0.0", "replaced": "1.1.0"},)


async def test_archiving_leaves_no_version_active(store: PostgresVersionStore):
    await create(store, rows(4))
    await promote(store, "1.0.0")
    assert (await store.archive_version("1.0.0", performed_by="test")).status == "archived"
    assert await store.get_active_version() is None
    assert (await store.rollback_version("1.0.0", "needed again", performed_by="test")).status == "active"


async def test_force_passes_gates_and_is_on_record_with_who_and_why(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    await store.create_version(rows(4), None, created_by="test", run_id=None)
    assert await promote(store, "1.0.0", force=True, reason="demo tonight") == "active"
    entry = owner.execute(
        """SELECT a.performed_by, a.details, q.validation_status, q.validation_details
           FROM golden_assets.golden_testset_audit_log AS a JOIN golden_assets.golden_testset_quality_metrics AS q
           USING (testset_version_id) WHERE testset_name = %s AND operation = 'promote'""",
        [name],
    ).fetchone()
    assert entry[0] == "test"
    assert entry[1] == {"force": True, "reason": "demo tonight", "version": "1.0.0", "replaced": None}
    assert entry[2] == "warning"
    assert entry[3]["forced_by"] == "test"
    assert (await store.get_version("1.0.0")).report is None


async def test_force_does_not_lead_out_of_failed(store: PostgresVersionStore):
    await store.create_version(rows(4), a_failed_report(rows(4)), created_by="test", run_id=None)
    with pytest.raises(IllegalTransitionError, match="is failed where validated is needed: a failed version stays failed"):
        await promote(store, "1.0.0", force=True)
    assert await statuses(store) == {"1.0.0": "failed"}


async def prepare(store: PostgresVersionStore) -> None:
    """1.0.0 archived, 1.1.0 active, 1.2.0 validated, 1.3.0 failed, 1.4.0 draft."""
    for count in (4, 8):
        version, _, _ = await create(store, rows(count))
        await promote(store, version)
    await create(store, rows(12))
    await store.create_version(rows(16), a_failed_report(rows(16)), created_by="test", run_id=None)
    await store.create_version(rows(24), None, created_by="test", run_id=None)


REFUSALS: list[tuple[str, dict[str, Any], type[GoldenAssetsError], str]] = [
    ("promote_version", {"version": "1.0.0"}, IllegalTransitionError, "archived where validated is needed: return to it with rollback"),
    ("promote_version", {"version": "1.1.0"}, IllegalTransitionError, "active where validated is needed: it is in use already"),
    ("promote_version", {"version": "1.3.0"}, IllegalTransitionError, "failed where validated is needed: a failed version stays failed"),
    ("promote_version", {"version": "1.4.0"}, IllegalTransitionError, "draft where validated is needed: record its quality first"),
    (
        "promote_version",
        {"version": "7.0.0"},
        VersionNotFoundError,
        r"there is no version 7\.0\.0 of .*: `golden-assets list-versions` \(list",
    ),
    ("promote_version", {"version": "7.0.0", "force": True}, VersionNotFoundError, "there is no version"),
    ("promote_version", {"version": "v1.0.0"}, InvalidVersionError, r"'v1\.0\.0' is not a version number"),
    ("promote_version", {"version": "1.0"}, InvalidVersionError, r"'1\.0' is not a version number"),
    ("rollback_version", {"to_version": "1.4.0", "reason": "x"}, IllegalTransitionError, "draft where archived is needed: roll back only"),
    ("rollback_version", {"to_version": "1.1.0", "reason": "x"}, IllegalTransitionError, "active where archived is needed"),
    ("rollback_version", {"to_version": "1.0.0", "reason": " \n"}, RegistryError, "needs a reason: say in a few words"),
    ("rollback_version", {"to_version": "01.2.3", "reason": "x"}, InvalidVersionError, "is not a version number"),
    ("rollback_version", {"to_version": "1.0.0", "reason": "x\x00"}, RegistryError, "cannot be recorded: .* NUL byte"),
    ("archive_version", {"version": "1.2.0"}, IllegalTransitionError, "only the active version can be archived"),
    ("record_quality", {"version": "1.2.0", "report": a_report(rows(4))}, GateError, "the quality report judges testset"),
    ("record_quality", {"version": "9.9.9", "report": a_report(rows(4))}, VersionNotFoundError, "there is no version"),
]


async def test_every_refusal_says_why_and_leaves_everything_as_it_was(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    await prepare(store)
    before, logged = await store.list_versions(), audit(owner, name)
    for method, arguments, error, message in REFUSALS:
        who = {"promoted_by": "test", "run_id": None} if method == "promote_version" else {"performed_by": "test"}
        with pytest.raises(error, match=message) as caught:
            await getattr(store, method)(**arguments, **who)
        assert "\n" not in str(caught.value).replace("\\n", "")
        assert await store.list_versions() == before
    refused = audit(owner, name)[len(logged) :]
    assert len(refused) == len(REFUSALS) - 1, "only what cannot be written down at all leaves no entry"
    assert {result for _, result in refused} == {"failure"}


BAD_TESTSETS = [
    (a_testset(()), "the testset has no rows"),
    (a_testset([a_row(user_input="a\x00b")]), r"rows\[0\]\.user_input holds a NUL byte"),
    (a_testset([a_row(), a_row(reference="\udc00")]), r"rows\[1\]\.reference holds a lone surrogate"),
    (a_testset([a_row(extra={"score": float("nan")})]), r"rows\[0\]\.extra\.score is nan"),
    (a_testset([a_row(extra={"k\x00": 1})]), r"a key of testset\.rows\[0\]\.extra holds a NUL byte"),
    (a_testset(duration_seconds=float("inf")), "duration_seconds is inf"),
]


@pytest.mark.parametrize(("testset", "fault"), BAD_TESTSETS, ids=["empty", "NUL", "surrogate", "NaN", "key", "infinite"])
async def test_rows_that_cannot_be_stored_are_named(
    store: PostgresVersionStore, owner: psycopg.Connection, name: str, testset: Testset, fault: str
):
    with pytest.raises(TestsetError, match=fault):
        await store.create_version(testset, None, created_by="test", run_id=None)
    assert await store.list_versions() == []
    assert audit(owner, name) == [("create", "failure")]


async def test_a_string_of_ten_megabytes_is_stored(store: PostgresVersionStore):
    testset = a_testset([a_row(reference="long " * 2_000_000)])
    await store.create_version(testset, None, created_by="test", run_id=None)
    assert (await store.get_version("1.0.0")).testset == testset


@pytest.mark.parametrize(
    "extra", [{}, {"n": 1e22}, {"n": [{"deep": -1e300}], "m": 2**53 - 1}, {"extra": {}}, {"deep": json.loads("[" * 200 + "]" * 200)}]
)
async def test_unknown_fields_come_back_with_the_same_numbers_and_hash(store: PostgresVersionStore, extra: dict[str, Any]):
    quoted = a_row(user_input='Is "extra": {"n": 1} or \\"extra\\": {\\" meant?', extra=extra)
    version, _, _ = await create(store, a_testset([quoted]))
    stored = (await store.get_version(version)).testset
    assert stored.rows == (quoted,)
    assert json.dumps(stored.rows[0].extra, sort_keys=True) == json.dumps(extra, sort_keys=True), "1e+22 is no integer"


async def test_a_report_that_does_not_fit_is_refused(store: PostgresVersionStore):
    with pytest.raises(GateError, match="judges testset"):
        await store.create_version(rows(4), a_report(rows(8)), created_by="test", run_id=None)
    with pytest.raises(GateError, match="holds no verdict"):
        await store.create_version(rows(4), a_report(rows(4), verdicts=()), created_by="test", run_id=None)
    assert await store.list_versions() == []


def published(name: str, **changes: Any) -> PublishedDataset:
    fields: dict[str, Any] = {
        "testset_name": name, "version": "1.0.0", "testset_hash": rows(4).testset_hash, "dataset_id": "RGF0", "dataset_version_id": "RGF1",
        "dataset_name": "golden", "url": "http://127.0.0.1:6006/datasets/RGF0", "example_count": 4,
    }  # fmt: skip
    return PublishedDataset(**fields | changes)


async def test_where_a_version_was_published_is_remembered(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    await create(store, rows(4))
    for place in (published(name), published(name), published(name, dataset_version_id="RGF2")):
        await store.record_publication(place)
        assert (await store.get_version("1.0.0")).published == place
    await create(store, rows(8))
    assert await store.published_versions() == {"1.0.0"}
    lines = owner.execute("SELECT count(*) FROM golden_assets.golden_testset_publications WHERE testset_hash = %s", [rows(4).testset_hash])
    assert lines.fetchone() == (2,)


async def test_a_publication_of_other_rows_or_of_nothing_is_refused(store: PostgresVersionStore, name: str):
    await create(store, rows(4))
    with pytest.raises(IntegrityError, match=r"dataset golden holds other rows than version 1\.0\.0: publish the version again"):
        await store.record_publication(published(name, testset_hash="0" * 64))
    with pytest.raises(VersionNotFoundError):
        await store.record_publication(published(name, version="2.0.0"))
    assert (await store.get_version("1.0.0")).published is None


async def test_versions_are_compared_row_by_row(store: PostgresVersionStore):
    first = rows_on(CORPUS, 4)
    second = (first[0], first[1].model_copy(update={"reference": "Otherwise."}), *rows_on(CORPUS, 2, start=4))
    await create(store, a_testset(first))
    await create(store, a_testset(second))
    diff = await store.diff_versions("1.0.0", "1.1.0")
    assert diff == RowDiff(
        added=tuple(row.row_id for row in second[2:]),
        removed=tuple(row.row_id for row in first[2:]),
        changed=((first[1].row_id, second[1].row_id),),
        unchanged=(first[0].row_id,),
    )
    assert (await store.diff_versions("1.1.0", "1.1.0")).is_empty
    with pytest.raises(VersionNotFoundError):
        await store.diff_versions("1.0.0", "4.0.0")


async def test_testsets_of_different_names_know_nothing_of_each_other(registry_url: str, store: PostgresVersionStore, name: str):
    other = PostgresVersionStore(registry_url, f"{name}-other", Pooling.PER_USE)
    for each in (store, other):
        assert await create(each, rows(4)) == ("1.0.0", "validated", True)
        assert await promote(each, "1.0.0") == "active"
    assert len(await other.list_versions()) == 1


def test_one_store_serves_several_event_loops_one_after_another(registry_url: str, name: str):
    store = PostgresVersionStore(registry_url, name, Pooling.PER_USE)
    assert asyncio.run(create(store, rows(4))) == ("1.0.0", "validated", True)
    assert asyncio.run(promote(store, "1.0.0")) == "active"
    assert asyncio.run(store.list_versions())[0].status == "active"


async def test_listing_does_not_load_rows(store: PostgresVersionStore, owner: psycopg.Connection):
    from golden_assets.adapters.postgres.sql_files import query

    assert "testset_data" not in query("summaries")


async def test_rows_changed_behind_the_triggers_back_are_neither_read_nor_promoted(
    store: PostgresVersionStore, owner: psycopg.Connection, name: str
):
    await create(store, rows(4))
    with owner.transaction():
        owner.execute("ALTER TABLE golden_assets.golden_testset_versions DISABLE TRIGGER content_stays")
        owner.execute(
            """UPDATE golden_assets.golden_testset_versions
               SET testset_data = jsonb_set(testset_data, '{rows,2,reference}', '"forged"') WHERE testset_name = %s""",
            [name],
        )
        owner.execute("ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER content_stays")
    with pytest.raises(IntegrityError, match="do not match the testset hash"):
        await store.get_version("1.0.0")
    with pytest.raises(IntegrityError, match=r"do not match the testset hash .*: run verify to see which row"):
        await promote(store, "1.0.0")
    assert await statuses(store) == {"1.0.0": "validated"}


async def test_a_statement_that_takes_too_long_is_cancelled(registry_url: str, owner: psycopg.Connection, name: str):
    from golden_assets.adapters.postgres import Database
    from golden_assets.domain.core.errors import ServerError

    hasty = PostgresVersionStore(Database(registry_url, Pooling.PER_USE, statement_timeout_seconds=0.2), name)
    with owner.transaction():
        owner.execute("SELECT golden_assets.lock_testset(%s)", [name])
        with pytest.raises(ServerError, match="statement timeout"):
            await create(hasty, rows(4))
    assert await create(hasty, rows(4)) == ("1.0.0", "validated", True)


async def test_hints_that_failed_are_a_warning_that_holds_nothing_up(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    report = a_report(rows(4))
    hint = changed(report.verdicts[0], name="a_hint", passed=False, is_hint=True)
    warned = changed(report, verdicts=(*report.verdicts, hint))
    summary, _ = await store.create_version(rows(4), warned, created_by="test", run_id=None)
    assert summary.status == "validated"
    assert await promote(store, "1.0.0") == "active"
    judged = owner.execute(
        """SELECT q.validation_status, q.validation_details ->> 'failure_reason', (q.validation_details ->> 'overall_score')::float
           FROM golden_assets.golden_testset_quality_metrics AS q JOIN golden_assets.golden_testset_versions AS v
           ON v.id = q.testset_version_id WHERE v.testset_name = %s""",
        [name],
    ).fetchone()
    assert judged == ("warning", None, warned.score)
    stored = await store.get_version("1.0.0")
    assert stored.report == warned


async def test_the_reason_of_a_failure_is_where_monitoring_looks(store: PostgresVersionStore, owner: psycopg.Connection, name: str):
    await store.create_version(rows(4), a_failed_report(rows(4)), created_by="test", run_id=None)
    reasons = owner.execute(
        """SELECT q.validation_details ->> 'failure_reason' FROM golden_assets.golden_testset_quality_metrics AS q
           JOIN golden_assets.golden_testset_versions AS v ON v.id = q.testset_version_id
           WHERE v.testset_name = %s AND q.validation_status = 'failed'""",
        [name],
    ).fetchall()
    assert len(reasons) == 1
    assert reasons[0][0].startswith("testset_is_large_enough: ")
