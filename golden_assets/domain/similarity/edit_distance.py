"""Texts that are spelt alike, found without comparing every pair, and without missing one.

The ratio of two texts of m and n characters is 200 c / (m + n), c being the length of their longest common subsequence. Where it is at
least r, c >= r (m + n) / 200, and m - c characters of the one and n - c of the other are no part of it. Each of those separates at most
one of the c - 1 pairs of characters that follow each other in the subsequence, so the texts share at least
c - 1 - (m - c) - (n - c) >= (3 r / 200 - 1)(m + n) - 1 bigrams (the q-gram lemma, Ukkonen 1992, for insertions and deletions).
Shared bigrams are bounded from above by one product of matrices: bigrams are thrown into buckets, which can only make more of them equal,
and counted in each bucket up to a level; what is above the level is granted. Only pairs that the bound lets pass are compared.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz import fuzz, process

from golden_assets.domain.similarity.components import Links, Pairing

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUCKETS, LEVELS = 128, 3
"""On 10,000 questions the bound with these lets 1 pair in 700 pass; 256 buckets and 2 levels, as large, let 1 in 200."""
BLOCK = 8_000_000
"""Pairs that are looked at together: 32 MB of single precision."""
MAX_CANDIDATES = 0.05
"""Share of a block's pairs from which comparing all of them is quicker than picking some."""
_SLACK = 1e-2
"""More than single precision loses in a sum of a few thousand."""


def link_alike(texts: Sequence[str], min_ratio: float, links: Links, pairing: Pairing) -> None:
    """Link those positions that ``pairing`` allows whose ratio, rapidfuzz's ``fuzz.ratio`` (0 to 100), is ``min_ratio`` or more.

    Args:
        texts: by length, the shortest first.
        min_ratio: from 0; at 66.7 and below the bound excludes nothing, and every pair is compared.
        links: of as many things as there are texts, or more; what it links already is not compared.
        pairing: of as many things as there are texts, or more.
    """
    if len(texts) > 1:
        bound = _Bound(texts, min_ratio)
        for rows, columns in bound.blocks():
            wanted = bound.candidates(rows, columns) & links.apart(rows, columns) & pairing.in_one_group(rows, columns)
            left, right = _alike(texts, rows, columns, wanted, min_ratio)
            links.join_where(left, right, pairing.may_link)


def _alike(texts: Sequence[str], rows: slice, columns: slice, wanted: "NDArray[Any]", min_ratio: float) -> "tuple[Any, Any]":
    """Positions of the pairs of a block that are wanted and alike."""
    if np.count_nonzero(wanted) > MAX_CANDIDATES * wanted.size:
        ratios = process.cdist(texts[rows], texts[columns], scorer=fuzz.ratio, score_cutoff=min_ratio, dtype=np.float64)
        left, right = np.nonzero((ratios >= min_ratio) & wanted)
        return left + rows.start, right + columns.start
    left, right = np.nonzero(wanted)
    left, right = left + rows.start, right + columns.start
    pairs = [texts[i] for i in left], [texts[j] for j in right]
    alike = process.cpdist(*pairs, scorer=fuzz.ratio, score_cutoff=min_ratio, dtype=np.float64) >= min_ratio
    return left[alike], right[alike]


class _Bound:
    """Which pairs of texts can be alike at all."""

    def __init__(self, texts: Sequence[str], min_ratio: float) -> None:
        shared, granted, self._lengths = _bigrams(texts)
        needed = np.float32(3 * min_ratio / 200 - 1) * self._lengths.astype(np.float32)
        self._granted = granted - needed
        self._features = np.column_stack([shared, np.ones_like(needed), -needed])
        self._longest = (200 - min_ratio) / min_ratio if min_ratio > 0 else np.inf

    def blocks(self) -> "list[tuple[slice, slice]]":
        """Rows and the columns from there on whose length allows the ratio: it is at most 200 times the shorter by the sum of both."""
        count = len(self._lengths)
        step = max(1, min(1_024, BLOCK // count))
        starts = range(0, count, step)
        longest = [self._lengths[min(start + step, count) - 1] * self._longest + 1e-6 for start in starts]
        ends = np.searchsorted(self._lengths, longest, side="right")
        return [(slice(start, min(start + step, count)), slice(start, int(end))) for start, end in zip(starts, ends, strict=True)]

    def candidates(self, rows: slice, columns: slice) -> "NDArray[Any]":
        """Which pairs share enough bigrams, as far as can be bounded: shape (rows, columns), of bool."""
        left = self._features[rows].copy()
        left[:, -2], left[:, -1] = self._granted[rows], 1
        return np.asarray(left @ self._features[columns].T >= -1 - _SLACK)


def _bigrams(texts: Sequence[str]) -> "tuple[NDArray[Any], NDArray[Any], NDArray[Any]]":
    """Of each text: in each bucket whether it has more than 0, 1, 2 bigrams; how many are above that; its length."""
    lengths = np.array([len(text) for text in texts])
    shared = np.zeros((len(texts), LEVELS * BUCKETS), dtype=np.float32)
    granted = np.zeros(len(texts), dtype=np.float32)
    for start in range(0, len(texts), 1_024):
        some = slice(start, min(start + 1_024, len(texts)))
        counts = _counts(texts[some], lengths[some])
        shared[some] = np.hstack([counts > level for level in range(LEVELS)])
        granted[some] = np.maximum(0, counts - LEVELS).sum(axis=1)
    return shared, granted, lengths


def _counts(texts: Sequence[str], lengths: "NDArray[Any]") -> "NDArray[Any]":
    """How many bigrams of each text fall into each bucket: shape (texts, buckets). Any hash would do; this one spreads letters well."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    owners = np.repeat(np.arange(len(texts)), lengths)
    hashed = (codes[:-1] * np.uint64(0x9E3779B97F4A7C15) + codes[1:]) * np.uint64(0xBF58476D1CE4E5B9)
    places = owners[:-1] * BUCKETS + (hashed >> np.uint64(40)).astype(np.int64) % BUCKETS
    inside = owners[1:] == owners[:-1]
    return np.bincount(places[inside], minlength=len(texts) * BUCKETS).reshape(len(texts), BUCKETS)
