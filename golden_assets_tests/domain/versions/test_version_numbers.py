"""Version numbers: what is one, and how far it moves."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from golden_assets.domain.core.errors import InvalidVersionError, VersionConflictError
from golden_assets.domain.versions.version_numbers import derive_bump, latest_number, next_version, parse_version, row_fields
from golden_assets.domain.versions.versions import RowKey
from golden_assets_tests.factories import a_row, a_testset

NOON = datetime(2026, 11, 3, 12, 5, 9, tzinfo=UTC)


def keys(count: int, answer: str = "a", question_type: str = "single") -> list[RowKey]:
    return [RowKey(row_id=f"{n}{answer}", row_hash=f"{n}{answer}", question_hash=str(n), question_type=question_type) for n in range(count)]


@pytest.mark.parametrize("text", ["1.0", "v1.0.0", "01.2.3", "", "1.2.3.4", "latest", "1.0.0 ", " 1.0.0", "1.-1.0", "１.0.0", "1.0.0\n"])
def test_what_is_no_version_number_is_refused_with_an_example(text: str):
    with pytest.raises(InvalidVersionError, match=r"is not a version number: write three numbers such as 1\.2\.0"):
        parse_version(text)


def test_only_text_is_a_version_number():
    with pytest.raises(InvalidVersionError):
        parse_version(None)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["0.1.0", "1.0.0", "10.20.30", "1.0.0-rc.1", "1.0.0+build.5"])
def test_version_numbers_are_read(text: str):
    assert str(parse_version(text)) == text


def test_another_structure_is_a_major_change_even_when_no_row_differs():
    assert derive_bump(keys(10), keys(10), structure_changed=True) == "major"


def test_a_new_question_type_is_a_minor_change_even_in_one_row_of_many():
    assert derive_bump(keys(100), keys(99) + keys(100, question_type="multi")[99:], structure_changed=False) == "minor"


def test_a_question_type_that_disappears_counts_by_its_rows_only():
    assert derive_bump(keys(50) + keys(51, "b", "multi")[50:], keys(50), structure_changed=False) == "patch"


@pytest.mark.parametrize(("touched", "bump"), [(0, "patch"), (1, "patch"), (10, "patch"), (11, "minor"), (100, "minor")])
def test_more_than_a_tenth_of_the_rows_is_a_minor_change(touched: int, bump: str):
    assert derive_bump(keys(100), keys(touched, "b") + keys(100)[touched:], structure_changed=False) == bump


def test_the_share_is_of_all_rows_of_either_version():
    assert derive_bump(keys(9), keys(10), structure_changed=False) == "patch"
    assert derive_bump(keys(8), keys(9), structure_changed=False) == "minor"


def test_the_limit_can_be_set():
    assert derive_bump(keys(10), keys(9), structure_changed=False, minor_share=0.05) == "minor"
    assert derive_bump(keys(10), keys(2), structure_changed=False, minor_share=0.9) == "patch"


def test_the_first_version_is_1_0_0():
    assert next_version([], "patch") == "1.0.0"
    assert next_version([], "major", strategy="incremental") == "1.0.0"


@pytest.mark.parametrize(("bump", "number"), [("major", "2.0.0"), ("minor", "1.11.0"), ("patch", "1.10.3")])
def test_the_highest_number_is_bumped_whatever_the_order(bump: str, number: str):
    assert next_version(["1.9.9", "1.10.2", "0.1.0"], bump) == number  # type: ignore[arg-type]


def test_a_prerelease_is_lower_than_its_release():
    assert latest_number(["1.0.0-rc.1", "1.0.0", "0.9.0"]) == "1.0.0"
    assert latest_number([]) is None


def test_incremental_numbers_count_the_first_place():
    assert next_version(["1.0.0", "2.0.0"], "patch", strategy="incremental") == "3.0.0"


def test_timestamp_numbers_say_when():
    assert next_version([], "patch", strategy="timestamp", now=NOON) == "2026.1103.120509"
    assert next_version(["2026.1103.120509"], "patch", strategy="timestamp", now=NOON) == "2026.1103.120510"


def test_a_timestamp_number_needs_the_time():
    with pytest.raises(VersionConflictError, match="needs the time"):
        next_version([], "patch", strategy="timestamp")


numbers = st.builds(lambda a, b, c: f"{a}.{b}.{c}", *[st.integers(0, 30)] * 3)


@given(
    st.lists(numbers, max_size=12), st.sampled_from(["major", "minor", "patch"]), st.sampled_from(["semantic", "timestamp", "incremental"])
)
def test_the_next_number_is_above_every_number_taken(taken: list[str], bump: str, strategy: str):
    number = Version.parse(next_version(taken, bump, strategy=strategy, now=NOON))  # type: ignore[arg-type]
    assert all(number > Version.parse(other) for other in taken)


def test_the_structure_of_rows_is_the_fields_in_use():
    plain = a_testset(rows=[a_row(contexts=()), a_row(contexts=(), extra={"zebra": 1, "ant": None})])
    assert row_fields(plain) == ("extra.ant", "extra.zebra", "question_type", "reference", "user_input")
    assert row_fields(a_testset()) == ("question_type", "reference", "reference_contexts", "user_input")
