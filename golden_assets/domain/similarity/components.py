"""Clusters of things that hang together by links, found block by block: however many links there are, only one label a thing is held."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Pairing(NamedTuple):
    """Which pairs of things may be linked: those of one group that ``may_link`` agrees to, by position. A group below 0 goes with all.

    Things with equal ``identities`` are the same thing.
    """

    groups: "NDArray[Any]"
    identities: Sequence[str]
    may_link: Callable[[int, int], bool]

    def of(self, positions: Sequence[int]) -> "Pairing":
        """The same for some of the things, in this order."""
        chosen = list(positions)
        return Pairing(
            self.groups[chosen], [self.identities[position] for position in chosen], lambda i, j: self.may_link(chosen[i], chosen[j])
        )

    def in_one_group(self, rows: slice, columns: slice) -> "NDArray[Any]":
        """Which pairs of a block are of one group: shape (rows, columns), of bool."""
        left, right = self.groups[rows, None], self.groups[None, columns]
        allowed: NDArray[Any] = (left == right) | (left < 0) | (right < 0)
        return allowed


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

    def join_where(self, left: "NDArray[Any]", right: "NDArray[Any]", may_link: Callable[[int, int], bool]) -> None:
        """Link those pairs, the lower position first, that ``may_link`` agrees to; it is not asked about pairs that are linked by then."""
        roots, labels = _Roots(), self.labels
        kept = [
            place
            for place, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True))
            if one < other and roots.apart(labels[one], labels[other]) and may_link(one, other) and roots.merge(labels[one], labels[other])
        ]
        self.join(left[kept], right[kept])


class _Roots(dict[int, int]):
    """What each label was merged into, by label; labels that are not there stand for themselves."""

    def of(self, label: int) -> int:
        """The label that stands for all that this one hangs together with."""
        while label in self:
            if self[label] in self:
                self[label] = self[self[label]]
            label = self[label]
        return label

    def apart(self, one: int, other: int) -> bool:
        """Whether two labels do not hang together."""
        return self.of(one) != self.of(other)

    def merge(self, one: int, other: int) -> bool:
        """Let two labels that are apart hang together; True."""
        self[self.of(one)] = self.of(other)
        return True


def clusters_of(labels: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """Positions with the same label, as clusters of two or more, in order of first appearance."""
    clusters: dict[int, list[int]] = {}
    for position, label in enumerate(labels):
        clusters.setdefault(label, []).append(position)
    return tuple(tuple(members) for members in clusters.values() if len(members) > 1)
