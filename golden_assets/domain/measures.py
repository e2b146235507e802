"""What can be measured on a testset, its corpus and its question embeddings: numbers and names, no opinion (`judging` has those).

Every number is rounded to 6 decimals, so that the order of a floating-point sum does not change a report's hash.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from golden_assets.domain.coverage import CoverageMeasures, measure_coverage
from golden_assets.domain.critics.findings import Finding
from golden_assets.domain.critics.hops import with_false_hops
from golden_assets.domain.critics.panel import criticise_all
from golden_assets.domain.critics.support import Similarity
from golden_assets.domain.documents import Corpus, Record
from golden_assets.domain.duplicates import cluster_duplicates, fold
from golden_assets.domain.effects import cramers_v, distance_interval
from golden_assets.domain.errors import TestsetError
from golden_assets.domain.faults import GroundingMeasures, RowMeasures, measure_grounding, measure_rows
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.neighbours import Neighbourhood, find_neighbours
from golden_assets.domain.statistics import (
    apportion,
    chi_square,
    chi_square_power,
    mean_pairwise_distance,
    normalised,
    total_variation,
    unit_matrix,
)
from golden_assets.domain.testsets import Testset, TestsetRow, count_types

if TYPE_CHECKING:
    from golden_assets.domain.statistics import Matrix

Rows = Sequence[TestsetRow]


class TypeMeasures(Record):
    """Question types against their target shares.

    ``distance`` is the total variation (0 to 1), ``nearest_distance`` that of the best split of as many whole rows, ``power`` the least
    power of the chi-square test against a drift as large as the gate's limit.
    """

    counts: dict[str, int]
    targets: dict[str, float]
    distance: float
    nearest_distance: float
    chi_square: float
    p_value: float
    power: float


class DiversityMeasures(Record):
    """Cosine distances between questions: the mean over all pairs, and the mean to the nearest other one (small when they clump).

    ``corpus_spread`` is the mean distance of the corpus's own passages, where the embedder was calibrated on them.
    """

    mean_distance: float
    mean_nearest_distance: float
    corpus_spread: float | None = None


class DuplicateMeasures(Record):
    """Questions asked more than once, as clusters of row ids in row order.

    ``surplus`` is the number of rows that would have to go, ``exact_surplus`` the part of it that is equal word for word. ``repeats``
    names each of the surplus rows with what it repeats.
    ``semantic_surplus`` and ``semantic_repeats`` are the same by embeddings. Rows with equal content share one id, which then stands twice.
    """

    clusters: tuple[tuple[str, ...], ...]
    surplus: int
    exact_surplus: int
    repeats: tuple[str, ...]
    semantic_surplus: int
    semantic_repeats: tuple[str, ...]


class Measures(Record):
    """Everything that is measured on one testset."""

    types: TypeMeasures
    diversity: DiversityMeasures
    duplicates: DuplicateMeasures
    coverage: CoverageMeasures
    rows: RowMeasures
    grounding: GroundingMeasures
    findings: tuple[tuple[Finding, ...], ...]


def measure_quality(
    testset: Testset,
    corpus: Corpus,
    embeddings: Sequence[Sequence[float]],
    thresholds: Thresholds,
    spread: float | None = None,
    similarity: Similarity | None = None,
) -> Measures:
    """Measure everything once. ``embeddings`` holds one vector per row, in row order; ``similarity`` is what the critics compare by
    where words leave doubt.

    Raises:
        TestsetError: the embeddings do not fit the rows, or have no direction.
    """
    if len(embeddings) != len(testset.rows):
        problem = f"{len(embeddings)} embeddings for {len(testset.rows)} questions"
        raise TestsetError(problem, "embed every question of this very testset, in row order")
    targets = {str(name): share for name, share in testset.request.question_types.items()}
    units = unit_matrix(embeddings)
    neighbourhood = find_neighbours(units, thresholds.max_semantic_similarity)
    return Measures(
        types=measure_types(count_types(testset.generated_rows), targets, thresholds.max_type_distance),
        diversity=measure_diversity(units, neighbourhood, spread),
        duplicates=measure_duplicates(testset.rows, thresholds.max_question_similarity, neighbourhood.clusters),
        coverage=measure_coverage(testset.rows, corpus, thresholds.min_document_words),
        rows=with_false_hops(measure_rows(testset.rows), testset.rows),
        grounding=measure_grounding(testset.rows, corpus),
        findings=criticise_all(testset.rows, corpus, similarity),
    )


def measure_types(counts: Mapping[str, int], targets: Mapping[str, float], drift: float) -> TypeMeasures:
    """Counts against target shares (any positive scale); ``drift`` is the total variation whose detection ``power`` is about."""
    rows = sum(counts.values())
    test = chi_square(counts, targets)
    return TypeMeasures(
        counts=dict(counts),
        targets=normalised(targets),
        distance=round(total_variation(counts, targets), 6),
        nearest_distance=round(total_variation(apportion(rows, targets), targets), 6) if rows else 0.0,
        chi_square=round(test.statistic, 6),
        p_value=round(test.p_value, 6),
        power=round(chi_square_power(rows, targets, drift), 6),
    )


def measure_diversity(units: "Matrix", neighbourhood: Neighbourhood, spread: float | None = None) -> DiversityMeasures:
    """Mean cosine distances of unit rows; both are 1 with fewer than two questions, for nothing is alike."""
    nearest = neighbourhood.nearest
    return DiversityMeasures(
        mean_distance=round(mean_pairwise_distance(units), 6),
        mean_nearest_distance=round(float(nearest.mean()), 6) if len(nearest) else 1.0,
        corpus_spread=spread,
    )


def measure_duplicates(rows: Rows, min_similarity: float, semantic_clusters: Sequence[Sequence[int]] = ()) -> DuplicateMeasures:
    """Clusters of rows whose questions are equal or similar, see `cluster_duplicates`, beside those found by embeddings."""
    clusters = cluster_duplicates([row.user_input for row in rows], min_similarity)
    repeats = _repeats(rows, clusters)
    semantic = _repeats(rows, semantic_clusters)
    return DuplicateMeasures(
        clusters=tuple(tuple(rows[position].row_id for position in cluster) for cluster in clusters),
        surplus=len(repeats),
        exact_surplus=len(rows) - len({fold(row.user_input) for row in rows}),
        repeats=tuple(repeats),
        semantic_surplus=len(semantic),
        semantic_repeats=tuple(semantic),
    )


def _repeats(rows: Rows, clusters: Sequence[Sequence[int]]) -> list[str]:
    """A line for every member of a cluster but its first."""
    return [f"{rows[n].row_id}: asks like {rows[first].row_id}: {rows[n].user_input}" for first, *others in clusters for n in others]


def as_numbers(measures: Measures, testset: Testset) -> dict[str, float]:
    """The measures of a report: one number per stable name, as the UI plots them over time."""
    types, coverage, rows = measures.types, measures.coverage, measures.rows
    distance, effect = distance_interval(types.counts, types.targets), cramers_v(types.counts, types.targets)
    return {
        "rows": len(testset.rows),
        "human_rows": len(testset.rows) - len(testset.generated_rows),
        "asked_rows": testset.request.size,
        "type_distance": types.distance,
        "type_distance_low": round(distance.low, 6),
        "type_distance_high": round(distance.high, 6),
        "cramers_v": round(effect.value, 6),
        "cramers_v_low": round(effect.low, 6),
        "cramers_v_high": round(effect.high, 6),
        "chi_square": types.chi_square,
        "p_value": types.p_value,
        "chi_square_power": types.power,
        "diversity": measures.diversity.mean_distance,
        "nearest_distance": measures.diversity.mean_nearest_distance,
        "duplicates": measures.duplicates.surplus,
        "exact_duplicates": measures.duplicates.exact_surplus,
        "semantic_duplicates": measures.duplicates.semantic_surplus,
        **({} if measures.diversity.corpus_spread is None else {"corpus_spread": measures.diversity.corpus_spread}),
        "documents": coverage.documents,
        "cited_documents": coverage.cited,
        "coverage": coverage.share,
        "achievable_coverage": coverage.achievable_share,
        "largest_document_share": coverage.largest_share,
        "covered_word_share": coverage.word_share,
        "document_gini": coverage.gini,
        "incomplete_rows": rows.incomplete,
        "unfinished_references": rows.unfinished_references,
        "false_hops": len(rows.false_hops),
        "contexts": measures.grounding.contexts,
        "astray_contexts": len(measures.grounding.astray),
        "rejected_rows": sum(any(finding.verdict == "rejected" for finding in of_row) for of_row in measures.findings),
        "yield": 1.0 if testset.generation_yield is None else testset.generation_yield,
    }
