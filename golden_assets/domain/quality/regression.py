"""Measures of one version against those of another, each as a share from 0 to 1, so that one limit fits all."""

from typing import NamedTuple

from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import Testset

COVERAGE = "achievable_coverage"
HIGHER_IS_BETTER = ("diversity", COVERAGE)
LOWER_IS_BETTER = ("type_distance",)
COUNTS_OF_ROWS = ("duplicates", "incomplete_rows", "false_hops", "rejected_rows")
"""Counted rows, divided by all rows before they are compared: lower is better. References without a full stop are not among them, for that
is cosmetic.
"""


class Change(NamedTuple):
    """One measure, a share, in the active version and in the new one. ``loss`` is by how much it is worse, negative when better."""

    name: str
    before: float
    after: float
    loss: float

    @property
    def sentence(self) -> str:
        """What the measure was and is."""
        verb = "rose" if self.after > self.before else "fell" if self.after < self.before else "stayed"
        unit = " per row" if self.name in COUNTS_OF_ROWS else ""
        ends = f"at {self.after:.3f}" if verb == "stayed" else f"from {self.before:.3f} to {self.after:.3f}"
        return f"{self.name}{unit} {verb} {ends}"


def regressions(report: QualityReport | None, active: QualityReport | None) -> dict[str, Change]:
    """How each measure changed against the active version; only what both have measured.

    The loss of a single row, or of a single document, is forgiven: a small testset cannot lose less. Coverage is compared at the same
    number of documents, so that more rows or more documents alone are no loss. The diversity that different embedders see is not
    compared. The size is compared by `share_of_rows_lost`.
    """
    if report is None or active is None:
        return {}
    new, old = _shares(report), _shares(active)
    if report.embedder != active.embedder:
        new.pop("diversity", None)
    within_reach = min(_citable(report), _citable(active))
    if COVERAGE in new and within_reach:
        new[COVERAGE] = min(1.0, report.measures["cited_documents"] / within_reach)
    steps = _steps(report, within_reach)
    return {name: _change(name, old[name], new[name], steps.get(name, 0.0)) for name in new if name in old}


def share_of_rows_lost(new: Testset, active: Testset) -> float:
    """Rows that a version has fewer than the active one without having been asked for that, as a share of the active one's rows.

    Fewer rows are asked for by a smaller size, and by rejecting rows in a review. The loss of a single row is forgiven.
    """
    asked = max(0, active.request.size - new.request.size) + sum(row.row_id in new.rejected_ids for row in active.rows)
    lost = len(active.rows) - len(new.rows) - asked
    return round(max(0, lost - 1) / len(active.rows), 6)


def _change(name: str, before: float, after: float, step: float) -> Change:
    loss = (before - after) * (1 if name in HIGHER_IS_BETTER else -1)
    return Change(name, round(before, 6), round(after, 6), round(max(0.0, loss - step) if loss > 0 else loss, 6))


def _citable(report: QualityReport) -> float:
    """How many documents the rows could have cited, by the share of them that they cite; 0 where that is not on record."""
    share = report.measures.get(COVERAGE, 0.0)
    return report.measures.get("cited_documents", 0.0) / share if share else 0.0


def _steps(report: QualityReport, documents: float) -> dict[str, float]:
    """By how much one row or document more or less moves a measure."""
    rows = report.measures.get("rows", 0)
    steps = dict.fromkeys((*LOWER_IS_BETTER, *COUNTS_OF_ROWS), 1 / rows) if rows else {}
    return steps | ({COVERAGE: 1 / documents} if documents else {})


def _shares(report: QualityReport) -> dict[str, float]:
    measures, rows = report.measures, report.measures.get("rows", 0)
    shares = {name: measures[name] for name in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER) if name in measures}
    return shares | ({name: measures[name] / rows for name in COUNTS_OF_ROWS if name in measures} if rows else {})
