"""How often the interval of a difference holds it and finds it: `python -m bench difference_intervals`. Seeded; a minute.

Rows, documents and what the two systems do are those that the power certificate assumes, at the difference that it states.
"""

import math
from collections.abc import Iterator

import numpy as np

from bench.figures import Figure
from golden_assets.domain.experiments.inference import DocumentTotals, bootstrap_interval, randomisation_interval
from golden_assets.domain.quality.power import CORRELATION, DISCORDANCE, design_effect, paired_difference

SEED = 20261130
SIMULATIONS = 400
DRAWS = 499
CELLS = ((50, 12), (100, 8), (100, 12), (200, 40))
"""Rows and documents."""


def clustered(rows: int, documents: int, effect: float, rng: np.random.Generator) -> DocumentTotals:
    """Rows spread over documents; on a share `DISCORDANCE` of them (or `effect`, if that is more) one system alone is right.

    The probabilities that it is B, and that it is A, follow beta distributions over documents, so that the differences of a document's rows
    correlate with `CORRELATION`.
    """
    apart = max(DISCORDANCE, effect)
    means = np.array([(apart - effect) / 2, (apart + effect) / 2])
    total = (means * (1 - means)).sum() / (CORRELATION * (apart - effect**2)) - 1
    only_a, only_b = (rng.beta(mean * total, (1 - mean) * total, documents) if mean > 0 else np.zeros(documents) for mean in means)
    sizes = np.full(documents, rows // documents) + (np.arange(documents) < rows % documents)
    a = rng.binomial(sizes, only_a)
    b = rng.binomial(sizes - a, np.minimum(1.0, only_b / np.maximum(1e-9, 1 - only_a)))
    return DocumentTotals(*(values.astype(float) for values in (a, sizes, b, sizes)))


def shares(rows: int, documents: int, effect: float, simulations: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """How often the product's interval finds a difference and holds the true one, and how often the bootstrap's finds it."""
    counts = np.zeros(3)
    for _ in range(simulations):
        totals = clustered(rows, documents, effect, rng)
        low, high = randomisation_interval(totals, rng, draws=DRAWS) or (-math.inf, math.inf)
        drawn = bootstrap_interval(totals, rng, draws=DRAWS) or (-math.inf, math.inf)
        counts += [not low <= 0 <= high, low <= effect <= high, not drawn[0] <= 0 <= drawn[1]]
    found, held, by_bootstrap = counts / simulations
    return float(found), float(held), float(by_bootstrap)


def measure() -> Iterator[Figure]:
    """Power and coverage of each cell, with their Monte-Carlo errors."""
    rng = np.random.default_rng(SEED)
    for rows, documents in CELLS:
        effect = paired_difference(rows / design_effect([rows // documents] * documents)) or 0.0
        names = ("found", "interval holds it", "found by a bootstrap-t interval")
        for name, share in zip(names, shares(rows, documents, effect, SIMULATIONS, rng), strict=True):
            error = 100 * math.sqrt(share * (1 - share) / SIMULATIONS)
            where = f"{100 * effect:.1f} points, {rows} rows, {documents} documents"
            yield Figure(f"{where}: {name} (n {SIMULATIONS}, se {error:.1f})", 100 * share, None, "%")
