"""The critics on rows of the sample corpus that are spoilt in eight ways, with floors well below what is measured."""

import pytest

from bench.critic_defects import KINDS
from bench.planted_defects import Count, generate, measure, overall


@pytest.fixture(scope="module")
def counts() -> dict[str, Count]:
    return measure(*generate(None, rows=40))


def test_seven_of_ten_spoilt_rows_are_rejected_without_a_model(counts):
    assert len(counts) == 1 + len(KINDS)
    assert overall(counts).n > 200
    assert overall(counts).share >= 0.7


def test_of_sound_rows_at_most_one_in_twenty_is_rejected(counts):
    assert counts["false rejects"].n == 40
    assert counts["false rejects"].share <= 0.05


def test_no_kind_of_defect_goes_hardly_ever_seen(counts):
    assert {name: str(count) for name, count in counts.items() if name != "false rejects" and count.share < 0.1} == {}
