"""What critics said, as a part of the quality page: their scores as pictures, their verdicts as counts."""

from collections.abc import Iterator

from golden_assets.adapters.reports.markup import Markup, element, table
from golden_assets.adapters.reports.quality_pictures import draw_critics
from golden_assets.domain.quality.report import QualityReport

VERDICTS = ("rows", "passed", "warnings", "rejected", "abstained")


def critic_section(report: QualityReport | None) -> Iterator[Markup]:
    """Scores, counts, and which model was asked; nothing for reports of releases without critics."""
    if report is None or not report.critics:
        return
    yield element("h2", "Critics")
    note = "How many rows got which score, from 0 to 1; 1 is a row without objection. Rows that a critic did not look at are left out."
    yield element("p", note, class_="faint")
    picture = draw_critics(report)
    if picture:
        yield picture
    if report.judge:
        said = f"A model was asked, too: {report.judge}. Where what it said did not count, the critic abstained."
        yield element("p", said, class_="faint")
    yield table(
        ["critic", *VERDICTS], [(one.critic, *(getattr(one, name) for name in VERDICTS)) for one in report.critics], class_="numbers"
    )
