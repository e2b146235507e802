"""The promotion decision, case by case."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.versions.promotion import Promote, Wait, decide
from golden_assets.domain.versions.versions import VersionStatus, VersionSummary


def summary(minute: int, status: VersionStatus) -> VersionSummary:
    return VersionSummary(
        testset_name="golden",
        version=f"1.{minute}.0",
        status=status,
        testset_hash="0" * 64,
        corpus_hash="0" * 64,
        row_count=1,
        created_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute),
    )


def versions(*statuses: VersionStatus) -> list[VersionSummary]:
    """One version a minute: 1.0.0, 1.1.0, ..."""
    return [summary(minute, status) for minute, status in enumerate(statuses)]


def everything(found: list[VersionSummary]) -> frozenset[str]:
    return frozenset(version.version for version in found)


def test_the_newest_published_version_that_passed_is_promoted():
    found = versions("active", "validated", "validated", "failed")
    assert decide(found, published=everything(found)) == Promote(version="1.2.0", attempt=1)


def test_the_order_of_the_list_does_not_matter():
    found = versions("active", "validated", "validated")
    assert decide(found[::-1], published=everything(found)) == decide(found, published=everything(found))


def test_the_first_version_needs_no_predecessor():
    assert decide(versions("validated"), published=frozenset({"1.0.0"})) == Promote(version="1.0.0", attempt=1)


def test_an_older_published_version_does_not_wait_for_a_newer_unpublished_one():
    assert decide(versions("active", "validated", "validated"), published=frozenset({"1.1.0"})) == Promote(version="1.1.0", attempt=1)


def test_a_failed_attempt_is_followed_by_the_next():
    found = versions("active", "validated")
    assert decide(found, attempts={"1.1.0": 2}, published=everything(found)) == Promote(version="1.1.0", attempt=3)


def test_attempts_are_capped_and_a_person_is_asked():
    found = versions("active", "validated")
    wait = decide(found, attempts={"1.1.0": 3}, published=everything(found))
    assert wait == Wait(reason="The promotion of version 1.1.0 failed 3 times; look at its last run, then promote it by hand.")


def test_attempts_at_another_version_do_not_count():
    found = versions("active", "validated", "validated")
    assert decide(found, attempts={"1.1.0": 9}, published=everything(found), max_attempts=1) == Promote(version="1.2.0", attempt=1)


def test_one_promotion_at_a_time():
    found = versions("active", "validated", "validated")
    assert decide(found, in_flight=frozenset({"1.1.0"}), published=everything(found)) == Wait(
        reason="The promotion of version 1.1.0 is under way."
    )


@pytest.mark.parametrize(
    ("statuses", "reason"),
    [
        ((), "No version is stored yet."),
        (("archived", "active"), "Version 1.1.0 is active and the newest."),
        (("active", "failed"), "The newest version 1.1.0 failed its gates."),
        (("active", "draft"), "The newest version 1.1.0 is a draft that was not judged yet."),
        (("validated", "active"), "Version 1.1.0 is active and the newest."),
        (
            ("active", "archived"),
            "The newest version 1.1.0 is archived, and none that passed its gates is newer than the active one.",
        ),
    ],
)
def test_waiting_is_explained(statuses: tuple[VersionStatus, ...], reason: str):
    found = versions(*statuses)
    assert decide(found, published=everything(found)) == Wait(reason=reason)


def test_an_unpublished_version_is_waited_for():
    reason = "Version 1.1.0 passed its gates and waits to be published."
    assert decide(versions("active", "validated")) == Wait(reason=reason, unpublished="1.1.0")


def test_a_version_that_needs_approval_waits_for_it():
    found = versions("active", "validated", "validated")
    wait = decide(found, published=everything(found), approved=frozenset())
    assert wait == Wait(reason="Version 1.2.0 passed its gates and waits for approval: golden-assets approve 1.2.0 --by NAME.")
    assert decide(found, published=everything(found), approved=frozenset({"1.1.0"})) == Promote(version="1.1.0", attempt=1)


statuses = st.lists(st.sampled_from(["draft", "validated", "failed", "archived", "active"]), max_size=6)


@given(statuses, st.sets(st.integers(0, 5)), st.dictionaries(st.integers(0, 5), st.integers(0, 4)))
def test_only_a_validated_published_version_newer_than_the_active_one_is_ever_promoted(found, published, attempts):
    listed = versions(*found)
    names = frozenset(f"1.{n}.0" for n in published)
    decision = decide(listed, attempts={f"1.{n}.0": tried for n, tried in attempts.items()}, published=names)
    if isinstance(decision, Wait):
        assert decision.reason.endswith(".")
        return
    chosen = next(version for version in listed if version.version == decision.version)
    assert chosen.status == "validated"
    assert chosen.version in names
    first_active = next((version for version in listed if version.status == "active"), None)
    assert first_active is None or chosen.created_at > first_active.created_at
    assert decision.attempt == attempts.get(listed.index(chosen), 0) + 1 <= 3
