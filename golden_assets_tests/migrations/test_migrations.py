"""The schema's way up and down, and what the runner refuses."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from golden_assets.adapters.postgres import Database, Pooling, PostgresVersionStore, migrate, migration_status, require_schema, revert
from golden_assets.adapters.postgres.migrations import migrations
from golden_assets.adapters.postgres.sql_files import sql_directory
from golden_assets.adapters.postgres.versions.integrity import expected_catalogue, read_catalogue
from golden_assets.domain.core.errors import ConfigurationError, RegistryError, ServerError
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


def test_every_up_has_its_down():
    found = migrations()
    assert [migration.number for migration in found][:17] == list(range(1, 18))
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
    numbers = [migration.number for migration in migrations()]
    for number in [*reversed(numbers[:-1]), 0]:
        revert(database_url, to=number)
        left = [status.number for status in migration_status(database_url) if status.applied_at]
        assert left == [known for known in numbers if known <= number]
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


def test_a_schema_that_a_newer_release_changed_for_good_is_refused_with_who_and_what_to_install(database_url: str, folder: Path):
    add(folder, "0099_future", "SELECT 1;")
    migrate(database_url, folder)
    with connect(database_url) as connection:
        connection.execute("UPDATE golden_assets.schema_migrations SET release = '9.9.0', applied_by = 'dora' WHERE number = 99")
    said = r"0099_future, applied on 20\d\d-\d\d-\d\d by dora with golden_assets 9\.9\.0, .*: install golden_assets 9\.9\.0 or newer\."
    for step in (migrate, lambda url: require_schema(url, upgrade=False)):
        with pytest.raises(RegistryError, match=said):
            step(database_url)


def test_a_release_works_on_the_schema_of_a_newer_one_that_says_so(database_url: str, folder: Path):
    newest = migrations()[-1].number
    add(
        folder, "0098_addition", f"-- compatible-with: {newest:04}\nCREATE TABLE golden_assets.added ();", "DROP TABLE golden_assets.added;"
    )
    migrate(database_url, folder)
    require_schema(database_url, upgrade=False)
    assert migrate(database_url) == []
    listed = migration_status(database_url)[-1]
    assert (listed.number, listed.name, listed.is_known, bool(listed.release)) == (98, "addition", False, True)
    with pytest.raises(RegistryError, match=r"migration 0098_addition is of a newer release: take it back with golden_assets \d"):
        revert(database_url)


def test_what_a_newer_release_says_of_older_ones_counts_for_each_of_its_migrations(database_url: str, folder: Path):
    newest = migrations()[-1].number
    add(folder, "0098_addition", f"-- compatible-with: {newest:04}\nSELECT 1;")
    add(folder, "0099_breaking", "-- compatible-with: 0098\nSELECT 1;")
    migrate(database_url, folder)
    with pytest.raises(RegistryError, match="has migration 0099_breaking, applied on"):
        migrate(database_url)


def test_migrations_of_two_releases_are_not_mixed(database_url: str, folder: Path, tmp_path: Path):
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    add(folder, "0099_theirs", "-- compatible-with: 0001\nSELECT 1;")
    add(other, "0098_ours", "SELECT 1;")
    migrate(database_url, folder)
    with pytest.raises(RegistryError, match="has migration 0099_theirs, applied on"):
        migrate(database_url, other)


def test_bookkeeping_of_an_older_release_is_read_and_extended(database_url: str, folder: Path):
    migrate(database_url)
    with connect(database_url) as connection:
        connection.execute(
            "ALTER TABLE golden_assets.schema_migrations DROP COLUMN compatible_with, DROP COLUMN release, DROP COLUMN applied_by"
        )
    require_schema(database_url, upgrade=False)
    assert migration_status(database_url)[0].release is None
    add(folder, "0099_next", "SELECT 1;")
    assert [migration.number for migration in migrate(database_url, folder)] == [99]
    with connect(database_url) as connection:
        noted = connection.execute(
            "SELECT number, compatible_with, applied_by FROM golden_assets.schema_migrations ORDER BY number"
        ).fetchall()
    assert (noted[0], noted[-1]) == ((1, None, None), (99, 99, "golden_assets"))


def test_a_database_is_not_changed_unless_it_is_to_be(database_url: str, folder: Path):
    with pytest.raises(ServerError, match=r"has no registry yet: set it up with: golden-assets db up\."):
        require_schema(database_url, upgrade=False)
    assert all(status.applied_at is None for status in migration_status(database_url))
    migrate(database_url)
    add(folder, "0098_more", "SELECT 1;")
    add(folder, "0099_still_more", "SELECT 1;")
    with pytest.raises(ServerError, match=r"lacks 2 migrations of this release, from 0098_more on: apply them with: golden-assets db up\."):
        require_schema(database_url, upgrade=False, directory=folder)
    require_schema(database_url, upgrade=True, directory=folder)
    require_schema(database_url, upgrade=False, directory=folder)


async def test_a_server_that_lets_nobody_in_any_more_is_not_blamed_on_the_url(other_role_url: str, superuser: psycopg.Connection):
    superuser.execute("ALTER ROLE nobody_special CONNECTION LIMIT 0")
    said = r"too many connections for role .*: end sessions that are not needed, lower pool_max, or raise max_connections"
    with pytest.raises(ServerError, match=said):
        migrate(other_role_url)
    with pytest.raises(ServerError, match=said):
        await PostgresVersionStore(Database(other_role_url, Pooling.PER_USE, attempts=1)).list_versions()


def test_the_owner_of_the_schema_alone_may_migrate(database_url: str, other_role_url: str, superuser: psycopg.Connection, folder: Path):
    name = make_url(database_url).database
    with psycopg.connect(superuser.info.dsn, dbname=name, password=superuser.info.password, autocommit=True) as admin:
        admin.execute("CREATE SCHEMA golden_assets AUTHORIZATION nobody_special")
        assert len(migrate(other_role_url)) == len(migrations())
        add(folder, "0099_next", "SELECT 1;")
        assert [migration.number for migration in migrate(other_role_url, folder)] == [99]
        admin.execute("DROP OWNED BY nobody_special")


def test_two_migrations_of_one_number_are_refused(folder: Path):
    add(folder, "0003_again", "SELECT 1;")
    with pytest.raises(RegistryError, match="0003_versions and 0003_again have the same number: give one of them another number"):
        migrations(folder)


def test_a_failing_migration_takes_back_those_before_it(database_url: str, folder: Path):
    add(folder, "0098_fine", "CREATE TABLE golden_assets.fine ();", "DROP TABLE golden_assets.fine;")
    add(folder, "0099_broken", "CREATE TABLE golden_assets.half (); SELECT 1 / 0;")
    with pytest.raises(RegistryError, match=r"refused \(22012 division by zero\)"):
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
    with pytest.raises(RegistryError, match=r"later\.up\.sql is not the name of a migration: name it NNNN_what"):
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
    with pytest.raises(RegistryError, match=r"may not change the schema .*: run golden-assets db up as its owner"):
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
