"""Costs by day as a plot: a bar for each day, the daily limit as a line."""

from markupsafe import Markup

from golden_assets.adapters.reports.drawing import MARGIN, WIDTH, bar, label, line, plot
from golden_assets.domain.costs.cost_trend import CostTrend

HEIGHT, FOOT, LEFT = 280, 240, 80
TOP = 40
"""Where the highest value stands; above it is the heading."""
HIGHEST = 4
"""A limit above so many times the dearest day stays outside, lest the days become invisible."""
WEEK_MARK = 7
"""Days between two dates that are written out."""


def cost_plot(trend: CostTrend, daily_limit: float | None) -> Markup:
    """A bar for each day in US dollars, and the daily limit as a line."""
    dearest = max(trend.costs_usd)
    inside = daily_limit is not None and (dearest == 0 or daily_limit <= HIGHEST * dearest)
    top = max(dearest, daily_limit or 0.0 if inside else 0.0) or 1.0
    parts: list[Markup] = []
    for mark in (0.0, top / 2, top):
        parts += [line(LEFT, _level(mark / top), WIDTH - MARGIN, _level(mark / top), "axis")]
        parts += [label(LEFT - 8, _level(mark / top) + 4, f"${mark:.3g}", "end", "faint")]
    parts += _days(trend, top)
    if daily_limit is not None:
        parts += _limit(daily_limit, top, inside=inside)
    heading = f"Cost of model calls by day (UTC), ${trend.total_usd:.2f} in {len(trend.days)} days"
    return plot(HEIGHT, [*parts, label(LEFT, 18, heading, "start")], heading)


def _days(trend: CostTrend, top: float) -> list[Markup]:
    step, parts = (WIDTH - LEFT - MARGIN) / len(trend.days), []
    for position, (day, cost) in enumerate(zip(trend.days, trend.costs_usd, strict=True)):
        x, y = LEFT + position * step, _level(cost / top)
        if cost:
            parts.append(bar(x + 1, y, step - 2, FOOT - y, "flat", f"{day}: ${cost:.4f}"))
        if (len(trend.days) - 1 - position) % WEEK_MARK == 0:
            parts.append(label(x + step / 2, FOOT + 20, f"{day:%d %b}", "middle", "faint"))
    return parts


def _limit(limit: float, top: float, *, inside: bool) -> list[Markup]:
    words = f"daily limit ${limit:g}"
    if not inside:
        return [label(WIDTH - MARGIN, 18, f"{words}, above this picture", "end", "alert")]
    y = _level(limit / top)
    return [line(LEFT, y, WIDTH - MARGIN, y, "limit"), label(WIDTH - MARGIN, 18 if y < TOP + 14 else y - 6, words, "end", "alert")]


def _level(share: float) -> float:
    return FOOT - share * (FOOT - TOP)
