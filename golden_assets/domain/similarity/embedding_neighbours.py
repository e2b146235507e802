"""Which unit vectors are near to each other, from one pass over all pairs: a block of similarities at a time, never all of them."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from golden_assets.domain.similarity.components import Links, Pairing, clusters_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golden_assets.domain.statistics.distributions import Matrix

BLOCK = 16_000_000
"""Similarities that are held at a time: 128 MB."""


class Neighbourhood(NamedTuple):
    """``nearest``: of each row the cosine distance to its nearest other row, 0 to 2, or 1 without any other; shape (n,).

    ``clusters``: positions of rows that hang together by similarities which reach a limit, two or more in a cluster, in row order.
    ``crowd``: the position of the row that most others are around, within a radius, then theirs, in row order.
    """

    nearest: "NDArray[Any]"
    clusters: tuple[tuple[int, ...], ...]
    crowd: tuple[int, ...]


def find_neighbours(units: "Matrix", min_similarity: float, radius: float, pairing: Pairing | None = None) -> Neighbourhood:
    """Compare all rows of length 1, shape (n, dimensions), with one another; equal rows count as one, so that copies cost little.

    A row joins the cluster of whatever it is as similar to as ``min_similarity``, a cosine, asks, where ``pairing`` allows it. ``radius``
    is a cosine distance.
    """
    import numpy as np

    if len(units) < 2:
        return Neighbourhood(np.ones(len(units)), (), tuple(range(len(units))))
    distinct, places, copies = _distinct(units, pairing.identities if pairing else [""] * len(units))
    allowed = pairing and pairing.of(np.unique(places, return_index=True)[1].tolist())
    links, highest, around = Links(len(distinct)), np.full(len(distinct), -np.inf), np.zeros(len(distinct))
    step = max(1, min(1_024, BLOCK // len(distinct)))
    for start in range(0, len(distinct), step):
        rows, columns = slice(start, start + step), slice(start, len(distinct))
        similarities = distinct[rows] @ distinct[columns].T
        _add_near(similarities >= 1 - radius - 1e-9, copies[columns], around[columns])
        np.fill_diagonal(similarities, -np.inf)
        np.maximum(highest[rows], similarities.max(axis=1), out=highest[rows])
        np.maximum(highest[columns], similarities.max(axis=0), out=highest[columns])
        if highest[rows].max() >= min_similarity - 1e-9:
            wanted = (similarities >= min_similarity - 1e-9) & links.apart(rows, columns)
            left, right = np.nonzero(wanted & allowed.in_one_group(rows, columns) if allowed else wanted)
            links.join_where(left + start, right + start, allowed.may_link if allowed else _any_pair)
    nearest = np.where(copies > 1, 0.0, np.maximum(0.0, 1.0 - highest))
    middle = int(around.argmax())
    crowd = np.flatnonzero((distinct @ distinct[middle] >= 1 - radius - 1e-9)[places])
    crowd = crowd[np.argsort(places[crowd] != middle, kind="stable")]
    return Neighbourhood(nearest[places], clusters_of(links.labels[places].tolist()), tuple(crowd.tolist()))


def _any_pair(_: int, __: int) -> bool:
    return True


def _add_near(near: "NDArray[Any]", copies: "NDArray[Any]", around: "NDArray[Any]") -> None:
    """Add to ``around`` how many rows are near each: ``near`` has a line for each of its first places, and each pair of places once."""
    import numpy as np

    height, near, weights = len(near), near.astype(np.single), copies.astype(np.single)  # products of these are quick, and exact to 2^24
    around[:height] += near @ weights
    around[height:] += weights[:height] @ near[:, height:]


def _distinct(units: "Matrix", identities: Sequence[str]) -> "tuple[Matrix, NDArray[Any], NDArray[Any]]":
    """The rows that differ, or have different identities, in order of first appearance; the place of each row among them; how many rows are
    at each place.
    """
    import numpy as np

    seen: dict[bytes, int] = {}
    first: list[int] = []
    places = np.empty(len(units), dtype=np.int64)
    for position, (row, identity) in enumerate(zip(units, identities, strict=True)):
        place = seen.setdefault(blake2b(row.tobytes() + identity.encode(), digest_size=16).digest(), len(first))
        if place == len(first):
            first.append(position)
        places[position] = place
    distinct = units if len(first) == len(units) else units[first]
    return distinct, places, np.bincount(places)
