"""The gates on how the rows stand to the documents: spread over them, and quoting them."""

from golden_assets.domain.coverage import CoverageMeasures
from golden_assets.domain.faults import GroundingMeasures
from golden_assets.domain.gates import GateSpec, Thresholds, Verdict


def every_source_is_covered(measures: CoverageMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """The questions are spread over the documents, as far as so many rows can be."""
    return Verdict.of(
        SPECS["every_source_is_covered"],
        measures.achievable_share,
        ">=",
        thresholds.min_document_coverage,
        explanation=f"{rows} rows cite {measures.cited} of {measures.documents} documents; they could cite "
        f"{min(rows, measures.citable)} of the {measures.citable} that are usable. {measures.largest_share:.0%} of the rows cite one and "
        "the same document.",
        offenders=measures.uncovered,
        remedy="Ask for more rows, or look at the uncovered documents: lists, code and tables yield no questions.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


def contexts_are_verbatim(measures: GroundingMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """Every cited passage stands in its document, character for character, where the row says it does."""
    return Verdict.of(
        SPECS["contexts_are_verbatim"],
        len(measures.astray),
        "==",
        0,
        explanation=f"{len(measures.astray)} of {measures.contexts} passages cited by {rows} rows are not found where they are cited.",
        offenders=measures.astray,
        remedy="Generate again from the documents as they are now.",
        fingerprint=thresholds.fingerprint,
        n=measures.contexts,
    )


SPECS = {
    spec.name: spec
    for spec in (
        GateSpec.of(every_source_is_covered, "post-generation", "report"),
        GateSpec.of(contexts_are_verbatim, "post-generation", "report"),
    )
}
"""These gates by name."""
