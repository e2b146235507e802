"""The schema's way up and down, and what the runner refuses."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from golden_assets.adapters.postgres import Database, Pooling, migrate, migration_status, revert
from golden_assets.adapters.postgres.integrity import expected_catalogue, read_catalogue
from golden_assets.adapters.postgres.migrations import migrations
from golden_assets.adapters.postgres.sql_files import sql_directory
from golden_assets.domain.errors import ConfigurationError, RegistryError, ServerError
from golden_assets_tests.migrations.catalogue import catalogue


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations that a test may change."""
    return Path(shutil.copytree(sql_directory() / "migrations", tmp_path / "migrations"))


def add(folder: Path, name: str, up: str, down: str = "") -> None:
    (folder / f"{name}.up.sql").write_text(up)
    (folder / f"{name}.down.sql").write_text(down)


def test_numbers_have_no_gaps_and_every_up_has_its_down():
    found = migrations()
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
    assert all(migration.up.strip() and migration.down.strip() for migration in found)


def test_up_down_up_leaves_an_identical_catalogue(database_url: str):
    migrate(database_url)
    first = catalogue(database_url)
    assert len(first["triggers"]) > 10
    revert(database_url)
    assert not any(catalogue(database_url).values())
    migrate(database_url)
    assert catalogue(database_url) == first


def test_every_single_step_down_is_undone_by_its_step_up(database_url: str):
    migrate(database_url)
    whole = catalogue(database_url)
    for number in range(len(migrations()) - 1, -1, -1):
        revert(database_url, to=number)
        assert [status.number for status in migration_status(database_url) if status.applied_at] == list(range(1, number + 1))
        migrate(database_url)
        assert catalogue(database_url) == whole


def test_all_migrations_together_give_the_schema_file(database_url: str, empty_database: Callable[[], str]):
    migrate(database_url)
    written = empty_database()
    with connect(written) as connection:
        connection.execute((sql_directory() / "schema.sql").read_text())
    assert catalogue(written) == catalogue(database_url)


def test_all_migrations_together_give_the_catalogue_that_verify_compares_with(database_url: str):
    migrate(database_url)
    found = asyncio.run(read_catalogue(Database(database_url, Pooling.PER_USE)))
    assert found == expected_catalogue(), "run `make schema`"


def test_migrating_again_changes_nothing(database_url: str):
    assert len(migrate(database_url)) == len(migrations())
    assert migrate(database_url) == []


def test_four_processes_that_start_at_once_apply_each_migration_once(database_url: str):
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(lambda _: migrate(database_url), range(4)))
    assert sorted(len(some) for some in applied) == [0, 0, 0, len(migrations())]


def test_status_tells_applied_from_pending_and_creates_nothing(database_url: str):
    assert all(status.applied_at is None for status in migration_status(database_url))
    with connect(database_url) as connection:
        assert connection.execute("SELECT to_regnamespace('golden_assets')").fetchone() == (None,)
    migrate(database_url)
    assert all(status.applied_at is not None for status in migration_status(database_url))


def test_an_edited_applied_migration_is_refused_and_named(database_url: str, folder: Path):
    migrate(database_url, folder)
    edited = folder / "0002_artifacts.up.sql"
    edited.write_text(edited.read_text() + "-- one more word\n")
    for step in (migrate, revert):
        with pytest.raises(RegistryError, match="migration 0002_artifacts was edited after it was applied: restore the file"):
            step(database_url, directory=folder)


def test_a_database_from_a_newer_release_is_refused(database_url: str, folder: Path):
    add(folder, "0099_future", "SELECT 1;")
    migrate(database_url, folder)
    with pytest.raises(RegistryError, match="0099_future, which this release does not know: upgrade golden_assets"):
        migrate(database_url)


def test_a_failing_migration_takes_back_those_before_it(database_url: str, folder: Path):
    add(folder, "0098_fine", "CREATE TABLE golden_assets.fine ();", "DROP TABLE golden_assets.fine;")
    add(folder, "0099_broken", "CREATE TABLE golden_assets.half (); SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(database_url, folder)
    assert all(status.applied_at is None for status in migration_status(database_url, folder))
    with connect(database_url) as connection:
        assert connection.execute("SELECT to_regclass('golden_assets.fine')").fetchone() == (None,)


def test_a_migration_without_a_way_back_is_refused(folder: Path):
    (folder / "0003_versions.down.sql").unlink()
    with pytest.raises(RegistryError, match=r"0003_versions\.up\.sql has no way back: write 0003_versions\.down\.sql"):
        migrations(folder)


def test_a_file_without_a_number_is_refused(folder: Path):
    add(folder, "later", "SELECT 1;")
    with pytest.raises(RegistryError, match=r"later\.up\.sql is no migration: name it NNNN_what"):
        migrations(folder)


def test_a_database_that_is_not_there_is_named_without_the_password():
    with pytest.raises(ServerError, match=r"127\.0\.0\.1:1/nowhere cannot be used") as caught:
        migrate("postgresql://somebody:geheim@127.0.0.1:1/nowhere")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://user:geheim@localhost/x", "geheim", "", "postgresql://user:geheim@host:port/x"])
def test_what_is_no_postgresql_url_is_refused_without_repeating_it(url: str):
    with pytest.raises(ConfigurationError, match="write postgresql://user:password@host:5432/database") as caught:
        migrate(url)
    assert "geheim" not in str(caught.value)


def test_a_role_that_may_not_create_the_schema_is_told_so(database_url: str, other_role_url: str):
    with pytest.raises(RegistryError, match=r"may not change the schema .*: connect as the owner of the database"):
        migrate(other_role_url)


def test_sql_is_found_in_an_installed_wheel_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from golden_assets.adapters.postgres import sql_files

    package = tmp_path / "golden_assets"
    shutil.copytree(sql_directory(), package / "_bundled" / "sql")
    monkeypatch.setattr(sql_files, "__file__", str(package / "adapters" / "postgres" / "sql_files.py"))
    sql_directory.cache_clear()
    try:
        assert sql_directory() == package / "_bundled" / "sql"
        shutil.rmtree(package / "_bundled")
        sql_directory.cache_clear()
        with pytest.raises(ConfigurationError, match="SQL files of golden_assets are missing"):
            sql_directory()
    finally:
        sql_directory.cache_clear()


def test_two_queries_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from golden_assets.adapters.postgres import sql_files

    (tmp_path / "queries").mkdir()
    for name in ("a", "b"):
        (tmp_path / "queries" / f"{name}.sql").write_text("-- name: same\nSELECT 1;\n")
    monkeypatch.setattr(sql_files, "sql_directory", lambda: tmp_path)
    with pytest.raises(ConfigurationError, match="second query same"):
        sql_files.named_queries.__wrapped__()
