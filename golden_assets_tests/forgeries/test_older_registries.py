"""Registries of releases without seals: what is there at the upgrade is sealed as it is found, and verifies from then on."""

import asyncio
import shutil
from pathlib import Path

import pytest

from golden_assets.adapters.postgres import migrate, revert
from golden_assets.adapters.postgres.sql_files import sql_directory
from golden_assets.settings.settings import Settings
from golden_assets_tests.forgeries.conftest import TESTSET, Forged, fill

SEALS = 22
"""The migration that seals."""


@pytest.fixture
def upgraded(database_url: str, tmp_path: Path) -> Forged:
    """A registry that was filled before there were seals, and was migrated then."""
    older = Path(shutil.copytree(sql_directory() / "migrations", tmp_path / "migrations"))
    for path in older.glob(f"{SEALS:04}_*.sql"):
        path.unlink()
    migrate(database_url, older)
    settings = Settings(home=tmp_path / "home", testset_name=TESTSET)
    asyncio.run(fill(database_url, settings, heads=False))
    migrate(database_url)
    return Forged(database_url, settings)


def test_an_upgraded_registry_is_intact_and_what_is_done_to_it_afterwards_is_named(upgraded: Forged):
    assert upgraded.faults() == []
    upgraded.sql("UPDATE golden_testset_versions SET created_at = '2001-01-01' WHERE version = '1.1.0'", "golden_testset_versions")
    assert len(upgraded.faults()) == 1


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
