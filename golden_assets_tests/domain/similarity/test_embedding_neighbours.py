"""One pass over all pairs of vectors, against the loop over pairs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.similarity import embedding_neighbours
from golden_assets.domain.similarity.components import Pairing
from golden_assets.domain.similarity.embedding_neighbours import find_neighbours
from golden_assets.domain.statistics.distributions import unit_matrix

vectors = st.lists(st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda v: math.hypot(*v) > 0.01), min_size=2, max_size=12)


@given(vectors)
def test_nearest_distances_agree_with_the_loop_over_pairs(drawn):
    units = unit_matrix(drawn)
    loop = [min(1 - float(a @ b) for j, b in enumerate(units) if j != i) for i, a in enumerate(units)]
    assert find_neighbours(units, 0.9, 0.25).nearest == pytest.approx(np.maximum(0.0, loop), abs=1e-9)


@given(vectors, st.randoms())
def test_nearest_distances_do_not_depend_on_the_order(drawn, random):
    shuffled = random.sample(drawn, len(drawn))
    one, other = (find_neighbours(unit_matrix(some), 0.9, 0.25).nearest for some in (drawn, shuffled))
    assert sorted(one) == pytest.approx(sorted(other), abs=1e-9)


@given(vectors, st.sampled_from([0.5, 0.9, 0.99]))
def test_clusters_are_the_components_of_near_pairs(drawn, limit):
    units = unit_matrix(drawn)
    where = {position: number for number, cluster in enumerate(find_neighbours(units, limit, 0.25).clusters) for position in cluster}
    near = units @ units.T >= limit
    for i, j in np.argwhere(np.triu(near, 1)).tolist():
        assert where[i] == where[j]
    for i in where:
        assert any(near[i, j] or units[i] @ units[j] >= limit - 1e-8 for j in where if j != i and where[j] == where[i])


@given(vectors, st.sampled_from([0.05, 0.25, 0.6]))
def test_the_crowd_is_around_the_row_that_most_others_are_near(drawn, radius):
    units = unit_matrix([*drawn, drawn[0]])
    near = units @ units.T >= 1 - radius - 1e-9
    middle, *others = find_neighbours(units, 0.9, radius).crowd
    assert 1 + len(others) == near.sum(axis=1).max()
    assert sorted([middle, *others]) == np.flatnonzero(near[middle]).tolist()


def test_blocks_meet_across_their_borders(monkeypatch):
    monkeypatch.setattr(embedding_neighbours, "BLOCK", 1_500)
    units = unit_matrix([*np.eye(600).tolist(), [1.0] + [0.0] * 599, [0.0, 1.0, 0.1] + [0.0] * 597])
    found = find_neighbours(units, 0.95, 0.25)
    assert found.nearest[0] == found.nearest[600] == 0.0
    assert set(found.nearest[3:600]) == {1.0}
    assert found.clusters == ((0, 600), (1, 601))
    assert found.crowd == (0, 600)


@pytest.mark.parametrize("drawn", [[], [[3.0, 4.0]]])
def test_fewer_than_two_vectors_have_no_neighbours(drawn):
    found = find_neighbours(unit_matrix(drawn), 0.9, 0.25)
    assert found.nearest.tolist() == [1.0] * len(drawn)
    assert found.clusters == ()
    assert found.crowd == tuple(range(len(drawn)))


def test_a_hundred_thousand_copies_of_one_vector_are_one_cluster_at_distance_zero():
    found = find_neighbours(unit_matrix(np.tile([[3.0, 4.0]], (100_000, 1))), 0.95, 0.25)
    assert len(found.clusters[0]) == len(found.crowd) == 100_000
    assert not found.nearest.any()


def test_only_pairs_that_may_be_linked_are_a_cluster_and_the_distances_are_the_same():
    units = unit_matrix([[1.0, 0.0]] * 4)
    pairing = Pairing(np.array([0, 0, 1, -1]), ["a", "b", "c", "d"], lambda one, other: (one, other) != (0, 1))
    found = find_neighbours(units, 0.9, 0.25, pairing)
    assert found.clusters == ((0, 1, 2, 3),), "the last one, without a group, goes with all"
    assert find_neighbours(units[:3], 0.9, 0.25, pairing.of([0, 1, 2])).clusters == ()
    assert (found.nearest.tolist(), found.crowd) == ([0.0] * 4, (0, 1, 2, 3))
