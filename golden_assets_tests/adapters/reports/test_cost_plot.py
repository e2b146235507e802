"""The picture of the costs: a bar a day, the limit where it belongs, nothing to load."""

import base64
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from golden_assets.adapters.reports.cost_plot import FOOT, TOP, cost_plot
from golden_assets.adapters.reports.embedding import image
from golden_assets.domain.costs.cost_trend import CostTrend

FIRST = date(2026, 2, 1)


def trend(*costs: float) -> CostTrend:
    days = tuple(FIRST + timedelta(days=number) for number in range(len(costs)))
    return CostTrend(days=days, costs_usd=costs, calls=1, tokens=1)


def parts(plot: Markup, name: str, kind: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(plot).iter(name) if one.get("class") == kind]  # noqa: S314  # our own picture


def test_each_day_that_cost_something_has_a_bar_as_high_as_its_cost():
    plot = cost_plot(trend(2.0, 0.0, 1.0), None)
    assert [float(one.get("height", "")) for one in parts(plot, "rect", "flat")] == [FOOT - TOP, (FOOT - TOP) / 2]
    assert parts(plot, "line", "limit") == []


@pytest.mark.parametrize(("limit", "level"), [(4.0, TOP), (1.0, (FOOT + TOP) / 2)])
def test_the_daily_limit_stands_at_its_height(limit: float, level: float):
    (line,) = parts(cost_plot(trend(2.0), limit), "line", "limit")
    assert float(line.get("y1", "")) == level


def test_a_limit_far_above_every_day_is_said_and_not_drawn():
    plot = cost_plot(trend(2.0), 100.0)
    assert parts(plot, "line", "limit") == []
    assert [one.text for one in parts(plot, "text", "alert")] == ["daily limit $100, above this picture"]


def test_days_without_any_cost_are_a_picture_too():
    assert parts(cost_plot(trend(0.0, 0.0), None), "rect", "flat") == []
    assert len(parts(cost_plot(trend(0.0), 0.0), "line", "limit")) == 1


def test_in_markdown_the_picture_carries_itself_and_its_colours():
    shown = image("Costs", cost_plot(trend(1.0), 2.0))
    assert shown.startswith("![Costs](data:image/svg+xml;base64,")
    drawn = base64.b64decode(shown.partition("base64,")[2].rstrip(")")).decode()
    assert drawn.startswith("<svg")
    assert ".limit" in drawn
    assert "prefers-color-scheme: dark" in drawn
