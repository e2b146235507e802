"""The manager, as a user of the package calls it."""

import asyncio
import json
import threading
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pandas as pd
import psycopg
import pytest

from golden_assets.adapters.exchange import read_file
from golden_assets.adapters.phoenix.publisher import PhoenixDatasetPublisher
from golden_assets.domain.core.errors import (
    GateError,
    IllegalTransitionError,
    InvalidVersionError,
    TestsetError,
    VersionConflictError,
    VersionNotFoundError,
)
from golden_assets.manager import GoldenTestsetManager
from golden_assets_tests.adapters.phoenix.loopback import Answer, Request, forward, serving
from golden_assets_tests.factories import a_report, a_testset


@pytest.fixture
async def manager(database_url: str) -> AsyncIterator[GoldenTestsetManager]:
    """A manager on an empty database: it sets the schema up itself."""
    async with GoldenTestsetManager(db_url=database_url, performed_by="test") as made:
        yield made


def frame(*questions: str, **columns: list) -> pd.DataFrame:
    asked = list(questions or ("question1", "question2"))
    answers = [f"answer to {question}" for question in asked]
    return pd.DataFrame({"user_input": asked, "reference": answers, **columns}, dtype=object)


async def test_the_first_version_of_a_frame_is_a_draft(manager: GoldenTestsetManager):
    testset_df = pd.DataFrame({"user_input": ["question1", "question2"], "reference": ["answer1", "answer2"]})
    version = await manager.create_version(testset_df=testset_df, metadata={"source": "test"}, auto_promote=False)
    assert version.status == "draft"
    assert version.version.startswith("1.")
    assert version.metadata == {"source": "test"}
    assert version.activated_at is None
    assert version.quality is None
    assert 0 <= version.age_days < 1
    assert list(version.testset_df["reference"]) == ["answer1", "answer2"]


async def test_going_back_reaches_phoenix_too(database_url: str, phoenix_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", phoenix_url)
    told: list[str] = []
    name = f"test-{uuid.uuid4().hex}"
    async with GoldenTestsetManager(db_url=database_url, testset_name=name, tell=told.append) as manager:
        for questions in (("a", "b"), ("a", "b", "c")):
            await manager.create_version(frame(*questions), {}, auto_promote=True)
        publisher = PhoenixDatasetPublisher(phoenix_url)
        assert (await publisher.inspect((await manager.get_version("1.1.0")).stored)).current == "1.1.0"
        await manager.rollback_version("1.0.0", "worse")
        assert (await publisher.inspect((await manager.get_version("1.0.0")).stored)).current == "1.0.0"
    assert told == []


async def test_of_two_activations_at_once_phoenix_holds_the_version_that_is_active(
    database_url: str, phoenix_url: str, monkeypatch: pytest.MonkeyPatch
):
    """The upload of the first is held back until the second had the time to overtake it."""
    uploading, overtaken = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def hold_the_first_upload(request: Request) -> Answer:
        if request.is_upload and not uploading.is_set():
            loop.call_soon_threadsafe(uploading.set)
            overtaken.wait(2)
        return forward(request, phoenix_url)

    name = f"test-{uuid.uuid4().hex}"
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", phoenix_url)
    async with GoldenTestsetManager(db_url=database_url, testset_name=name) as manager:
        for questions in (("a", "b"), ("a", "b", "c"), ("a", "b", "c", "d")):
            await manager.create_version(frame(*questions), {}, auto_promote=True)
    async with (
        GoldenTestsetManager(db_url=database_url, testset_name=name) as one,
        GoldenTestsetManager(db_url=database_url, testset_name=name) as two,
    ):
        with serving(hold_the_first_upload) as proxy:
            monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", proxy.url)
            first = asyncio.create_task(one.rollback_version("1.0.0", "worse"))
            await uploading.wait()
            await two.rollback_version("1.1.0", "no, this one")
            overtaken.set()
            await first
        active = await one.get_active_version()
        assert active is not None
        state = await PhoenixDatasetPublisher(phoenix_url).inspect(active.stored)
    assert (active.version, state.current, state.faults) == ("1.1.0", "1.1.0", [])


async def test_a_version_becomes_active_though_phoenix_does_not_run_and_that_is_told(database_url: str):
    told: list[str] = []
    async with GoldenTestsetManager(db_url=database_url, tell=told.append) as manager:
        version = await manager.create_version(frame("a", "b"), {}, auto_promote=True)
    assert version.status == "active"
    assert told == ["not current in Phoenix: it does not run.\npublish it when Phoenix runs: golden-assets publish 1.0.0"]


@pytest.mark.parametrize(("address", "said"), [("http://127.0.0.1:1", "cannot be reached"), ("nowhere", "is not the address")])
async def test_a_rollback_stands_whatever_keeps_it_out_of_phoenix(
    database_url: str, monkeypatch: pytest.MonkeyPatch, address: str, said: str
):
    told: list[str] = []
    async with GoldenTestsetManager(db_url=database_url, tell=told.append) as manager:
        for questions in (("a", "b"), ("a", "b", "c")):
            await manager.create_version(frame(*questions), {}, auto_promote=True)
    told.clear()
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", address)
    monkeypatch.setenv("GOLDEN_ASSETS_PHOENIX_ATTEMPTS", "1")
    async with GoldenTestsetManager(db_url=database_url, tell=told.append) as manager:
        assert await manager.rollback_version("1.0.0", "worse")
        assert [version.status for version in await manager.list_versions()] == ["archived", "active"]
    (line,) = told
    assert said in line
    assert line.endswith("golden-assets publish 1.0.0")


async def test_rollback_returns_to_the_version_before(manager: GoldenTestsetManager):
    v1 = await manager.create_version(frame("a", "b"), {})
    await manager.promote_version(v1.version)
    v2 = await manager.create_version(frame("c", "d"), {})
    await manager.promote_version(v2.version)
    result = await manager.rollback_version(to_version=v1.version, reason="Performance regression")
    assert result == True  # noqa: E712 - written like the plan's snippet
    current = await manager.get_active_version()
    assert current is not None
    assert current.version == v1.version


async def test_reading_is_concurrent(manager: GoldenTestsetManager):
    await manager.create_version(frame(), {"k": 1}, auto_promote=True)
    results = await asyncio.gather(manager.get_active_version(), manager.list_versions(), manager.get_version_metadata("1.0.0"))
    assert all(result is not None for result in results)
    assert results[2]["user_metadata"] == {"k": 1}


async def test_a_legacy_file_is_migrated_as_0_1_0(database_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
    (tmp_path / "golden_testset.json").write_text(json.dumps([{"user_input": "q", "reference": "r", "reference_contexts": ["c"]}]))
    existing_data = json.loads((tmp_path / "golden_testset.json").read_text())
    metadata = {"source": "legacy_migration", "original_format": "json", "migration_date": datetime.now(UTC).isoformat()}
    async with GoldenTestsetManager() as manager:
        version = await manager.create_version(
            testset_df=pd.DataFrame(existing_data), metadata=metadata, version="0.1.0", auto_promote=True
        )
        assert (version.version, version.status) == ("0.1.0", "active")
        again = await manager.create_version(pd.DataFrame(existing_data), metadata, version="0.1.0", auto_promote=True)
        assert again.stored == version.stored
        assert len(await manager.list_versions()) == 1


async def test_a_frame_read_back_is_the_same_testset(manager: GoldenTestsetManager):
    testset = a_testset(size=6)
    from golden_assets.adapters.frames import write_frame

    written = write_frame(testset).assign(topic=["x", None, "y", float("nan"), "z", "x"])
    first = await manager.create_version(written, {})
    again = await manager.create_version(first.testset_df, {})
    assert again.version == first.version
    assert first.stored.testset.rows[0].contexts == testset.rows[0].contexts
    assert [row.extra for row in first.stored.testset.rows][:3] == [{"topic": "x"}, {}, {"topic": "y"}]
    plain = await manager.create_version(write_frame(testset), {})
    assert plain.testset_hash == testset.testset_hash
    assert plain.version == "2.0.0"


async def test_the_columns_of_older_releases_are_understood(manager: GoldenTestsetManager):
    old = pd.DataFrame(
        {"question": ["q"], "ground_truth": ["a"], "contexts": [["c1", "c2"]], "evolution_type": ["multi_hop_specific_query_synthesizer"]}
    )
    row = (await manager.create_version(old, {})).stored.testset.rows[0]
    assert (row.user_input, row.reference, [c.text for c in row.contexts]) == ("q", "a", ["c1", "c2"])
    assert row.question_type == "multi_hop_specific"


async def test_a_file_that_pandas_reads_is_the_version_that_the_command_makes(manager: GoldenTestsetManager, tmp_path):
    (tmp_path / "t.csv").write_text("question,ground_truth,contexts,score\na?,five,\"['c', 'd']\",0.5\nb?,x,nan,1\n")
    version = await manager.create_version(pd.read_csv(tmp_path / "t.csv"), {})
    assert version.testset_hash == read_file(tmp_path / "t.csv").testset.testset_hash


async def test_columns_are_named_in_python_too(manager: GoldenTestsetManager):
    strange = pd.DataFrame({"ask": ["a?"], "say": [{"text": "b", "by": 1}]})
    version = await manager.create_version(strange, {}, columns={"question": "ask", "answer": "say.text"})
    row = version.stored.testset.rows[0]
    assert (row.user_input, row.reference, row.extra) == ("a?", "b", {"say": {"by": 1}})


BAD_FRAMES = [
    (pd.DataFrame(), "has no rows"),
    (pd.DataFrame({"user_input": ["q"]}), r"no field reference \(or ground_truth\), but 'user_input': name the columns"),
    (pd.DataFrame({"user_input": [], "reference": []}), "has no rows"),
    (pd.DataFrame({"user_input": ["q", None], "reference": ["a", "b"]}), "row 1, user_input is missing"),
    (pd.DataFrame({"user_input": ["q", "p"], "reference": ["a", float("nan")]}), "row 1, reference is missing"),
    (pd.DataFrame({"user_input": ["q"], "reference": [{"a": 1, "b": 2}]}), "row 0, reference is an object, not a text"),
    (frame("a", seed=["x"]), "row 0, seed is 'x', not a whole number"),
    (frame("a", seed=[7.5]), "row 0, seed is '7.5', not a whole number"),
    (frame("a", context_sources=["nowhere"]), "row 0, context_sources is not a list of sources"),
    (pd.DataFrame({"user_input": ["a"], "reference": [" "]}), "row 0, reference is blank"),
    (pd.DataFrame({"user_input": ["a"], "reference": ["nan"]}), "row 0, reference is 'nan', which means that it is missing"),
    (frame("a", "a"), "row 1, it repeats row 0: leave it out"),
    (frame("a\x00b"), "row 0, user_input holds a NUL byte"),
    (frame("a\ud800b"), "row 0, user_input holds a lone surrogate"),
    (frame("a", reference_contexts=["[1, 2]"]), "row 0, reference_contexts looks like a list of texts, but is none"),
    (frame("a", reference_contexts=[["\udfff"]]), r"contexts\[0\]\.text holds a lone surrogate"),
    (frame("a", extra_column=[object()]), "row 0, extra_column holds a object, which JSON cannot"),
]


@pytest.mark.parametrize(("testset_df", "fault"), BAD_FRAMES, ids=[fault[:30] for _, fault in BAD_FRAMES])
async def test_a_frame_that_is_no_testset_is_refused_by_row_and_column(manager: GoldenTestsetManager, testset_df: pd.DataFrame, fault: str):
    with pytest.raises(TestsetError, match=fault):
        await manager.create_version(testset_df, {})
    assert await manager.list_versions() == []
    entries = await manager.audit_log()
    assert [(entry.operation, entry.result, entry.performed_by) for entry in entries] == [("create", "failure", "test")]


async def test_metadata_that_json_cannot_hold_is_refused(manager: GoldenTestsetManager):
    with pytest.raises(TestsetError, match=r"metadata\.handle holds a object"):
        await manager.create_version(frame(), {"handle": object()})
    with pytest.raises(TestsetError, match=r"metadata\.score is nan"):
        await manager.create_version(frame(), {"score": float("nan")})
    kept = await manager.create_version(frame(), {"when": datetime(2026, 1, 1), "scores": pd.Series([1, 2]).to_numpy(), "pair": (1, "x")})
    assert kept.metadata == {"when": "2026-01-01T00:00:00", "scores": [1, 2], "pair": [1, "x"]}


async def test_a_draft_with_a_question_twice_fails_its_gates_when_it_is_promoted(manager: GoldenTestsetManager):
    repeated = pd.DataFrame({"user_input": ["a", "b", "B "], "reference": ["x", "z", "y"]})
    version = await manager.create_version(repeated, {})
    with pytest.raises(GateError, match=r"failed questions_occur_once \(2 rows"):
        await manager.promote_version(version.version)
    assert (await manager.get_version(version.version)).status == "failed"
    assert await manager.get_active_version() is None
    with pytest.raises(IllegalTransitionError, match="a failed version stays failed"):
        await manager.promote_version(version.version, force=True, reason="please")


async def test_force_promotes_a_draft_that_nobody_judged(manager: GoldenTestsetManager):
    version = await manager.create_version(frame(), {})
    assert await manager.promote_version(version.version, force=True, reason="demo")
    entry = (await manager.history(version.version))[-1]
    assert (entry.operation, entry.performed_by, entry.details["reason"]) == ("promote", "test", "demo")


@pytest.mark.parametrize("version", ["1.0", "v1.0.0", "01.2.3", ""])
async def test_a_wanted_version_must_be_a_version(manager: GoldenTestsetManager, version: str):
    with pytest.raises(InvalidVersionError):
        await manager.create_version(frame(), {}, version=version)
    for method in (manager.get_version, manager.promote_version, manager.archive, manager.history):
        with pytest.raises(InvalidVersionError):
            await method(version)


async def test_a_version_that_exists_is_not_replaced(manager: GoldenTestsetManager):
    await manager.create_version(frame("a"), {}, version="1.0.0")
    with pytest.raises(VersionConflictError):
        await manager.create_version(frame("b"), {}, version="1.0.0")


async def test_what_does_not_exist_is_not_promoted_and_that_is_on_record(manager: GoldenTestsetManager):
    with pytest.raises(VersionNotFoundError):
        await manager.promote_version("1.0.0")
    assert [(entry.operation, entry.result) for entry in await manager.audit_log()] == [("promote", "failure")]


async def test_archiving_and_judging_by_hand(manager: GoldenTestsetManager):
    from golden_assets.adapters.frames import write_frame

    version = await manager.create_version(write_frame(a_testset()), {})
    report = a_report(a_testset())
    assert (await manager.record_quality(version.version, report)).status == "validated"
    assert await manager.promote_version(version.version)
    assert (await manager.get_version(version.version)).quality == report
    assert (await manager.archive(version.version)).status == "archived"
    assert [entry.operation for entry in await manager.history(version.version)] == ["create", "record_quality", "promote", "archive"]


async def test_versions_are_compared_field_by_field_with_effect_sizes(manager: GoldenTestsetManager):
    await manager.create_version(frame("a", "b", "c", question_type=["x", "x", "y"]), {})
    second = frame("a", "b", "d", question_type=["x", "y", "y"])
    second.loc[0, "reference"] = "otherwise"
    await manager.create_version(second, {})
    comparison = await manager.compare_versions("1.0.0", "1.1.0")
    assert (len(comparison.rows.added), len(comparison.rows.removed), len(comparison.rows.changed)) == (1, 1, 2)
    assert [(change.field, change.before, change.after) for change in comparison.changed_fields] == [
        ("reference", "answer to a", "otherwise"),
        ("question_type", "x", "y"),
    ]
    assert comparison.question_types.before == {"x": 2, "y": 1}
    assert comparison.question_types.chi_square == pytest.approx(4 / 3), "of the rows that are not shared: x and y before, twice y after"
    assert json.loads(comparison.model_dump_json())["version_b"] == "1.1.0"


async def test_everything_verifies_until_somebody_tampers(manager: GoldenTestsetManager, database_url: str):
    await manager.create_version(frame("a", "b", score=[1e22, 0.1]), {"big": 1e22}, auto_promote=True)
    with pytest.raises(VersionNotFoundError):
        await manager.promote_version("9.0.0")
    checks = await manager.verify()
    assert [(check.checked, check.faults) for check in checks[:2]] == [(2, ()), (4, ())]
    assert all(check.intact for check in checks)

    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("ALTER TABLE golden_assets.golden_testset_versions DISABLE TRIGGER USER")
        owner.execute("ALTER TABLE golden_assets.golden_testset_audit_log DISABLE TRIGGER USER")
        owner.execute(
            "UPDATE golden_assets.golden_testset_versions SET testset_data = jsonb_set(testset_data, '{rows,1,reference}', '\"forged\"')"
        )
        owner.execute("UPDATE golden_assets.golden_testset_audit_log SET performed_by = 'nobody' WHERE sequence = 2")
        owner.execute("DELETE FROM golden_assets.golden_testset_audit_log WHERE sequence = 3")
    version, log, records, *_ = await manager.verify("1.0.0")
    assert not version.intact
    assert len(version.faults) == 2
    assert "audit entry 3 is missing" in records.faults[-1]
    assert version.faults[0].startswith("row 1 is recorded as row-")
    assert log.faults[:2] == ("audit entry 2 (record_quality) does not match its hash", "audit entries 3 to 3 are missing")


async def test_verifying_what_does_not_exist_is_refused(manager: GoldenTestsetManager):
    with pytest.raises(VersionNotFoundError):
        await manager.verify("1.0.0")


def test_importing_the_manager_does_not_import_pandas():
    import subprocess
    import sys

    probe = "import sys, golden_assets.manager; print(sorted({'pandas', 'scipy', 'dagster', 'ragas', 'sqlalchemy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.strip() == "[]"
