"""An A/B comparison as one HTML file, readable in light and dark: the decision, every score with its interval, the bridge."""

from collections.abc import Sequence

from markupsafe import Markup

from golden_assets.adapters.reports.drawing import LABEL, LINE, MARGIN, WIDTH, bar, dot, label, line, plot
from golden_assets.adapters.reports.rendering import render
from golden_assets.domain.core.text import counted
from golden_assets.domain.experiments.comparison import A_HIGHER, B_HIGHER, ABComparison, MetricComparison
from golden_assets.domain.experiments.experiment import ExperimentSummary
from golden_assets.domain.experiments.score_decomposition import MIN_COMMON_ROWS

FACTS = ["version", "task", "run_count", "error_count", "unscored_count", "repetitions", "experiment_id"]
"""Of each experiment, at the end of the page."""


def ab_page(comparison: ABComparison) -> str:
    """The page as text; without scripts and without anything to load, everything from outside escaped."""
    scores = _with_primary(comparison)
    return render(
        "ab",
        a=_side(comparison.a),
        b=_side(comparison.b),
        comparison=comparison,
        primary=comparison.primary,
        figures=_figures(comparison),
        intervals=_intervals(scores),
        scores=[_score(one) for one in scores],
        a_higher=A_HIGHER,
        b_higher=B_HIGHER,
        bridge=_bridge(comparison.primary),
        parts=[_parts(one) for one in scores],
        facts=FACTS,
    )


def _side(summary: ExperimentSummary) -> str:
    return f"{summary.version} by {summary.task}"


def _with_primary(comparison: ABComparison) -> list[MetricComparison]:
    """The score that decides first, then the others."""
    others = [one for one in comparison.metrics if one.metric != comparison.primary.metric]
    return [comparison.primary, *others]


def _figures(comparison: ABComparison) -> list[tuple[str, str, str]]:
    primary = comparison.primary
    common = f"{counted(primary.bridge.common_rows, 'common row')} in {counted(primary.documents, 'document')}"
    return [
        (f"{primary.mean_a:.3f}", f"A, {primary.metric}", ""),
        (f"{primary.mean_b:.3f}", f"B, {primary.metric}", ""),
        (f"{primary.difference:+.3f}", "difference", {B_HIGHER: "added", A_HIGHER: "removed"}.get(primary.verdict, "")),
        ("yes" if comparison.better else "no", "B is better", "added" if comparison.better else ""),
        (primary.design, common, ""),
    ]


def _score(one: MetricComparison) -> tuple[str, ...]:
    interval = "-" if one.low is None or one.high is None else f"{one.low:+.3f} to {one.high:+.3f}"
    mcnemar = "-" if one.mcnemar_p_value is None else _p(one.mcnemar_p_value)
    effect = "-" if one.minimum_detectable_effect is None else f"{one.minimum_detectable_effect:.3f}"
    scores = (f"{one.mean_a:.3f}", f"{one.mean_b:.3f}", f"{one.difference:+.3f}")
    return one.metric, *scores, interval, _p(one.p_value), _p(one.adjusted_p_value), mcnemar, effect, one.verdict


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _parts(one: MetricComparison) -> tuple[str, ...]:
    bridge = one.bridge
    if not bridge.can_be_read:
        return one.metric, f"{bridge.mean_a:.3f}", "-", f"fewer than {MIN_COMMON_ROWS} common rows", "-", f"{bridge.mean_b:.3f}"
    parts = ((bridge.removed, bridge.removed_rows), (bridge.common, bridge.common_rows), (bridge.added, bridge.added_rows))
    return one.metric, f"{bridge.mean_a:.3f}", *(f"{part:+.3f} ({rows} rows)" for part, rows in parts), f"{bridge.mean_b:.3f}"


def _intervals(scores: Sequence[MetricComparison]) -> Markup:
    """One line per score: the difference as a dot, its interval as a bar, zero as a line."""
    ends = [0.0, *(value for one in scores for value in (one.difference, one.low, one.high) if value is not None)]
    scale = _Scale(min(ends), max(ends))
    height = LINE * len(scores) + 26
    parts = [line(scale.x(0.0), 4, scale.x(0.0), height - 22, "axis")]
    for position, one in enumerate(scores):
        y = LINE * position + 20
        parts.append(label(LABEL - 12, y + 5, one.metric, "end"))
        if one.low is not None and one.high is not None:
            parts.append(line(scale.x(one.low), y, scale.x(one.high), y, f"bar {_colour(one)}"))
        parts.append(dot(scale.x(one.difference), y, 5, _colour(one)))
    parts += [label(scale.x(value), height - 4, f"{value:+.2f}" if value else "0", "middle", "faint") for value in scale.marks]
    return plot(height, parts, "Differences of all scores with their intervals")


def _colour(one: MetricComparison) -> str:
    return {B_HIGHER: "up", A_HIGHER: "down"}.get(one.verdict, "flat")


def _bridge(one: MetricComparison) -> Markup | None:
    """A waterfall from A to B; None where its parts cannot be read."""
    bridge = one.bridge
    if not bridge.can_be_read:
        return None
    steps = [("removed rows", bridge.removed), ("common rows", bridge.common), ("added rows", bridge.added)]
    levels = [bridge.mean_a]
    for _, part in steps:
        levels.append(levels[-1] + part)
    scale = _Scale(min(0.0, *levels), max(levels))
    bars = [("A", 0.0, bridge.mean_a, "flat", f"{bridge.mean_a:.3f}")]
    for (name, part), before, after in zip(steps, levels, levels[1:], strict=False):
        bars.append((name, before, after, "up" if part > 0 else "down" if part < 0 else "flat", f"{part:+.3f}"))
    bars.append(("B", 0.0, bridge.mean_b, "flat", f"{bridge.mean_b:.3f}"))
    parts: list[Markup] = []
    for position, (name, start, end, colour, figure) in enumerate(bars):
        y, left, right = LINE * position + 8, scale.x(min(start, end)), scale.x(max(start, end))
        parts.append(label(LABEL - 12, y + 16, name, "end"))
        width = max(2.0, right - left)
        parts.append(bar(left, y, width, LINE - 12, colour))
        parts.append(label(left + width + 8, y + 16, figure, "start"))
    return plot(LINE * len(bars) + 8, parts, "The way from the score of A to the score of B")


class _Scale:
    """Positions of values between the name at the left and the figure at the right."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._span = low, (high - low) or 1.0
        self.marks = [0.0, *(end for end in (low, high) if abs(self.x(end) - self.x(0.0)) > MARGIN)]

    def x(self, value: float) -> float:
        """In units of the plot."""
        return LABEL + (value - self._low) / self._span * (WIDTH - LABEL - MARGIN)
