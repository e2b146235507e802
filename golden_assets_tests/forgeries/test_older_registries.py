"""Registries of releases without seals: what is there at the upgrade is sealed as it is found, and verifies from then on."""

import asyncio
import shutil
from pathlib import Path

import pytest

from golden_assets.adapters.postgres import migrate, revert
from golden_assets.adapters.postgres.sql_files import sql_directory
from golden_assets.settings.settings import Settings
from golden_assets_tests.forgeries.conftest import TESTSET, Forged, fill

SEALS, EDITS_SEALED = 22, 23
"""The migration that seals, and the one that seals what people edited in Phoenix."""


def migrations_before(number: int, folder: Path) -> Path:
    """The migrations of a release that had none from this number on."""
    older = Path(shutil.copytree(sql_directory() / "migrations", folder))
    for path in older.glob("*.sql"):
        if int(path.name[:4]) >= number:
            path.unlink()
    return older


@pytest.fixture(params=[SEALS, EDITS_SEALED])
def upgraded(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Forged:
    """A registry that was filled by an earlier release, and was migrated then."""
    older = migrations_before(request.param, tmp_path / "migrations")
    migrate(database_url, older)
    settings = Settings(home=tmp_path / "home", testset_name=TESTSET)
    asyncio.run(fill(database_url, settings, heads=False, waivers=False))
    migrate(database_url)
    return Forged(database_url, settings)


def test_an_upgraded_registry_is_intact_and_what_is_done_to_it_afterwards_is_named(upgraded: Forged):
    assert upgraded.faults() == []
    upgraded.sql("UPDATE golden_testset_versions SET created_at = '2001-01-01' WHERE version = '1.1.0'", "golden_testset_versions")
    assert len(upgraded.faults()) == 1


def test_seals_on_records_of_a_later_release_are_not_taken_for_missing_ones(upgraded: Forged):
    upgraded.sql("""SELECT seal('golden', 'golden_things', '1', '{"id": 1}', pg_current_xact_id())""")
    assert upgraded.faults() == []


def test_a_record_cannot_be_passed_off_as_older_than_seals(upgraded: Forged):
    upgraded.sql(
        """INSERT INTO golden_row_feedback (testset_version_id, row_id, verdict, given_by)
           SELECT testset_version_id, row_id, 'good', 'eve' FROM golden_row_feedback;
           SELECT seal('golden', 'golden_row_feedback', '9', '{"id": 9}', NULL)"""
    )
    assert any("feedback 9 is sealed as if it were older than seals" in fault for fault in upgraded.faults())


def test_a_registry_that_was_taken_down_and_up_again_verifies(upgraded: Forged):
    revert(upgraded.url, to=SEALS - 1)
    migrate(upgraded.url)
    assert [fault for fault in upgraded.faults() if "heads of" not in fault] == []
