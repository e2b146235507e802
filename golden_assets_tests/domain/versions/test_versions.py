"""The records of the registry."""

import pytest
from pydantic import ValidationError

from golden_assets.domain.versions.versions import TRANSITIONS, RowDiff
from golden_assets_tests.factories import a_stored_version


def test_nothing_leads_out_of_failed_and_only_archived_leads_back():
    assert TRANSITIONS["failed"] == ()
    assert [before for before, after in TRANSITIONS.items() if "active" in after] == ["validated", "archived"]


def test_every_status_that_can_be_reached_has_its_own_transitions():
    assert {after for reached in TRANSITIONS.values() for after in reached} <= set(TRANSITIONS)


@pytest.mark.parametrize("part", [{"added": ("a",)}, {"removed": ("a",)}, {"changed": (("a", "b"),)}])
def test_a_diff_with_any_difference_is_not_empty(part: dict):
    assert not RowDiff(**part).is_empty


def test_a_diff_of_equal_rows_is_empty():
    assert RowDiff(unchanged=("a", "b")).is_empty


def test_a_stored_version_cannot_be_changed_in_memory_either():
    version = a_stored_version()
    with pytest.raises(ValidationError, match="frozen"):
        version.summary.status = "active"  # type: ignore[misc]
