"""Synthetic embeddings with questions that clump, or say the same in other words, judged as the gates judge (a test holds them against the
gates themselves).

Texts are unit vectors about `TOPICS` subjects. Their mean cosine distances are those that were measured with the shipped embedder: 0.85
between sentences of one manual, 0.82 between questions about it, 0.38 between questions with a common opening, 0.3 between ways to word a
question, 0.17 between questions that ask the same of one thing after the other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.gate_simulations import LIMITS, SIMULATIONS, Counts, Flags, Numbers, at_most
from golden_assets.domain.quality.embedder_calibration import SAMPLE, SHIPPED_SPREAD, calibrated
from golden_assets.domain.statistics.rejection_allowance import allowed_rejections

Vectors = NDArray[np.float64]

DIMENSIONS = 24
"""Few, so that chance makes more of a difference than to a real embedder, and drawing takes less time: similarities scatter by 0.21, those
of questions about one manual by 0.12 to 0.16 with the shipped embedder."""
TOPICS = 10
WITHIN_TOPIC = 0.6
"""Mean distance of two questions on one subject: with `TOPICS` of them, 0.825 between any two where unrelated ones are at 0.85."""
CLUMPED = 0.38
"""Mean distance of questions with a common opening."""
REWORDED = 0.3
"""Mean distance of ways to word one question."""
PATTERN = 0.17
"""Mean distance of questions that ask the same of one thing after the other."""
CHUNK = 100
"""Testsets that are held at a time."""


class Embedder(NamedTuple):
    """``spread`` is the mean distance that it sees between unrelated passages; every other distance is smaller in proportion. A calibrated
    one gets its limit from a sample of passages, a new one for each testset."""

    spread: float
    is_calibrated: bool


SHIPPED = Embedder(SHIPPED_SPREAD, is_calibrated=False)
NARROW = Embedder(0.21, is_calibrated=True)
"""As multilingual-e5 does, unrelated texts at a similarity of 0.79."""


def draw_vectors(testsets: int, rows: int, clumped: float, embedder: Embedder, rng: np.random.Generator, apart: float = CLUMPED) -> Vectors:
    """Unit vectors, shape (testsets, rows, DIMENSIONS). With probability ``clumped`` a row is of one clump, whose rows are ``apart`` from
    one another; the others are about a subject each, with equal chances."""
    scale = embedder.spread / SHIPPED_SPREAD
    world = _directions((testsets, 1), rng)
    subjects = _directions((testsets, TOPICS), rng)
    chosen = rng.integers(0, TOPICS, (testsets, rows, 1))
    about = np.take_along_axis(subjects, np.broadcast_to(chosen, (testsets, rows, DIMENSIONS)), axis=1)
    of_clump = rng.random((testsets, rows, 1)) < clumped
    distances = np.where(of_clump, apart, WITHIN_TOPIC)
    about = np.where(of_clump, _directions((testsets, 1), rng), about)
    return _mix(world, about, 1 - scale * SHIPPED_SPREAD, 1 - scale * distances, _directions((testsets, rows), rng))


def limits(configured: float, testsets: int, embedder: Embedder, rng: np.random.Generator) -> Numbers:
    """What the configured distance is for each testset, shape (testsets,)."""
    if not embedder.is_calibrated:
        return np.full(testsets, configured)
    passages = _mix(_directions((testsets, 1), rng), None, 1 - embedder.spread, 1 - embedder.spread, _directions((testsets, SAMPLE), rng))
    return np.array([calibrated(configured, round(float(spread), 6)) for spread in mean_distances(passages)])


def mean_distances(vectors: Vectors) -> Numbers:
    """The mean cosine distance over all pairs, shape (testsets,)."""
    rows = vectors.shape[1]
    total = vectors.sum(axis=1)
    return np.asarray(np.round(1 - ((total * total).sum(axis=1) - rows) / (rows * (rows - 1)), 6))


def judge_diversity(rows: int, clumped: float, embedder: Embedder, rng: np.random.Generator) -> Flags:
    """As `questions_are_diverse`, on drawn testsets."""
    passed = [
        at_most(limits(LIMITS.min_diversity, CHUNK, embedder, rng) - mean_distances(draw_vectors(CHUNK, rows, clumped, embedder, rng)), 0.0)
        for _ in range(SIMULATIONS // CHUNK)
    ]
    return np.concatenate(passed)


def largest_crowds(vectors: Vectors, radii: Numbers) -> Counts:
    """Of each testset how many questions are within its radius of one and the same other question, at most; shape (testsets,)."""
    near = (questions @ questions.T >= 1 - radius - 1e-9 for questions, radius in zip(vectors, radii.tolist(), strict=True))
    return np.array([np.count_nonzero(flags, axis=1).max() - 1 for flags in near])


def judge_crowds(rows: int, clumped: float, apart: float, embedder: Embedder, rng: np.random.Generator) -> Flags:
    """As `questions_do_not_clump`, on drawn testsets."""
    crowds = [
        largest_crowds(draw_vectors(CHUNK, rows, clumped, embedder, rng, apart), limits(LIMITS.clump_distance, CHUNK, embedder, rng))
        for _ in range(SIMULATIONS // CHUNK)
    ]
    return np.concatenate(crowds) <= allowed_rejections(rows - 1, LIMITS.max_clump_share)


def highest_similarities(vectors: Vectors) -> Numbers:
    """Of each testset the largest cosine similarity of two questions, shape (testsets,)."""
    highest = []
    for questions in vectors:
        similarities = questions @ questions.T
        np.fill_diagonal(similarities, -1)
        highest.append(similarities.max())
    return np.array(highest, dtype=np.float64)


def judge_meanings(rows: int, similarity: float, rng: np.random.Generator) -> Flags:
    """As `questions_differ_in_meaning`, on testsets in which one question says what another one does: at about this similarity to it, as
    far from it by chance as texts are from one another; 0 for testsets without one."""
    passed = []
    for _ in range(SIMULATIONS // CHUNK):
        vectors = draw_vectors(CHUNK, rows, 0, SHIPPED, rng)
        if similarity:
            noise = _directions((CHUNK,), rng)
            vectors[:, 0] = _unit(similarity * vectors[:, 1] + np.sqrt(1 - similarity**2) * noise)
        passed.append(highest_similarities(vectors) < LIMITS.max_semantic_similarity - 1e-9)
    return np.concatenate(passed)


def _mix(world: Vectors, about: Vectors | None, between: float, within: Numbers | float, noise: Vectors) -> Vectors:
    """Vectors at a mean similarity of ``between`` to all others and of ``within`` to those about the same."""
    mixed = np.sqrt(between) * world + np.sqrt(1 - np.asarray(within)) * noise
    return _unit(mixed if about is None else mixed + np.sqrt(within - np.asarray(between)) * about)


def _directions(shape: tuple[int, ...], rng: np.random.Generator) -> Vectors:
    return _unit(rng.standard_normal((*shape, DIMENSIONS)))


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True)))
