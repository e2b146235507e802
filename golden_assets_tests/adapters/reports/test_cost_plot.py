"""The picture of the costs: a bar a day, the limit where it belongs, nothing to load."""

import base64
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from golden_assets.adapters.reports.cost_plot import FOOT, TOP, as_markdown, cost_plot
from golden_assets.domain.costs.cost_trend import CostTrend

SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2026, 2, 1)


def trend(*costs: float) -> CostTrend:
    days = tuple(FIRST + timedelta(days=number) for number in range(len(costs)))
    return CostTrend(days=days, costs_usd=costs, calls=1, tokens=1)


def parts(svg: str, name: str, kind: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(svg).iter(f"{SVG}{name}") if one.get("class") == kind]  # noqa: S314  # our own picture


def test_each_day_that_cost_something_has_a_bar_as_high_as_its_cost():
    svg = cost_plot(trend(2.0, 0.0, 1.0), None)
    assert [float(one.get("height", "")) for one in parts(svg, "rect", "flat")] == [FOOT - TOP, (FOOT - TOP) / 2]
    assert parts(svg, "line", "down") == []


@pytest.mark.parametrize(("limit", "level"), [(4.0, TOP), (1.0, (FOOT + TOP) / 2)])
def test_the_daily_limit_stands_at_its_height(limit: float, level: float):
    (line,) = parts(cost_plot(trend(2.0), limit), "line", "down")
    assert float(line.get("y1", "")) == level


def test_a_limit_far_above_every_day_is_said_and_not_drawn():
    svg = cost_plot(trend(2.0), 100.0)
    assert parts(svg, "line", "down") == []
    assert [one.text for one in parts(svg, "text", "limit")] == ["daily limit $100, above this picture"]


def test_days_without_any_cost_are_a_picture_too():
    assert parts(cost_plot(trend(0.0, 0.0), None), "rect", "flat") == []
    assert len(parts(cost_plot(trend(0.0), 0.0), "line", "down")) == 1


def test_in_markdown_the_picture_carries_itself():
    shown = as_markdown(cost_plot(trend(1.0), None), "Costs")
    assert shown.startswith("![Costs](data:image/svg+xml;base64,")
    assert base64.b64decode(shown.partition("base64,")[2].rstrip(")")).startswith(b"<svg")
