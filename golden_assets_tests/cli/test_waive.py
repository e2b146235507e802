"""`golden-assets waive`: two rows that look like one question and are two."""

from pathlib import Path

import pytest

from golden_assets_tests.cli.conftest import Golden, first_testset


@pytest.fixture
def pair(golden: Golden, two_versions: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.setenv("GOLDEN_ASSETS_HOME", str(tmp_path / "home"))
    first, second = sorted(row.row_id for row in first_testset().rows[:2])
    return first, second


def test_a_waiver_is_on_record_with_who_gave_it_and_why_and_the_registry_still_verifies(golden: Golden, pair: tuple[str, str]):
    waived = golden("waive", *reversed(pair), "--because", "one is about pumps", "--by", "Ada", "--version", "1.0.0")
    assert waived.out == f"waived: {pair[0]} and {pair[1]} are two questions, says Ada: one is about pumps\n"
    entry = next(one for one in golden("audit", "--format", "json").json if one["operation"] == "waive")
    assert (entry["performed_by"], entry["details"]["reason"]) == ("Ada", "one is about pumps")
    assert {entry["details"]["row_id"], entry["details"]["other_row_id"]} == set(pair)
    assert golden("verify").status == 0


def test_a_waiver_is_undone_once_and_that_is_on_record(golden: Golden, pair: tuple[str, str]):
    undo = ("waive", *pair, "--undo", "--because", "both ask of one pump", "--by", "Ben")
    assert f"{pair[0]} and {pair[1]} are not waived" in golden(*undo).err
    assert golden("waive", *pair, "--because", "two pumps", "--version", "1.0.0").status == 0
    assert golden(*undo).out == f"withdrawn: {pair[0]} and {pair[1]} may be one question again\n"
    assert "are not waived" in golden(*undo).err
    entry = next(one for one in golden("audit", "--format", "json").json if one["operation"] == "withdraw")
    assert (entry["performed_by"], entry["details"]["reason"]) == ("Ben", "both ask of one pump")
    verified = golden("verify")
    assert verified.status == 0, verified.out + verified.err
    assert golden("waive", *pair, "--because", "two pumps after all", "--version", "1.0.0").status == 0
    assert golden(*undo).status == 0


def test_a_waiver_takes_two_rows_of_the_version_and_a_reason(golden: Golden, pair: tuple[str, str]):
    refused = golden("waive", pair[0], "row-0000000000000000", "--because", "x", "--version", "1.0.0")
    assert refused.status == 1
    assert "the version has no row row-0000000000000000" in refused.err
    assert "named twice" in golden("waive", pair[0], pair[0], "--because", "x").err
    assert "a waiver needs a reason" in golden("waive", *pair, "--because", " ").err
    assert golden("waive", *pair).status == 2
