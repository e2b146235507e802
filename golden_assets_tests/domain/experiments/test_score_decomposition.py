"""The bridge: exact for any scores, and each part is what it says."""

from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.experiments.score_decomposition import build_bridge

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


def test_the_common_part_does_not_depend_on_an_order():
    """50 common rows fall by 0.10, 50 rows come: of the six orders three say -0.05 and three -0.10."""
    a = {f"row-{i}": 0.8 for i in range(50)}
    b = dict.fromkeys(a, 0.7) | {f"new-{i}": 0.7 for i in range(50)}
    bridge = build_bridge(a, b)
    assert abs(bridge.common + 0.075) < 1e-12
    assert abs(bridge.common_weight * -0.1 - bridge.common) < 1e-12


def test_two_common_rows_of_a_hundred_tell_nothing_of_the_system():
    a = {f"a-{i}": 0.8 for i in range(98)} | {"x": 0.0, "y": 0.0}
    b = {f"b-{i}": 0.8 for i in range(98)} | {"x": 1.0, "y": 1.0}
    bridge = build_bridge(a, b)
    assert not bridge.can_be_read
    assert build_bridge({"x": 0.0}, {"x": 1.0}).can_be_read, "nothing but common rows"
    assert build_bridge({"x": 0.0}, {"y": 1.0}).can_be_read, "the two means"


@given(SCORES, SCORES)
def test_the_weight_turns_the_difference_of_the_common_rows_into_their_part(a: dict[str, float], b: dict[str, float]):
    bridge, common = build_bridge(a, b), a.keys() & b.keys()
    if common:
        assert abs(bridge.common_weight * sum(b[row] - a[row] for row in common) / len(common) - bridge.common) <= 1e-12


def test_without_common_rows_the_parts_are_the_two_means():
    bridge = build_bridge({"a": 0.25}, {"b": 0.75})
    assert (bridge.removed, bridge.common, bridge.added) == (-0.25, 0.0, 0.75)
