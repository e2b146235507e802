"""Measures of one version against those of another, each as a share from 0 to 1, so that one limit fits all."""

from golden_assets.domain.quality import QualityReport
from golden_assets.domain.testsets import Testset

HIGHER_IS_BETTER = ("diversity", "achievable_coverage")
LOWER_IS_BETTER = ("type_distance",)
COUNTS_OF_ROWS = ("duplicates", "incomplete_rows", "unfinished_references", "false_hops")
"""Counted rows, divided by all rows before they are compared: lower is better."""


def regressions(report: QualityReport | None, active: QualityReport | None) -> dict[str, float]:
    """By how much each measure is worse than the active version's, negative when better; only what both have measured.

    The loss of a single row, or of a single document, is forgiven: a small testset cannot lose less. The diversity that different embedders
    see is not compared. The size is compared by `share_of_rows_lost`.
    """
    if report is None or active is None:
        return {}
    new, old = _shares(report), _shares(active)
    if report.embedder != active.embedder:
        new.pop("diversity", None)
    losses = {name: (old[name] - new[name]) * (1 if name in HIGHER_IS_BETTER else -1) for name in new if name in old}
    steps = _steps(report)
    return {name: round(max(0.0, loss - steps.get(name, 0.0)) if loss > 0 else loss, 6) for name, loss in losses.items()}


def share_of_rows_lost(new: Testset, active: Testset) -> float:
    """Rows that a version has fewer than the active one though nobody asked for that, as a share of the active one's rows.

    Fewer rows are asked for by a smaller size, and by rejecting rows in a review. The loss of a single row is forgiven.
    """
    asked = max(0, active.request.size - new.request.size) + sum(row.row_id in new.rejected_ids for row in active.rows)
    lost = len(active.rows) - len(new.rows) - asked
    return round(max(0, lost - 1) / len(active.rows), 6)


def _steps(report: QualityReport) -> dict[str, float]:
    """By how much one row or document more or less moves a measure."""
    measures, rows = report.measures, report.measures.get("rows", 0)
    steps = dict.fromkeys((*LOWER_IS_BETTER, *COUNTS_OF_ROWS), 1 / rows) if rows else {}
    cited = measures.get("cited_documents", 0)
    return steps | ({"achievable_coverage": measures["achievable_coverage"] / cited} if cited and "achievable_coverage" in measures else {})


def _shares(report: QualityReport) -> dict[str, float]:
    measures, rows = report.measures, report.measures.get("rows", 0)
    shares = {name: measures[name] for name in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER) if name in measures}
    return shares | ({name: measures[name] / rows for name in COUNTS_OF_ROWS if name in measures} if rows else {})
