"""Plots as SVG in the page's own colours: a picture made by a plotting library would have those of one theme only."""

from collections.abc import Iterable, Sequence
from math import ceil

from markupsafe import Markup

WIDTH, LABEL, LINE = 760, 190, 34
"""Sizes of a plot in its own units: width, room for names at its left, height of a line."""
MARGIN = 60
"""Room at the right, for figures."""
SERIES = ("flat", "up", "plain")
"""Classes of the lines of a trend, in order."""
_STRIP, _BINS, _NAME = 74, 24, 26


_LINE = Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"></line>')
_TEXT = Markup('<text text-anchor="{}" x="{:.1f}" y="{:.1f}" class="{}">{}</text>')
_BAR = Markup('<rect x="{:.1f}" y="{:g}" width="{:.1f}" height="{:g}" rx="3" class="{}">{}</rect>')
_DOT = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:g}" class="{}">{}</circle>')
_PATH = Markup('<polyline points="{}" class="{}"></polyline>')
_HINT = Markup("<title>{}</title>")
_NAMED = Markup("<g>{}{}</g>")
_PLOT = Markup('<div class="scroll"><svg viewBox="0 0 {} {:g}" role="img" class="plot">{}{}</svg></div>')


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    """A straight line of a class of the page."""
    return _LINE.format(x1, y1, x2, y2, kind)


def label(x: float, y: float, text: object, anchor: str, kind: str = "") -> Markup:
    """A text that starts, ends or is in the middle at ``x``."""
    return _TEXT.format(anchor, x, y, kind, text)


def bar(x: float, y: float, width: float, height: float, kind: str, hint: str = "") -> Markup:
    """A filled box; the hint is shown under the pointer."""
    return _BAR.format(x, round(y, 1), width, round(height, 1), kind, _hint(hint))


def dot(x: float, y: float, radius: float, kind: str, hint: str = "") -> Markup:
    """A filled circle; the hint is shown under the pointer."""
    return _DOT.format(x, y, radius, kind, _hint(hint))


def plot(height: float, parts: Iterable[Markup], title: str) -> Markup:
    """The parts as one picture with a title, in a box that scrolls sideways."""
    return _PLOT.format(WIDTH, height, _hint(title), Markup("").join(parts))


def bars(entries: Sequence[tuple[str, float, float | None]], title: str) -> Markup:
    """One bar for each (name, count, target); a target is a dashed mark, and None for none."""
    most = max([1.0, *(value for _, *values in entries for value in values if value is not None)])
    parts: list[Markup] = []
    for position, (name, count, target) in enumerate(entries):
        y, width = 28 * position + 8, _along(count / most)
        parts.append(_NAMED.format(_hint(name), label(LABEL - 12, y + 13, _short(name), "end")))
        parts.append(bar(LABEL, y, max(width, 1.0), 18, "flat" if count else "down"))
        figure = f"{count:g}" if target is None else f"{count:g} of {target:.1f}"
        parts.append(label(LABEL + max(width, _along((target or 0) / most)) + 8, y + 13, figure, "start", "faint"))
        if target is not None:
            parts.append(line(LABEL + _along(target / most), y - 4, LABEL + _along(target / most), y + 22, "axis"))
    return plot(28 * len(entries) + 12, parts, title)


def histograms(entries: Sequence[tuple[str, Sequence[float], float | None]], title: str) -> Markup:
    """A strip for each (name, values, upper end): how many values lie in each of at most 24 equal bins.

    Bins go from 0 to the upper end; without one, from the least to the largest value in whole numbers, the values being such.
    """
    parts: list[Markup] = []
    for position, (name, values, end) in enumerate(entries):
        parts += _strip(_STRIP * position + 8, name, values, end)
    return plot(_STRIP * len(entries) + 8, parts, title)


def scatter(points: Sequence[tuple[float, float, str]], clusters: Sequence[Sequence[int]], title: str) -> Markup:
    """Named points on a plane; those of a cluster (positions among the points) are linked and in the colour of faults."""
    import numpy as np

    height, pad = 420, 20
    plane = np.array([point[:2] for point in points])
    low, span = plane.min(axis=0), np.ptp(plane, axis=0)
    placed = pad + (plane - low) / np.where(span > 0, span, 1) * [WIDTH - 2 * pad, height - 2 * pad]
    marked = {position for cluster in clusters for position in cluster}
    parts = []
    for first, *others in clusters:
        parts += [line(placed[first][0], placed[first][1], placed[other][0], placed[other][1], "down") for other in others]
    for position, ((x, y), (_, _, name)) in enumerate(zip(placed, points, strict=True)):
        kind, size = ("down", 6) if position in marked else ("flat", 4)
        parts.append(dot(x, y, size, kind, name))
    return plot(height, parts, title)


def trend(names: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], title: str) -> Markup:
    """A line for each (label, values), the values from 0 to about 1 in the order of ``names``; labels stand at the last value."""
    height, right = 270, WIDTH - 165
    top = max([1.0, *(value for _, values in series for value in values)])
    across = [50 + (right - 50) * position / max(1, len(names) - 1) for position in range(len(names))]
    parts = [line(50, _level(mark / top), right, _level(mark / top), "axis") for mark in (0, 0.5, 1)]
    parts += [label(42, _level(mark / top) + 4, f"{mark:g}", "end", "faint") for mark in (0, 0.5, 1)]
    step = max(1, ceil(len(names) / 8))
    parts += [label(x, height - 6, _short(name), "middle", "faint") for x, name in list(zip(across, names, strict=True))[::-step]]
    floor = float(height)
    for (name, values), kind in sorted(zip(series, SERIES, strict=False), key=lambda one: one[0][1][-1]):
        heights = [_level(value / top) for value in values]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, heights, strict=True))
        parts.append(_PATH.format(way, f"trend {kind}"))
        parts += [dot(x, y, 4, kind) for x, y in zip(across, heights, strict=True)]
        floor = min(heights[-1] + 4, floor - 16)
        parts.append(bar(across[-1] + 12, floor - 9, 10, 10, kind))
        parts.append(label(across[-1] + 28, floor, f"{name} {values[-1]:.3f}", "start"))
    return plot(height, parts, title)


def _strip(y: float, name: str, values: Sequence[float], end: float | None) -> list[Markup]:
    import numpy as np

    low, high = (0.0, end) if end is not None else (float(min(values)), float(max(values)) + 1)
    width = (high - low) / 20 if end is not None else max(1, ceil((high - low) / _BINS))
    bins = max(1, round((high - low) / width) if end is not None else ceil((high - low) / width))
    counts, edges = np.histogram(values, bins=bins, range=(low, low + bins * width))
    box, most = (WIDTH - LABEL - MARGIN) / bins, max(1, int(counts.max()))
    mean = f"mean {np.mean(values):.3g}, n {len(values)}"
    parts = [label(LABEL - 12, y + 20, _short(name), "end"), label(LABEL - 12, y + 38, mean, "end", "faint")]
    for position, count in enumerate(counts):
        tall = 44 * int(count) / most
        if count:
            shown = f"{edges[position]:g} to {edges[position + 1]:g}: {count}"
            parts.append(bar(LABEL + position * box + 1, y + 46 - tall, box - 2, tall, "flat", shown))
    parts.append(line(LABEL, y + 47, WIDTH - MARGIN, y + 47, "axis"))
    last = high if end is not None else max(values)
    return [*parts, label(LABEL, y + 62, f"{low:g}", "start", "faint"), label(WIDTH - MARGIN, y + 62, f"{last:g}", "end", "faint")]


def _hint(text: str) -> Markup:
    return _HINT.format(text) if text else Markup("")


def _along(share: float) -> float:
    return share * (WIDTH - LABEL - 2 * MARGIN)


def _level(share: float) -> float:
    return 50 + (1 - share) * 180


def _short(name: str) -> str:
    """The end of a long name, which tells documents of one folder apart."""
    return name if len(name) <= _NAME else "…" + name[1 - _NAME :]
