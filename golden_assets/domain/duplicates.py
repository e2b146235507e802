"""Questions that ask the same: exactly, once case, punctuation and blanks are folded, or nearly so by their words."""

import unicodedata
from collections.abc import Iterator, Sequence

_FOLDED = frozenset("PZC")  # punctuation, separators, control; not \W, which also drops the vowel signs of Indic scripts
_BLOCK = 256


def fold(text: str) -> str:
    """What two questions have in common when they differ in case, punctuation or blanks only; "" without any letter, digit or symbol.

    Compatibility forms (NFKC) count as the same, symbols such as ``+`` and ``<`` are kept: C++ is not C.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(" " if unicodedata.category(character)[0] in _FOLDED else character for character in text).split())


def cluster_duplicates(questions: Sequence[str], min_similarity: float) -> tuple[tuple[int, ...], ...]:
    """Positions of questions that ask the same, as clusters of two or more, in order of first appearance.

    Two questions are linked when they are equal after `fold`, or when their token-sort ratio (rapidfuzz: the normalised indel
    similarity of the sorted words, 0 to 100) is at least ``min_similarity``. A cluster is whatever hangs together by such links: its
    ends may differ more.
    All pairs are compared, block by block: n^2/2 ratios, 20 MB for 10,000 questions.
    """
    folded = [fold(question) for question in questions]
    distinct = {text: number for number, text in enumerate(dict.fromkeys(folded))}
    labels = _components(list(distinct), min_similarity)
    clusters: dict[int, list[int]] = {}
    for position, text in enumerate(folded):
        clusters.setdefault(labels[distinct[text]], []).append(position)
    return tuple(tuple(members) for members in clusters.values() if len(members) > 1)


def _components(texts: list[str], min_similarity: float) -> list[int]:
    """The number of the connected component of each text."""
    if len(texts) < 2:
        return [0] * len(texts)

    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = np.array(list(_similar_pairs(texts, min_similarity)), dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(texts), len(texts)))
    return [int(label) for label in connected_components(graph, directed=False)[1]]


def _similar_pairs(texts: list[str], min_similarity: float) -> Iterator[tuple[int, int]]:
    """Pairs (i, j), i <= j, whose ratio reaches the limit; every text pairs with itself."""
    import numpy as np
    from rapidfuzz import fuzz, process

    for start in range(0, len(texts), _BLOCK):
        block, rest = texts[start : start + _BLOCK], texts[start:]
        ratios = process.cdist(block, rest, scorer=fuzz.token_sort_ratio, score_cutoff=min_similarity, dtype=np.float64)
        for left, right in np.argwhere(ratios >= min_similarity).tolist():
            yield start + left, start + right
