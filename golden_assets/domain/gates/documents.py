"""The gates on how the rows stand to the documents: spread over them, not mostly about one, and quoting them."""

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.gate import gate
from golden_assets.domain.generation.allocation import LARGEST_SHARE
from golden_assets.domain.quality.coverage import CoverageMeasures
from golden_assets.domain.testsets.row_checks import GroundingMeasures


@gate("post-generation", "report", "min_document_coverage", reads=lambda of, limits: (of.measures.coverage, of.rows, limits))
def every_source_is_covered(measures: CoverageMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """The questions are spread over the documents, as far as so many rows can be."""
    return Verdict.of(
        every_source_is_covered.spec,
        measures.achievable_share,
        ">=",
        thresholds.min_document_coverage,
        explanation=f"{rows} rows cite {measures.cited} of {measures.documents} documents; they could cite "
        f"{min(rows, measures.citable)} of the {measures.citable} that are usable.",
        offenders=measures.uncovered,
        remedy="Ask for more rows, or look at the uncovered documents: lists, code and tables yield no questions.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


@gate("post-generation", "report", "max_source_dominance", reads=lambda of, limits: (of.measures.coverage, limits))
def no_source_dominates(measures: CoverageMeasures, thresholds: Thresholds) -> Verdict:
    """No document has far more of the rows than the longest one is given."""
    rows, cited = measures.citing, len(measures.parts)
    limit = dominance_limit(cited, thresholds.max_source_dominance)
    dominant = [f"{name}: {part:.1%} of {rows} rows" for name, part in measures.parts.items() if part > limit]
    largest = max(measures.parts.values(), default=0.0)
    return Verdict.of(
        no_source_dominates.spec,
        largest,
        "<=",
        limit,
        explanation=f"The most cited of {cited} documents has {largest:.1%} of the {rows} rows that cite any; one that cites two counts "
        f"half for each. {limit:.1%} may be: {LARGEST_SHARE} times the even share and {thresholds.max_source_dominance:g} of the rest.",
        offenders=dominant,
        remedy="Ask for fewer rows, or look at the other documents: what yields no questions leaves its rows to those that do.",
        fingerprint=thresholds.fingerprint,
        n=rows,
        is_judged=rows > 0,
    )


def dominance_limit(cited: int, dominance: float) -> float:
    """The largest share of the rows that one of so many cited documents may have.

    `allocation` writes at most `LARGEST_SHARE` times the even share of one document. In multi-hop rows it is cited beside others, too: by
    default those are half of the rows, of which half counts, so that about a quarter of the other rows can be added, give or take.
    """
    given = min(1.0, LARGEST_SHARE / cited) if cited else 1.0
    return round(given + dominance * (1 - given), 6)


@gate("post-generation", "report", reads=lambda of, limits: (of.measures.grounding, of.rows, limits))
def contexts_are_verbatim(measures: GroundingMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """Every cited passage is in its document, character for character, where the row says it is."""
    return Verdict.of(
        contexts_are_verbatim.spec,
        len(measures.astray),
        "==",
        0,
        explanation=f"{len(measures.astray)} of {measures.contexts} passages cited by {rows} rows are not found where they are cited.",
        offenders=measures.astray,
        remedy="Generate again from the documents as they are now.",
        fingerprint=thresholds.fingerprint,
        n=measures.contexts,
        is_judged=measures.contexts > 0,
    )
