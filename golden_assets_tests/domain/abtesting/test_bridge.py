"""The bridge: exact for any scores, and each part is what it says."""

from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.abtesting.bridge import build_bridge

SCORES = st.dictionaries(st.sampled_from([f"row-{i}" for i in range(40)]), st.floats(-1, 1), min_size=1)


@given(SCORES, SCORES)
def test_the_parts_sum_to_the_whole(a: dict[str, float], b: dict[str, float]):
    bridge = build_bridge(a, b)
    assert abs(bridge.removed + bridge.common + bridge.added - bridge.change) <= 1e-12
    assert abs(bridge.mean_a - sum(a.values()) / len(a)) <= 1e-12
    assert abs(bridge.mean_b - sum(b.values()) / len(b)) <= 1e-12
    assert (bridge.removed_rows, bridge.common_rows, bridge.added_rows) == (len(a.keys() - b), len(a.keys() & b), len(b.keys() - a))


@given(SCORES, SCORES)
def test_walking_back_gives_the_parts_with_the_other_sign(a: dict[str, float], b: dict[str, float]):
    there, back = build_bridge(a, b), build_bridge(b, a)
    assert abs(there.removed + back.added) <= 1e-12
    assert abs(there.common + back.common) <= 1e-12


def test_a_better_system_on_the_same_rows_is_all_in_the_common_part():
    bridge = build_bridge({"a": 0.0, "b": 1.0}, {"a": 1.0, "b": 1.0})
    assert (bridge.removed, bridge.common, bridge.added, bridge.change) == (0.0, 0.5, 0.0, 0.5)


def test_an_easier_testset_is_all_in_the_added_part():
    bridge = build_bridge({"a": 0.5, "b": 0.5}, {"a": 0.5, "b": 0.5, "easy": 1.0, "easier": 1.0})
    assert (bridge.removed, bridge.common, bridge.added) == (0.0, 0.0, 0.25)


def test_hard_rows_that_are_taken_away_show_as_removed():
    bridge = build_bridge({"a": 1.0, "hard": 0.0}, {"a": 1.0})
    assert (bridge.removed, bridge.common, bridge.added) == (0.5, 0.0, 0.0)


def test_without_common_rows_the_parts_are_the_two_means():
    bridge = build_bridge({"a": 0.25}, {"b": 0.75})
    assert (bridge.removed, bridge.common, bridge.added) == (-0.25, 0.0, 0.75)
