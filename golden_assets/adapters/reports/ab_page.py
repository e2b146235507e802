"""An A/B comparison as one HTML file, readable in light and dark: the decision, every score with its interval, the bridge."""

from collections.abc import Iterator, Sequence

from golden_assets.adapters.reports.drawing import LABEL, LINE, MARGIN, WIDTH, bar, label, line, plot
from golden_assets.adapters.reports.markup import Markup, element, page, table
from golden_assets.domain.core.text import counted
from golden_assets.domain.experiments.comparison import A_HIGHER, B_HIGHER, ABComparison, MetricComparison
from golden_assets.domain.experiments.experiment import ExperimentSummary
from golden_assets.domain.experiments.score_decomposition import MIN_COMMON_ROWS


def ab_page(comparison: ABComparison) -> str:
    """The page as text; without scripts and without anything to load, everything from outside escaped."""
    primary = comparison.primary
    scores = _with_primary(comparison)
    return page(
        f"A/B: {_side(comparison.a)} and {_side(comparison.b)}",
        element("h1", "A/B ", element("b", _side(comparison.a)), " → ", element("b", _side(comparison.b))),
        element("p", "What a second experiment scores against a first one.", class_="faint"),
        _tiles(comparison),
        element("p", comparison.reason + ".", *([" Version ", comparison.b.version, " was promoted."] if comparison.promoted else [])),
        *(element("p", caution, class_="caution") for caution in comparison.cautions),
        element("h2", "Difference, B minus A"),
        _intervals(scores),
        element(
            "p",
            "Dots are differences, bars their 95 % intervals over documents. Where a bar crosses the line, nothing was found.",
            class_="faint",
        ),
        table(_HEADINGS, map(_figures, scores), class_="numbers scores"),
        element("p", _reading(comparison), class_="faint"),
        element("h2", "The bridge"),
        element("p", _WALK.format(primary.metric, primary.mean_a, primary.mean_b)),
        _bridge(primary),
        table(["score", "A", "removed rows", "common rows", "added rows", "B"], map(_parts, scores), class_="numbers"),
        element("h2", "Experiments"),
        table(["experiment", "A", "B"], _experiments(comparison), class_="numbers"),
    )


_WALK = (
    "Why {} goes from {:.3f} to {:.3f}: the rows that only A has are taken away, the rows of both get B's scores, the rows that only B has "
    "are added. The first and the last are the testset's doing, the middle one that of the system under test."
)
_HEADINGS = ["score", "A", "B", "B - A", "95 % interval", "p", "p (Holm)", "McNemar", "detectable", "finding"]


def _side(summary: ExperimentSummary) -> str:
    return f"{summary.version} by {summary.task}"


def _with_primary(comparison: ABComparison) -> list[MetricComparison]:
    """The score that decides first, then the others."""
    others = [one for one in comparison.metrics if one.metric != comparison.primary.metric]
    return [comparison.primary, *others]


def _tiles(comparison: ABComparison) -> Markup:
    primary = comparison.primary
    tiles = [
        (f"{primary.mean_a:.3f}", f"A, {primary.metric}", ""),
        (f"{primary.mean_b:.3f}", f"B, {primary.metric}", ""),
        (f"{primary.difference:+.3f}", "difference", {B_HIGHER: " added", A_HIGHER: " removed"}.get(primary.verdict, "")),
        ("yes" if comparison.better else "no", "B is better", " added" if comparison.better else ""),
        (primary.design, f"{counted(primary.bridge.common_rows, 'common row')} in {counted(primary.documents, 'document')}", ""),
    ]
    return element(
        "div", *(element("div", element("strong", value), label, class_=f"tile{kind}") for value, label, kind in tiles), class_="tiles"
    )


def _figures(one: MetricComparison) -> tuple[object, ...]:
    interval = "-" if one.low is None or one.high is None else f"{one.low:+.3f} to {one.high:+.3f}"
    mcnemar = "-" if one.mcnemar_p_value is None else _p(one.mcnemar_p_value)
    effect = "-" if one.minimum_detectable_effect is None else f"{one.minimum_detectable_effect:.3f}"
    verdict = element("span", one.verdict, class_={B_HIGHER: "passed", A_HIGHER: "failed"}.get(one.verdict, "faint"))
    scores = (f"{one.mean_a:.3f}", f"{one.mean_b:.3f}", f"{one.difference:+.3f}")
    return one.metric, *scores, interval, _p(one.p_value), _p(one.adjusted_p_value), mcnemar, effect, verdict


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _reading(comparison: ABComparison) -> str:
    return (
        "p is of a randomisation test that exchanges the two sides within whole documents; Holm corrects it over all scores. "
        f"{comparison.primary.metric} decides and is tested alone. McNemar's p takes rows for independent. A true difference of the size "
        f"under “detectable” would be found in {100 * comparison.power:.0f} % of such tests."
    )


def _parts(one: MetricComparison) -> tuple[object, ...]:
    bridge = one.bridge
    if not bridge.can_be_read:
        return one.metric, f"{bridge.mean_a:.3f}", "-", f"fewer than {MIN_COMMON_ROWS} common rows", "-", f"{bridge.mean_b:.3f}"
    parts = ((bridge.removed, bridge.removed_rows), (bridge.common, bridge.common_rows), (bridge.added, bridge.added_rows))
    return one.metric, f"{bridge.mean_a:.3f}", *(f"{part:+.3f} ({rows} rows)" for part, rows in parts), f"{bridge.mean_b:.3f}"


def _experiments(comparison: ABComparison) -> Iterator[tuple[object, ...]]:
    a, b = comparison.a, comparison.b
    for name in ("version", "task", "run_count", "error_count", "unscored_count", "repetitions", "experiment_id"):
        yield name.replace("_", " "), getattr(a, name), getattr(b, name)
    yield "in Phoenix", element("a", "open", href=a.url), element("a", "open", href=b.url)


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
        parts.append(element("circle", cx=f"{scale.x(one.difference):.1f}", cy=str(y), r="5", class_=_colour(one)))
    parts += [label(scale.x(value), height - 4, f"{value:+.2f}" if value else "0", "middle", "faint") for value in scale.marks]
    return plot(height, parts, "Differences of all scores with their intervals")


def _colour(one: MetricComparison) -> str:
    return {B_HIGHER: "up", A_HIGHER: "down"}.get(one.verdict, "flat")


def _bridge(one: MetricComparison) -> Markup:
    """A waterfall from A to B; nothing where its parts cannot be read."""
    bridge = one.bridge
    if not bridge.can_be_read:
        return Markup("")
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
