"""Measures of one version against those of another, each as a share from 0 to 1, so that one limit fits all."""

from golden_assets.domain.quality import QualityReport

HIGHER_IS_BETTER = ("diversity", "achievable_coverage")
LOWER_IS_BETTER = ("type_distance",)
COUNTS_OF_ROWS = ("duplicates", "incomplete_rows", "false_hops", "rejected_rows")
"""Counted rows, divided by all rows before they are compared: lower is better. References without a full stop are not: that is cosmetic."""


def regressions(report: QualityReport | None, active: QualityReport | None) -> dict[str, float]:
    """By how much each measure is worse than the active version's, negative when better; only what both have measured.

    The loss of a single row, or of a single document, is forgiven: a small testset cannot lose less. The diversity that different embedders
    see is not compared, nor is the size, which somebody asked for.
    """
    if report is None or active is None:
        return {}
    new, old = _shares(report), _shares(active)
    if report.embedder != active.embedder:
        new.pop("diversity", None)
    losses = {name: (old[name] - new[name]) * (1 if name in HIGHER_IS_BETTER else -1) for name in new if name in old}
    steps = _steps(report)
    return {name: round(max(0.0, loss - steps.get(name, 0.0)) if loss > 0 else loss, 6) for name, loss in losses.items()}


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
