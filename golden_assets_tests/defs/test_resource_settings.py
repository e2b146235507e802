"""The registry inside Dagster does as the settings say."""

import asyncio
from pathlib import Path

import dagster as dg
import pytest

from golden_assets.adapters.postgres import migrate
from golden_assets.adapters.postgres.connecting import connect
from golden_assets.defs.resources import ExperimentRunnerResource, RequestDefaultsResource, TestsetGeneratorResource, VersionStoreResource
from golden_assets.domain.core.errors import ConfigurationError, InvalidVersionError, ServerError, TestsetError
from golden_assets.domain.ports.stores import VersionStore
from golden_assets_tests.factories import a_corpus, a_report, a_testset, rows_on


def opened() -> VersionStore:
    return VersionStoreResource().create_resource(dg.build_init_resource_context())


def create(versions: VersionStore, start: int) -> str:
    testset = a_testset(rows_on(a_corpus(), 4, start=start))
    summary, _ = asyncio.run(versions.create_version(testset, a_report(testset), created_by="dagster", run_id=None))
    return f"{summary.testset_name} {summary.version}"


def test_versions_are_numbered_as_configured(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDEN_ASSETS_TESTSET_NAME", "silver")
    monkeypatch.setenv("GOLDEN_ASSETS_VERSION_STRATEGY", "incremental")
    versions = opened()
    assert [create(versions, 0), create(versions, 4)] == ["silver 1.0.0", "silver 2.0.0"]


def test_experiments_ask_the_registry_as_configured(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", "http://127.0.0.1:9")
    migrate(database_url)
    with connect(database_url) as connection:
        connection.execute("BEGIN; LOCK golden_assets.golden_experiments IN ACCESS EXCLUSIVE MODE")
        monkeypatch.setenv("GOLDEN_ASSETS_STATEMENT_TIMEOUT_SECONDS", "0.5")
        runner = ExperimentRunnerResource().create_resource(dg.build_init_resource_context())
        with pytest.raises(ServerError, match="statement timeout"):
            asyncio.run(runner.store.list_experiments())


def test_without_automatic_numbers_a_build_is_refused_with_the_reason(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDEN_ASSETS_AUTO_BUMP", "false")
    with pytest.raises(InvalidVersionError, match="no version number is given for golden"):
        create(opened(), 0)


def generator_version() -> str:
    return TestsetGeneratorResource().create_resource(dg.build_init_resource_context()).code_version


def test_a_changed_file_of_human_rows_is_another_request_and_a_bad_one_stops_before_anything_is_spent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    versions = [generator_version()]
    file = tmp_path / "rows.jsonl"
    monkeypatch.setenv("GOLDEN_ASSETS_SEED_ROWS", str(file))
    for reference in ("Ada.", "Nobody."):
        file.write_text(f'{{"user_input": "Who repairs the pump?", "reference": "{reference}"}}\n')
        versions.append(generator_version())
    assert len(set(versions)) == 3
    file.write_text('{"user_input": "Who repairs the pump?"}\n')
    with pytest.raises(TestsetError, match="reference"):
        generator_version()


def test_human_rows_that_ask_the_same_are_refused_by_the_limit_of_the_gate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(f'{{"user_input": "Who repairs the {name}?", "reference": "Ada."}}\n' for name in ("pump", "barn")))
    monkeypatch.setenv("GOLDEN_ASSETS_SEED_ROWS", str(file))
    by_default = generator_version()
    monkeypatch.setenv("GOLDEN_ASSETS_THRESHOLDS__MAX_QUESTION_SIMILARITY", "95")
    assert generator_version() != by_default
    monkeypatch.setenv("GOLDEN_ASSETS_THRESHOLDS__MAX_QUESTION_SIMILARITY", "70")
    with pytest.raises(TestsetError, match=r"rows\.jsonl: line 1 and line 2 ask the same .*70 or more"):
        generator_version()


def test_the_embedded_model_refuses_to_write_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_LANGUAGE", "German")
    assert RequestDefaultsResource().create_resource(dg.build_init_resource_context()).language == "german"
    with pytest.raises(ConfigurationError, match="writes English, not German"):
        generator_version()
