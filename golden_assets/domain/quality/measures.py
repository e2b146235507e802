"""What can be measured on a testset, its corpus and its question embeddings: numbers and names, no opinion (`domain.gates` has those).

Every number is rounded to 6 decimals, so that the order of a floating-point sum does not change a report's hash.
"""

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING

from pydantic import Field

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import fold
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.critics.groundedness import Similarity
from golden_assets.domain.critics.hops import with_false_hops
from golden_assets.domain.critics.llm_judgements import NOBODY_ASKED, Testimony
from golden_assets.domain.critics.rates import Reviewed, reviewed_rows
from golden_assets.domain.critics.run import criticise, criticise_all
from golden_assets.domain.quality.answer_shape import FieldMeasures, measure_fields
from golden_assets.domain.quality.coverage import CoverageMeasures, measure_coverage
from golden_assets.domain.quality.embedder_calibration import SHIPPED_EMBEDDER, calibrated, uncalibrated
from golden_assets.domain.quality.leakage import LeakageMeasures, measure_leakage
from golden_assets.domain.quality.lengths import LengthMeasures, measure_lengths
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.similarity.duplicates import ask_the_same, cluster_duplicates, pairing_of
from golden_assets.domain.similarity.embedding_neighbours import Neighbourhood, find_neighbours
from golden_assets.domain.similarity.waivers import Waiver, pairs_of
from golden_assets.domain.statistics.distributions import (
    apportion,
    chi_square,
    chi_square_power,
    mean_pairwise_distance,
    normalised,
    total_variation,
    unit_matrix,
)
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.human_override import vouched_for
from golden_assets.domain.testsets.languages import LanguageMeasures, measure_languages
from golden_assets.domain.testsets.row_checks import GroundingMeasures, RowMeasures, measure_grounding, measure_rows
from golden_assets.domain.testsets.testset import Testset, TestsetRow, count_types

if TYPE_CHECKING:
    from golden_assets.domain.statistics.distributions import Matrix

Rows = Sequence[TestsetRow]


class TypeMeasures(Record):
    """Question types against their target shares.

    ``distance`` is the total variation (0 to 1), ``nearest_distance`` that of the best split of as many whole rows, ``power`` the least
    power of the chi-square test against a drift as large as the gate's limit. ``asked`` are the shares that were asked for where the
    documents cannot yield them.
    """

    counts: dict[str, int]
    targets: dict[str, float]
    distance: float
    nearest_distance: float
    chi_square: float
    p_value: float
    power: float
    asked: dict[str, float] = Field(default_factory=dict)


class DiversityMeasures(Record):
    """Cosine distances between questions: the mean over all pairs, and the mean to the nearest other one (small when they clump).

    ``corpus_spread`` is the mean distance of the corpus's own passages, where the embedder was calibrated on them; ``uncalibrated`` says
    why no limit is known for its distances, where none is.
    """

    mean_distance: float
    mean_nearest_distance: float
    corpus_spread: float | None = None
    uncalibrated: str = ""


class CrowdMeasures(Record):
    """The largest crowd: the question that most others are within ``radius`` of, a cosine distance, and ``others``, a line for each.

    ``share`` is theirs of all other questions, 0 to 1. ``uncalibrated``: see `DiversityMeasures`.
    """

    middle: str
    others: tuple[str, ...]
    radius: float
    share: float
    uncalibrated: str = ""


class DuplicateMeasures(Record):
    """Questions asked more than once, as clusters of row ids in row order.

    ``surplus`` is the number of rows that would have to go, ``exact_surplus`` the part of it that is equal word for word. ``repeats``
    names each of the surplus rows with what it repeats.
    ``semantic_surplus``, ``semantic_repeats`` and ``semantic_clusters`` are the same by embeddings. Rows with equal content share one id,
    which then stands twice. ``waived``: a line for each pair of these rows that a person decided to be two questions. ``uncalibrated``: see
    `DiversityMeasures`.
    """

    clusters: tuple[tuple[str, ...], ...]
    surplus: int
    exact_surplus: int
    repeats: tuple[str, ...]
    semantic_surplus: int
    semantic_repeats: tuple[str, ...]
    semantic_clusters: tuple[tuple[str, ...], ...] = ()
    waived: tuple[str, ...] = ()
    uncalibrated: str = ""


class Measures(Record):
    """Everything that is measured on one testset; None where it takes a `Background` and there is none.

    ``vouched``: see `human_override`.
    """

    types: TypeMeasures
    diversity: DiversityMeasures
    crowd: CrowdMeasures
    duplicates: DuplicateMeasures
    coverage: CoverageMeasures
    rows: RowMeasures
    grounding: GroundingMeasures
    findings: tuple[tuple[Finding, ...], ...]
    vouched: frozenset[str]
    reviewed: dict[str, Reviewed]
    fields: FieldMeasures
    lengths: LengthMeasures
    languages: LanguageMeasures | None = None
    leakage: LeakageMeasures | None = None


def measure_quality(
    testset: Testset,
    corpus: Corpus,
    embeddings: Sequence[Sequence[float]],
    thresholds: Thresholds,
    spread: float | None = None,
    similarity: Similarity | None = None,
    background: Background | None = None,
    testimony: Testimony = NOBODY_ASKED,
    embedder_name: str = SHIPPED_EMBEDDER,
) -> Measures:
    """Measure everything once. ``embeddings`` holds one vector per row, in row order, by the embedder named; ``similarity`` is what the
    critics compare by where words leave doubt, ``testimony`` what a model said of the rows. Raises `TestsetError` when embeddings or
    languages do not fit the rows, or an embedding has no direction.
    """
    rows = testset.rows
    _require_one_for_each(embeddings, rows, "embeddings", "embed")
    unknown = uncalibrated(embedder_name, spread, background.languages if background else ())
    waivers = [waiver for waiver in (background.waivers if background else ()) if waiver.is_on(rows)]
    diversity, neighbourhood = _compare(embeddings, rows, thresholds, spread, pairs_of(waivers), unknown)
    vouched = vouched_for(testset)
    findings = criticise_all(rows, corpus, similarity, testimony, vouched)
    return Measures(
        types=_types(testset, thresholds),
        diversity=diversity,
        crowd=measure_crowd(rows, neighbourhood.crowd, calibrated(thresholds.clump_distance, spread), unknown),
        duplicates=measure_duplicates(
            rows, thresholds.max_question_similarity, () if unknown else neighbourhood.clusters, waivers, unknown
        ),
        coverage=measure_coverage(rows, corpus, thresholds.min_document_words),
        rows=with_false_hops(measure_rows(rows), rows, findings, vouched),
        grounding=measure_grounding(rows, corpus),
        findings=findings,
        vouched=vouched,
        reviewed=reviewed_rows(findings, vouched, [criticise(one.row) for one in testset.barred if one.is_by_people]),
        fields=measure_fields(rows),
        lengths=measure_lengths(rows),
        languages=background and _languages(testset, background),
        leakage=background and measure_leakage(rows, background.prompts, background.retired),
    )


def _types(testset: Testset, thresholds: Thresholds) -> TypeMeasures:
    """The question types against what the documents can yield, and what was asked for where that is something else."""
    targets = {str(name): share for name, share in testset.type_targets.items()}
    types = measure_types(count_types(testset.generated_rows), targets, thresholds.max_type_distance)
    return types.model_copy(update={"asked": dict(testset.request.question_types) if testset.supported_types else {}})


def _compare(
    embeddings: Sequence[Sequence[float]],
    rows: Rows,
    thresholds: Thresholds,
    spread: float | None,
    waived: Set[frozenset[str]],
    unknown: str,
) -> tuple[DiversityMeasures, Neighbourhood]:
    """What takes the vectors as one matrix, which is gone afterwards."""
    units = unit_matrix(embeddings)
    min_similarity = 1 - calibrated(1 - thresholds.max_semantic_similarity, spread)
    radius, pairing = calibrated(thresholds.clump_distance, spread), pairing_of(rows, ask_the_same, waived)
    neighbourhood = find_neighbours(units, min_similarity, radius, pairing)
    return measure_diversity(units, neighbourhood, spread, unknown), neighbourhood


def _require_one_for_each(given: Sequence[object], rows: Rows, what: str, remedy: str) -> None:
    if len(given) != len(rows):
        raise TestsetError(f"{len(given)} {what} for {len(rows)} questions", f"{remedy} every question of this very testset, in row order")


def _languages(testset: Testset, background: Background) -> LanguageMeasures:
    _require_one_for_each(background.languages, testset.rows, "languages", "detect the language of")
    return measure_languages(testset.rows, background.languages, testset.request.language)


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


def measure_diversity(units: "Matrix", neighbourhood: Neighbourhood, spread: float | None = None, unknown: str = "") -> DiversityMeasures:
    """Mean cosine distances of unit rows; both are 1 with fewer than two questions, for nothing is alike."""
    nearest = neighbourhood.nearest
    return DiversityMeasures(
        mean_distance=round(mean_pairwise_distance(units), 6),
        mean_nearest_distance=round(float(nearest.mean()), 6) if len(nearest) else 1.0,
        corpus_spread=spread,
        uncalibrated=unknown,
    )


def measure_crowd(rows: Rows, crowd: Sequence[int], radius: float, unknown: str = "") -> CrowdMeasures:
    """The largest crowd by positions, its middle first, see `find_neighbours`; no share without other questions."""
    middle = rows[crowd[0]] if crowd else None
    return CrowdMeasures(
        middle=middle.row_id if middle else "",
        others=tuple(f"{rows[n].row_id}: asks much like {rows[crowd[0]].row_id}: {rows[n].user_input}" for n in crowd[1:]),
        radius=radius,
        share=round((len(crowd) - 1) / (len(rows) - 1), 6) if len(rows) > 1 else 0.0,
        uncalibrated=unknown,
    )


def measure_duplicates(
    rows: Rows,
    min_similarity: float,
    semantic_clusters: Sequence[Sequence[int]] = (),
    waivers: Sequence[Waiver] = (),
    unknown: str = "",
) -> DuplicateMeasures:
    """Clusters of rows that ask the same in equal or similar words, see `cluster_duplicates`, beside those found by embeddings."""
    clusters = cluster_duplicates(rows, min_similarity, pairs_of(waivers))
    repeats = _repeats(rows, clusters)
    semantic = _repeats(rows, semantic_clusters)
    return DuplicateMeasures(
        clusters=_members(rows, clusters),
        surplus=len(repeats),
        exact_surplus=min(len(repeats), len(rows) - len({fold(row.user_input) for row in rows})),
        repeats=tuple(repeats),
        semantic_surplus=len(semantic),
        semantic_repeats=tuple(semantic),
        semantic_clusters=_members(rows, semantic_clusters),
        waived=tuple(waiver.sentence for waiver in waivers),
        uncalibrated=unknown,
    )


def _members(rows: Rows, clusters: Sequence[Sequence[int]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(rows[position].row_id for position in cluster) for cluster in clusters)


def _repeats(rows: Rows, clusters: Sequence[Sequence[int]]) -> list[str]:
    """A line for every member of a cluster but its first."""
    return [f"{rows[n].row_id}: asks like {rows[first].row_id}: {rows[n].user_input}" for first, *others in clusters for n in others]
