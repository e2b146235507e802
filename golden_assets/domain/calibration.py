"""The limits on distances for an embedder other than the shipped one: what it makes of the documents' own passages."""

from collections.abc import Sequence

from golden_assets.domain.documents import Corpus
from golden_assets.domain.statistics import mean_pairwise_distance, unit_matrix

SHIPPED_EMBEDDER = "all-MiniLM-L6-v2-int8 1.0.0"
"""The embedder that the default limit was set for."""
SHIPPED_SPREAD = 0.85
"""The mean cosine distance that it sees between sentences of one manual (100 of them)."""
SAMPLE = 100
"""Passages embedded for the calibration, at most."""
MIN_PASSAGES = 5
PASSAGE_CHARACTERS = 200


def calibration_passages(corpus: Corpus, embedder_name: str) -> list[str]:
    """Passages of equal length, evenly spaced over the corpus, in order; none for the shipped embedder, which needs no calibration."""
    if embedder_name == SHIPPED_EMBEDDER:
        return []
    step = PASSAGE_CHARACTERS
    places = [(document.text, start) for document in corpus.documents for start in range(0, len(document.text), step)]
    stride = max(1, -(-len(places) // SAMPLE))
    passages = dict.fromkeys(" ".join(text[start : start + step].split()) for text, start in places[::stride])
    return [passage for passage in passages if passage]


def corpus_spread(vectors: Sequence[Sequence[float]]) -> float | None:
    """The mean cosine distance between the passages; None for too few. Raises `TestsetError` like `unit_matrix`."""
    return round(mean_pairwise_distance(unit_matrix(vectors)), 6) if len(vectors) >= MIN_PASSAGES else None


def calibrated(configured: float, spread: float | None) -> float:
    """The configured distance, lowered in proportion where the embedder sees less spread than the shipped one does; never raised."""
    return configured if spread is None else round(configured * min(1.0, spread / SHIPPED_SPREAD), 6)
