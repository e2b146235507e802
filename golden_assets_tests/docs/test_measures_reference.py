"""Every measure of a report is explained, with its formula, range, source, good value and blind spot."""

import re
from pathlib import Path

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.quality.metric_names import MEASURES
from golden_assets.domain.quality.reference_data import Background
from golden_assets_tests.factories import a_corpus, a_testset, vectors_for

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
COLUMNS = ["measure", "formula", "range", "source", "good", "does not tell"]


def entries() -> dict[str, list[str]]:
    """The cells of each line of the tables, by the measure's name."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| `")]
    return {name: cells for cells in lines for name in re.findall(r"`(\w+)`", cells[0])}


def test_every_measure_of_a_report_and_no_other_has_its_entry():
    testset = a_testset()
    background = Background(languages=("en",) * len(testset.rows))
    report = write_report(testset, a_corpus(), vectors_for(testset), "e", Thresholds(), spread=0.8, background=background)
    assert sorted(entries()) == sorted(report.measures)


def test_every_measure_is_shown_under_one_heading():
    shown = [name for names in MEASURES.values() for name in names]
    assert sorted(shown) == sorted(entries())
    assert [heading for heading in MEASURES if f"\n## {heading}\n" not in TEXT] == []


def test_every_entry_fills_every_column():
    headings = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| measure")]
    assert headings
    assert all(heading == COLUMNS for heading in headings)
    assert all(len(cells) == len(COLUMNS) and all(cells) for cells in entries().values())
