"""The gates on the questions among each other: none twice, not all about the same, none many times over in other words."""

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.gate import gate
from golden_assets.domain.quality.embedder_calibration import calibrated
from golden_assets.domain.quality.measures import CrowdMeasures, DiversityMeasures, DuplicateMeasures
from golden_assets.domain.statistics.rejection_allowance import allowed_rejections, rejection_power

MIN_ROWS_FOR_DIVERSITY = 5
"""Ten pairs. The mean distance of fewer says more about which passages were drawn than about how the questions were made."""


@gate("post-generation", "report", "max_question_similarity", reads=lambda of, limits: (of.measures.duplicates, of.rows, limits))
def questions_are_unique(measures: DuplicateMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """No question is asked twice: word for word, or nearly so of one passage with the same answer."""
    return Verdict.of(
        questions_are_unique.spec,
        measures.surplus,
        "==",
        0,
        explanation=f"{measures.surplus} of {rows} questions repeat another one, {measures.exact_surplus} of them word for word and the "
        f"others with a similarity of {thresholds.max_question_similarity:g} or more of 100, on the same passage, with the same answer."
        + _waived(measures),
        offenders=measures.repeats,
        remedy="Generate these rows again with another seed, or ask for fewer rows: the documents may not hold more questions. If two "
        "rows ask different things, say so with golden-assets waive.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


@gate("post-generation", "report", "min_diversity", reads=lambda of, limits: (of.measures.diversity, of.rows, limits))
def questions_are_diverse(measures: DiversityMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """The questions are about different things: far apart on average, as the embedder sees them."""
    unknown = _unknown(rows, measures.uncalibrated)
    explanation = (
        f"The mean cosine distance over all pairs of {rows} questions is {measures.mean_distance:.3f}, "
        f"to the nearest other question {measures.mean_nearest_distance:.3f}."
    )
    return Verdict.of(
        questions_are_diverse.spec,
        measures.mean_distance,
        ">=",
        0.0 if unknown else calibrated(thresholds.min_diversity, measures.corpus_spread),
        explanation=unknown
        + explanation
        + (f" The limit is calibrated: passages are {measures.corpus_spread:.3f} apart." if measures.corpus_spread is not None else ""),
        remedy="Add documents about other subjects, or change the seed. The limit holds for the shipped embedder and English; for another "
        "embedder it is lowered as far as that one sees the documents' own passages closer together.",
        fingerprint=thresholds.fingerprint,
        n=rows,
        is_judged=not measures.uncalibrated,
    )


@gate("post-generation", "report", "max_clump_share", "clump_distance", reads=lambda of, limits: (of.measures.crowd, of.rows, limits))
def questions_do_not_clump(measures: CrowdMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """No question is asked many times over with little changed, as the embedder sees it."""
    others, share = max(0, rows - 1), thresholds.max_clump_share
    judged = rows >= MIN_ROWS_FOR_DIVERSITY and not measures.uncalibrated
    tolerated = allowed_rejections(others, share) if judged else others
    power = rejection_power(rows, tolerated + 1, recall=1.0, false_rejects=0.0)  # one of those that ask alike is what the others are near
    return Verdict.of(
        questions_do_not_clump.spec,
        measures.share,
        "<=",
        round(tolerated / others, 6) if judged else 1.0,
        explanation=_unknown(rows, measures.uncalibrated)
        + f"{len(measures.others)} of {others} other questions are within a cosine distance of {measures.radius:g} of "
        f"{measures.middle or 'any'}, more than of any other; up to {tolerated} may be, as many as chance makes of {share:.1%}. If one "
        f"question in ten asked alike, this gate would fail with a probability of {power:.2f}.",
        offenders=measures.others,
        remedy="Reject all but a few of these rows, or add documents about other subjects: passages that say much the same of many things "
        "yield one question many times.",
        fingerprint=thresholds.fingerprint,
        n=rows,
        power=None if measures.uncalibrated else round(power, 6),
        is_judged=not measures.uncalibrated,
    )


@gate(
    "post-generation", "report", "max_semantic_similarity", reads=lambda of, limits: (of.measures.duplicates, of.rows, limits), is_hint=True
)
def questions_differ_in_meaning(measures: DuplicateMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """No question is asked again in other words, of one passage with the same answer, as the embedder sees it. It only warns."""
    unknown = measures.uncalibrated and f"{measures.uncalibrated}."
    return Verdict.of(
        questions_differ_in_meaning.spec,
        measures.semantic_surplus,
        "==",
        0,
        explanation=(unknown or _repeated_meanings(measures, rows, thresholds)) + _waived(measures),
        offenders=measures.semantic_repeats,
        remedy="Look at these rows, and reject those that ask the same; golden-assets waive keeps two that do not.",
        fingerprint=thresholds.fingerprint,
        n=rows,
        is_judged=not unknown,
    )


def _repeated_meanings(measures: DuplicateMeasures, rows: int, thresholds: Thresholds) -> str:
    return (
        f"{measures.semantic_surplus} of {rows} questions have a cosine similarity of {thresholds.max_semantic_similarity:g} or more to "
        "another one on the same passage, with the same answer."
    )


def _unknown(rows: int, uncalibrated: str) -> str:
    """Why distances between questions say nothing, in a sentence; empty where they do."""
    few = f"Fewer than {MIN_ROWS_FOR_DIVERSITY} questions are not judged. " if rows < MIN_ROWS_FOR_DIVERSITY else ""
    return f"{uncalibrated}. " if uncalibrated else few


def _waived(measures: DuplicateMeasures) -> str:
    return f" Waived: {'; '.join(measures.waived)}." if measures.waived else ""
