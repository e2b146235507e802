"""The A/B page: complete, escaped, self-contained."""

import re
from html.parser import HTMLParser

import pytest
from markupsafe import escape

from golden_assets.adapters.reports.ab_page import ab_page
from golden_assets.domain.experiments.comparison import ABComparison, compare_experiments
from golden_assets_tests.experiment_factories import an_experiment, rows_in


@pytest.fixture
def comparison() -> ABComparison:
    scores = {"exact_match": lambda i: float(i % 2), "<script>alert(1)</script>": lambda i: 0.5}
    better = {"exact_match": lambda i: float(i % 5 > 0), "<script>alert(1)</script>": lambda i: 0.5}
    a = an_experiment(rows_in(12, 4), scores, task="first", task_fingerprint="1")
    b = an_experiment(rows_in(12, 5, start=1), better, task="mine:<b>rag</b>", task_fingerprint="2", version="1.1.0")
    return compare_experiments(a, b)


class Elements(HTMLParser):
    """Counts elements and holds that they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed_and_loads_nothing(comparison: ABComparison):
    text, elements = ab_page(comparison), Elements()
    elements.feed(text)
    assert elements.open == []
    assert elements.names.count("svg") == 2
    assert not {"script", "img", "link", "iframe"} & set(elements.names)
    assert "default-src 'none'" in text
    assert not re.search(r"(?:src|url)\s*[=(]", text)


def test_names_from_outside_cannot_become_elements(comparison: ABComparison):
    text = ab_page(comparison)
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "mine:&lt;b&gt;rag&lt;/b&gt;" in text


def test_every_score_stands_with_its_figures_and_parts(comparison: ABComparison):
    text = ab_page(comparison)
    for one in comparison.metrics:
        assert f"{one.low:+.3f} to {one.high:+.3f}" in text
        for part, rows in ((one.bridge.removed, 12), (one.bridge.common, 36), (one.bridge.added, 24)):
            assert f"{part:+.3f} ({rows} rows)" in text
    assert comparison.reason in text
    assert all(str(escape(caution)) in text for caution in comparison.cautions)
    assert "was promoted" not in text
    assert "Version 1.1.0 was promoted." in ab_page(comparison.model_copy(update={"promoted": True}))


def test_the_waterfall_ends_where_the_bar_of_b_ends(comparison: ABComparison):
    plot = ab_page(comparison).split("<svg")[2]
    bars = [(float(x), float(w)) for x, w in re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)"', plot)]
    assert len(bars) == 5
    added, b = bars[3], bars[4]
    ends = (added[0] + added[1]) if comparison.primary.bridge.added > 0 else added[0]
    assert ends == pytest.approx(b[0] + b[1], abs=2.1)
