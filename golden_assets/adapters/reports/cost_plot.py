"""Costs by day as one SVG picture that stands alone: Dagster's UI shows it as an image, so it carries its own colours and ground."""

import base64

from golden_assets.adapters.reports.drawing import MARGIN, WIDTH, bar, label, line
from golden_assets.adapters.reports.markup import Markup, element
from golden_assets.domain.costs.cost_trend import CostTrend

HEIGHT, FOOT, LEFT = 280, 240, 80
TOP = 40
"""Where the highest value stands; above it is the heading."""
HIGHEST = 4
"""A limit above so many times the dearest day stays outside, lest the days become invisible."""
WEEK_MARK = 7
"""Days between two dates that are written out."""
STYLE = """
text { font: 13px system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; fill: #22262b; }
.faint { fill: #636a73; font-size: 12px; }
.ground { fill: #ffffff; }
.flat { fill: #a06f00; }
.axis { stroke: #c9c5bc; }
.down { stroke: #a3262b; stroke-width: 2; stroke-dasharray: 6 4; }
.limit { fill: #a3262b; }
"""


def cost_plot(trend: CostTrend, daily_limit: float | None) -> str:
    """A bar for each day in US dollars, and the daily limit as a line; SVG text."""
    dearest = max(trend.costs_usd)
    inside = daily_limit is not None and (dearest == 0 or daily_limit <= HIGHEST * dearest)
    top = max(dearest, daily_limit or 0.0 if inside else 0.0) or 1.0
    parts = [element("style", Markup(STYLE)), element("rect", width=str(WIDTH), height=str(HEIGHT), class_="ground")]
    for mark in (0.0, top / 2, top):
        parts += [line(LEFT, _level(mark / top), WIDTH - MARGIN, _level(mark / top), "axis")]
        parts += [label(LEFT - 8, _level(mark / top) + 4, f"${mark:.3g}", "end", "faint")]
    parts += _days(trend, top)
    if daily_limit is not None:
        parts += _limit(daily_limit, top, inside=inside)
    heading = f"Cost of model calls by day (UTC), ${trend.total_usd:.2f} in {len(trend.days)} days"
    parts.append(label(LEFT, 18, heading, "start"))
    return element("svg", *parts, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", width=str(WIDTH), height=str(HEIGHT))


def as_markdown(svg: str, text: str) -> str:
    """A picture inside of Markdown; ``text`` is for who cannot see it."""
    return f"![{text}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')})"


def _days(trend: CostTrend, top: float) -> list[Markup]:
    step, parts = (WIDTH - LEFT - MARGIN) / len(trend.days), []
    for position, (day, cost) in enumerate(zip(trend.days, trend.costs_usd, strict=True)):
        x, y = LEFT + position * step, _level(cost / top)
        if cost:
            parts.append(bar(x + 1, y, step - 2, FOOT - y, "flat", element("title", f"{day}: ${cost:.4f}")))
        if (len(trend.days) - 1 - position) % WEEK_MARK == 0:
            parts.append(label(x + step / 2, FOOT + 20, f"{day:%d %b}", "middle", "faint"))
    return parts


def _limit(limit: float, top: float, *, inside: bool) -> list[Markup]:
    words = f"daily limit ${limit:g}"
    if not inside:
        return [label(WIDTH - MARGIN, 18, f"{words}, above this picture", "end", "limit")]
    y = _level(limit / top)
    return [line(LEFT, y, WIDTH - MARGIN, y, "down"), label(WIDTH - MARGIN, 18 if y < TOP + 14 else y - 6, words, "end", "limit")]


def _level(share: float) -> float:
    return FOOT - share * (FOOT - TOP)
