"""Clusters of things that hang together by links, found block by block: however many links there are, only one label a thing is held."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Links:
    """Which of ``count`` things hang together so far: at first none.

    A pair that hangs together already need not be compared any more (`apart`): among many copies of one text nearly all pairs are such.
    """

    def __init__(self, count: int) -> None:
        import numpy as np

        self.labels: NDArray[Any] = np.arange(count, dtype=np.int32)
        """The component of each thing, shape (count,)."""

    def apart(self, rows: slice, columns: slice) -> "NDArray[Any]":
        """Which pairs of a block do not hang together yet: shape (rows, columns), of bool."""
        import numpy as np

        return np.asarray(self.labels[rows, None] != self.labels[None, columns])

    def join(self, left: "NDArray[Any]", right: "NDArray[Any]") -> None:
        """Link things pairwise, ``left[k]`` with ``right[k]``."""
        import numpy as np
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        if len(left):
            count = len(self.labels)
            links = (np.ones(len(left), dtype=np.int8), (self.labels[left], self.labels[right]))
            self.labels = connected_components(coo_array(links, shape=(count, count)), directed=False)[1][self.labels]


def clusters_of(labels: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """Positions with the same label, as clusters of two or more, in order of first appearance."""
    clusters: dict[int, list[int]] = {}
    for position, label in enumerate(labels):
        clusters.setdefault(label, []).append(position)
    return tuple(tuple(members) for members in clusters.values() if len(members) > 1)
