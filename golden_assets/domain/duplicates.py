"""Questions that ask the same: exactly, once case, punctuation and blanks are folded, or nearly so by their words."""

import unicodedata
from collections.abc import Sequence

from golden_assets.domain.linking import clusters_of
from golden_assets.domain.spelling import link_alike

_FOLDED = frozenset("PZC")  # punctuation, separators, control; not \W, which also drops the vowel signs of Indic scripts
MAX_COMPARED = 2_000
"""Characters: a text of more is no question, and the time of a comparison grows with the product of two lengths."""


class _Blanks(dict[int, int]):
    """What `str.translate` makes of a character, by its code point: looked up once for each that occurs."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(" ") if unicodedata.category(chr(code))[0] in _FOLDED else code
        return self[code]


_BLANKS = _Blanks()


def fold(text: str) -> str:
    """What two questions have in common when they differ in case, punctuation or blanks only; "" without any letter, digit or symbol.

    Compatibility forms (NFKC) count as the same, symbols such as ``+`` and ``<`` are kept: C++ is not C.
    """
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_BLANKS).split())


def cluster_duplicates(questions: Sequence[str], min_similarity: float) -> tuple[tuple[int, ...], ...]:
    """Positions of questions that ask the same, as clusters of two or more, in order of first appearance.

    Two questions are linked when they are equal after `fold`, or when their token-sort ratio (rapidfuzz: the normalised indel
    similarity of the sorted words, 0 to 100) is at least ``min_similarity``. A cluster is whatever hangs together by such links: its
    ends may differ more. A question of more than `MAX_COMPARED` characters repeats only one that has the same words.
    `spelling` says why no pair is missed though few are compared.
    """
    sorted_words = [" ".join(sorted(fold(question).split())) for question in questions]
    distinct = sorted(set(sorted_words), key=lambda text: (len(text), text))
    compared = [text for text in distinct if len(text) <= MAX_COMPARED]
    labels = dict(zip(compared, link_alike(compared, min_similarity), strict=True))
    labels |= {text: len(distinct) + number for number, text in enumerate(distinct[len(compared) :])}
    return clusters_of(labels[text] for text in sorted_words)
