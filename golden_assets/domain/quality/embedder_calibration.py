"""The limits on distances for an embedder other than the shipped one: what it makes of the documents' own passages."""

from collections import Counter
from collections.abc import Sequence

from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.statistics.distributions import mean_pairwise_distance, unit_matrix
from golden_assets.domain.testsets.languages import UNDETERMINED, name_of, plain_code

SHIPPED_EMBEDDER = "all-MiniLM-L6-v2-int8 1.0.0"
"""The embedder that the default limit was set for."""
SHIPPED_SPREAD = 0.85
"""The mean cosine distance that it sees between sentences of one manual (100 of them)."""
SAMPLE = 100
"""Passages embedded for the calibration, at most."""
MIN_PASSAGES = 5
PASSAGE_CHARACTERS = 200

CALIBRATED_LANGUAGE = "en"
"""The language that the default limits were set for: the shipped embedder sees texts in other languages closer together."""
MAX_FOREIGN_SHARE = 0.1
"""Share of the rows in other languages from which its distances say nothing."""


def uncalibrated(embedder_name: str, spread: float | None, languages: Sequence[str]) -> str:
    """Why no limit on distances is known for these questions, in a clause; empty where one is.

    Args:
        spread: see `corpus_spread`.
        languages: ISO 639 codes of the rows, as far as they are known.
    """
    if spread is not None:
        return ""
    if embedder_name != SHIPPED_EMBEDDER:
        return f"{embedder_name} was not calibrated, for the documents have fewer than {MIN_PASSAGES} passages"
    known = [code for code in map(plain_code, languages) if code != UNDETERMINED]
    foreign = Counter(code for code in known if code != CALIBRATED_LANGUAGE)
    if foreign.total() <= MAX_FOREIGN_SHARE * len(known):
        return ""
    return f"{foreign.total()} of {len(known)} rows are not in English ({', '.join(map(name_of, foreign))}), which {embedder_name} is for"


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
